import type { Product } from '../api';

/** For how many a product is, at most, read from its words: `1–4 orang`, `Hingga 10`; `null` when it does not say. */
export function mostPeople(product: Product): number | null {
  const words = product.display?.people ?? '';
  // “1 bayi + 2 orang tua” adds up; a range does not.
  const counts = (words.match(/\d+/g) ?? []).map(Number);
  if (counts.length === 0 || !/orang/i.test(words)) return null;
  return words.includes('+') ? null : Math.max(...counts);
}
