import { expect, test } from 'vitest';
import { picture, pictureOf, picturesOf } from './pictures';
import { CATEGORIES } from './state/offer';
import { product } from './testing';

test('every category and every group of goods has its illustration', () => {
  const all = [
    ...CATEGORIES.map((category) => pictureOf(category)),
    ...['album', 'bingkai', 'gift_decor'].map((group) => pictureOf('retailProduct', group)),
    ...[1, 2, 3, 4].map((strip) => picture(`strip-${strip}`)),
  ];
  expect(all.every((address) => address.endsWith('.svg'))).toBe(true);
  expect(new Set(all).size).toBe(all.length);
});

test("central's picture comes first, the illustration stands in", () => {
  expect(picturesOf(product({ display: { pictures: ['/media/a.svg'] } })).first).toBe('/media/a.svg');
  expect(picturesOf(product()).first).toBe(pictureOf('photobooth'));
});
