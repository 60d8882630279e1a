import { expect, test } from 'vitest';
import { product } from '../testing';
import { mostPeople, peopleInWords } from './people';

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

test('plain counts are read in English, too; what says more stays the catalogue’s', () => {
  const read = (words: string) => peopleInWords(words, 'en');
  expect([read('1–3 orang'), read('2 orang'), read('1 orang')]).toEqual([
    '1–3 people',
    '2 people',
    '1 person',
  ]);
  expect([read('Hingga 10 orang'), peopleInWords('2 orang', 'id')]).toEqual(['Hingga 10 orang', '2 orang']);
});
