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
  const lines = ticketSlip(ticket(12), outlet(), voice);
  expect(lines).toContainEqual({ is: 'number', text: 'A-012' });
  expect(lines).toContainEqual({ is: 'centre', text: id.print.waitToBeCalled });
});

test('in ESC/POS a pair fills the 48 columns, and the paper is cut last', () => {
  const bytes = escpos([{ is: 'pair', left: 'Total', right: 'Rp\u00a035.000', strong: true }]);
  const words = String.fromCharCode(...bytes);
  expect(words).toContain(`Total${' '.repeat(34)}Rp 35.000\n`);
  expect([...bytes.slice(0, 2)]).toEqual([0x1b, 0x40]);
  expect([...bytes.slice(-4)]).toEqual([0x1d, 0x56, 66, 0]);
});

test('only what every printer knows is sent', () => {
  expect(plain('2 × Café “Senja” · 10')).toBe('2 x Cafe "Senja" - 10');
});
