import { expect, test } from 'vitest';
import type { ListedCommand } from '$lib/api';
import { en } from '$lib/i18n/en';
import { id } from '$lib/i18n/id';
import { causeInWords, exceptionInWords, kindInWords, subjectInWords } from './words';

const money = (sum: number) => `Rp ${sum}`;
const NOTHING: ListedCommand['about'] = {
  ticket: null,
  sale: null,
  studio: null,
  product: null,
  amount: null,
  direction: null,
  shift: null,
  minutes: null,
  people: null,
  day: null,
  intake: null,
  room: null,
  reason: null,
};
const about = (over: Partial<ListedCommand['about']>) => ({ ...NOTHING, ...over });

test('a command is told by what it is about, as it was told', () => {
  const ticket = { id: 't', told: 'A-012', state: 'waiting' } as const;
  expect(subjectInWords(id, about({ ticket, product: 'Klasik', people: 2 }), money)).toBe(
    'A-012 · Klasik · 2 orang',
  );
  const sale = {
    id: 's',
    receipt_code: 'JKT01-20261121-0042',
    total: 50_000,
    products: ['Album', 'Bingkai'],
    voided: false,
  };
  expect(subjectInWords(en, about({ sale, amount: 50_000 }), money)).toBe(
    'JKT01-20261121-0042 · Album, Bingkai · Rp 50000',
  );
  expect(
    subjectInWords(en, about({ shift: 'c', amount: 5_000, direction: 'out', reason: 'Change' }), money),
  ).toBe('Paid out · Rp 5000 · “Change”');
  expect(subjectInWords(en, about({ minutes: 0 }), money)).toBe(en.common.minutes(0));
  expect(subjectInWords(en, NOTHING, money)).toBe('');
});

test('why a command is not settled is said in words, whatever the cause', () => {
  const causes: NonNullable<ListedCommand['cause']>[] = [
    { code: 'line_down', line: 'internet' },
    { code: 'barred', standing: 'edge_fenced' },
    { code: 'trouble', trouble: 'refused' },
    { code: 'sending' },
    { code: 'behind', seq: 7 },
    { code: 'unknown_version', version: 9 },
    { code: 'lost' },
  ];
  for (const t of [id, en]) {
    const words = causes.map((cause) => causeInWords(t, cause));
    expect(new Set(words).size).toBe(causes.length);
    expect(words).not.toContain('');
  }
  expect(causeInWords(en, { code: 'behind', seq: 7 })).toContain('7');
  expect(causeInWords(en, { code: 'line_down', line: 'internet' })).toContain(
    en.link.short.internet.toLowerCase(),
  );
  // The exceptions speak for themselves.
  expect(causeInWords(en, { code: 'exceptions' })).toBe('');
  expect(causeInWords(en, null)).toBe('');
});

test('a kind this program does not know is named all the same', () => {
  expect(kindInWords(en, 'sale.sell')).toBe('Cash sale');
  expect(kindInWords(en, 'moon.rise')).toContain('moon.rise');
});

test('sums of an exception are money', () => {
  const told = exceptionInWords(
    en,
    { code: 'price_variance', product: 'Klasik', sold_at: 35_000, listed: 40_000 },
    money,
  );
  expect(told).toContain('Rp 35000');
  expect(told).toContain('Rp 40000');
});
