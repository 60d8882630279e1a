import { expect, test } from 'vitest';
import { product } from '../testing';
import { mostPeople } from './people';

const most = (people?: string) => mostPeople(product({ display: { people } }));

test('the most people a product is for, in the words of the catalogue', () => {
  expect([most('1–4 orang'), most('2 orang'), most('7–12 orang')]).toEqual([4, 2, 12]);
});

test('a rule counts before words', () => {
  expect(mostPeople(product({ max_party: 3, display: { people: '1–5 orang' } }))).toBe(3);
});

test('where the words do not say, nobody is warned', () => {
  expect([most(), most('Hingga 10 barang'), most('1 bayi + 2 orang tua'), most('per orang')]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});
