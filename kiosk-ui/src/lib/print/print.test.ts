import { expect, test } from 'vitest';
import { id } from '../i18n/id';
import { outlet, ticket } from '../testing';
import { escpos, plain } from './escpos';
import { ticketSlip, type Voice } from './paper';

const voice: Voice = {
  t: id,
  money: (sum) => `Rp\u00a0${sum}`,
  time: () => '14.30 WIB',
  day: () => '21 Nov 2026',
};

test('a ticket’s slip tells the number, large, and what to do', () => {
  const lines = ticketSlip(ticket(12, { status_url: 'https://g.test/t/x' }), outlet(), {}, voice);
  expect(lines).toContainEqual({ is: 'number', text: 'A-012' });
  expect(lines).toContainEqual({ is: 'centre', text: id.customer.remember });
  expect(lines).toContainEqual({ is: 'code', opens: 'https://g.test/t/x', text: id.customer.scanStatus });
  expect(lines.some((line) => line.is === 'pair' && line.strong)).toBe(false);
});

test('what was chosen and is not paid yet stands on it, with where to pay', () => {
  const bill = { lines: [{ id: 'p1', name: 'Klasik', quantity: 2, amount: 70_000 }], total: 70_000 };
  const lines = ticketSlip(ticket(12), outlet(), { wait: { low: 5, high: 10 }, bill }, voice);
  expect(lines).toContainEqual({ is: 'pair', left: '2 × Klasik', right: 'Rp\u00a070000' });
  expect(lines).toContainEqual({ is: 'pair', left: id.customer.estimate, right: '5–10 menit' });
  expect(lines).toContainEqual({ is: 'centre', text: id.customer.payAtCounterLong });
});

test('in ESC/POS a pair fills the 48 columns, and the paper is cut last', () => {
  const bytes = escpos([{ is: 'pair', left: 'Total', right: 'Rp\u00a035.000', strong: true }]);
  const words = String.fromCharCode(...bytes);
  expect(words).toContain(`Total${' '.repeat(34)}Rp 35.000\n`);
  expect([...bytes.slice(0, 2)]).toEqual([0x1b, 0x40]);
  expect([...bytes.slice(-4)]).toEqual([0x1d, 0x56, 66, 0]);
});

test('what does not fit into the columns takes two lines', () => {
  const left = 'Fotografer Keluarga Besar · Emas dengan album';
  const bytes = escpos([{ is: 'pair', left, right: 'Rp\u00a01.100.000' }]);
  const words = String.fromCharCode(...bytes);
  expect(words).toContain(`${plain(left)}\n${'Rp 1.100.000'.padStart(48)}\n`);
});

test('a ticket’s slip names what its guest chose, and a receipt the packet', () => {
  const wanted = { packet: 'Emas', extras: [{ product: 'x', name: 'Cetak 4R', quantity: 2 }] };
  const slip = ticketSlip(ticket(12, { wanted }), outlet(), {}, voice);
  expect(slip).toContainEqual({ is: 'centre', text: 'Emas' });
  expect(slip).toContainEqual({ is: 'text', text: '+ 2 × Cetak 4R' });
});

test('only what every printer knows is sent', () => {
  expect(plain('2 × Café “Senja” · 10')).toBe('2 x Cafe "Senja" - 10');
});

test('a code is the printer’s own to draw', () => {
  const bytes = [...escpos([{ is: 'code', opens: 'https://g.test/t/x', text: 'Pindai' }])];
  const at = bytes.findIndex((byte, at) => byte === 0x1d && bytes[at + 6] === 0x50);
  // Length, low byte first, of what follows: function, model and the 18 bytes of the address.
  expect(bytes.slice(at, at + 8)).toEqual([0x1d, 0x28, 0x6b, 21, 0, 0x31, 0x50, 0x30]);
  expect(String.fromCharCode(...bytes.slice(at + 8, at + 26))).toBe('https://g.test/t/x');
});
