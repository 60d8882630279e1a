import { expect, test } from 'vitest';
import { product, ticket } from '../testing';
import { bill, cheapest, chosen, dueOf, wantedOf } from './bill';

const gold = { name: 'Emas', price: 1_100_000 };
const print = product({ id: 'x1', name: 'Cetak 4R', category: 'additional', price: 15_000 });
const costume = product({ id: 'x2', name: 'Sewa Kostum', category: 'additional', price: 25_000 });

test('add-ons count by their number, in the order of the catalogue', () => {
  const made = bill(chosen(product(), null, { x2: 1, x1: 3 }, [print, costume]));
  expect(made.lines.map((line) => [line.name, line.quantity, line.amount])).toEqual([
    ['Klasik', 1, 35_000],
    ['Cetak 4R', 3, 45_000],
    ['Sewa Kostum', 1, 25_000],
  ]);
  expect(made.total).toBe(105_000);
});

test("a packet's price stands in the place of the product's", () => {
  const made = bill(chosen(product({ name: 'Fotografer', price: 550_000 }), gold, {}, [print]));
  expect([made.lines[0]?.name, made.total]).toEqual(['Fotografer · Emas', 1_100_000]);
});

test('what is gone from the catalogue costs nothing', () => {
  expect(bill(chosen(product(), null, { gone: 2 }, [])).total).toBe(35_000);
});

test('a card tells the lowest price', () => {
  expect(
    cheapest(product({ price: 600_000, display: { packets: [gold, { name: 'P', price: 550_000 }] } })),
  ).toBe(550_000);
  expect(cheapest(product())).toBe(35_000);
});

const shoot = product({ id: 'f', name: 'Fotografer', display: { packets: [gold, { name: 'P', price: 1 }] } });

test('what is kept with a number is what was priced, and nothing when nothing was chosen', () => {
  const all = [print, costume];
  expect(wantedOf(chosen(product(), null, { x1: 0 }, all))).toBeUndefined();
  expect(wantedOf(chosen(shoot, gold, { x1: 2, gone: 1 }, all))).toEqual({
    packet: 'Emas',
    extras: [{ product: 'x1', quantity: 2 }],
  });
});

test('what is due for a ticket comes to what its guest was told', () => {
  const all = [shoot, print, costume];
  const told = chosen(shoot, gold, { x1: 2, x2: 1 }, all);
  const wanted = {
    packet: 'Emas',
    extras: [
      { product: 'x1', name: 'Cetak 4R', quantity: 2 },
      { product: 'x2', name: 'Sewa Kostum', quantity: 1 },
    ],
  };
  const row = ticket(1, { product: { ...shoot, minutes: 30 }, wanted });
  const due = dueOf(row, all);
  expect(due).toEqual({ items: told, gone: [], open: null });
  expect(bill(due.items).total).toBe(bill(told).total);
});

test('what the catalogue lost meanwhile is named, and a packet nobody said is asked for', () => {
  const wanted = { packet: 'Emas', extras: [{ product: 'x1', name: 'Cetak 4R', quantity: 2 }] };
  const lost = dueOf(ticket(1, { product: { ...shoot, minutes: 30 }, wanted }), []);
  expect(lost).toEqual({ items: [], gone: ['Fotografer · Emas', 'Cetak 4R'], open: null });
  const unsaid = dueOf(ticket(2, { product: { ...shoot, minutes: 30 } }), [shoot]);
  expect(unsaid).toEqual({ items: [], gone: [], open: shoot });
});
