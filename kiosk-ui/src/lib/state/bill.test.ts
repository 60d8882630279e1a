import { expect, test } from 'vitest';
import { product } from '../testing';
import { bill, cheapest } from './bill';

const gold = { name: 'Emas', price: 1_100_000 };
const print = product({ id: 'x1', name: 'Cetak 4R', category: 'additional', price: 15_000 });
const costume = product({ id: 'x2', name: 'Sewa Kostum', category: 'additional', price: 25_000 });

test('add-ons count by their number, in the order of the catalogue', () => {
  const made = bill(product(), null, { x2: 1, x1: 3 }, [print, costume]);
  expect(made.lines.map((line) => [line.name, line.quantity, line.amount])).toEqual([
    ['Klasik', 1, 35_000],
    ['Cetak 4R', 3, 45_000],
    ['Sewa Kostum', 1, 25_000],
  ]);
  expect(made.total).toBe(105_000);
});

test("a packet's price stands in the place of the product's", () => {
  const made = bill(product({ name: 'Fotografer', price: 550_000 }), gold, {}, [print]);
  expect([made.lines[0]?.name, made.total]).toEqual(['Fotografer, Emas', 1_100_000]);
});

test('what is gone from the catalogue costs nothing', () => {
  expect(bill(product(), null, { gone: 2 }, []).total).toBe(35_000);
});

test('a card tells the lowest price', () => {
  expect(
    cheapest(product({ price: 600_000, display: { packets: [gold, { name: 'P', price: 550_000 }] } })),
  ).toBe(550_000);
  expect(cheapest(product())).toBe(35_000);
});
