import type { Product } from '../api';

/** For how many a product is, at most, as its rule or else its words say: `1–4 orang`, `Hingga 10`; `null` when it does not say. */
export function mostPeople(product: Product): number | null {
  if (product.max_party) return product.max_party;
  const words = product.display?.people ?? '';
  // “1 bayi + 2 orang tua” adds up; a range does not.
  const counts = (words.match(/\d+/g) ?? []).map(Number);
  if (counts.length === 0 || !/orang/i.test(words)) return null;
  return words.includes('+') ? null : Math.max(...counts);
}
