import { expect, test } from 'vitest';
import { outlet } from '$lib/testing';
import { nextTurn, weekOf } from './opening';

const at = (iso: string) => Date.parse(iso);

test('until when it is open, and when it opens next', () => {
  const shop = outlet();
  expect(nextTurn(shop, true, at('2026-11-21T14:00:00+07:00'))).toBe(1_320);
  expect(nextTurn(shop, false, at('2026-11-21T08:00:00+07:00'))).toBe(600);
  expect(nextTurn(shop, false, at('2026-11-21T23:00:00+07:00'))).toBe(600);
});

test('after midnight it is still the business day before', () => {
  // Saturday closes at 1 in the night; Sunday opens late.
  const hours = outlet().hours.map((_, day) =>
    day === 5 ? { opens: 600, closes: 1_500 } : { opens: 720, closes: 1_320 },
  );
  expect(nextTurn(outlet({ hours }), true, at('2026-11-22T00:30:00+07:00'))).toBe(1_500);
});

test('a shop that never opens promises nothing', () => {
  expect(nextTurn(outlet({ hours: Array(7).fill(null) }), false, at('2026-11-21T08:00:00+07:00'))).toBeNull();
});

test('days that open alike are told together', () => {
  const weekday = { opens: 600, closes: 1_320 };
  const hours = [weekday, weekday, null, weekday, weekday, { opens: 540, closes: 1_500 }, null];
  expect(weekOf(outlet({ hours }))).toEqual([
    { from: 0, to: 1, hours: weekday },
    { from: 2, to: 2, hours: null },
    { from: 3, to: 4, hours: weekday },
    { from: 5, to: 5, hours: { opens: 540, closes: 1_500 } },
    { from: 6, to: 6, hours: null },
  ]);
  expect(weekOf(outlet())).toHaveLength(1);
});
