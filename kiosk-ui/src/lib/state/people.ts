import type { Product } from '../api';
import type { Language } from '../i18n/messages';

/** For how many a product is, at most, as its rule or else its words say: `1–4 orang`, `Hingga 10`; `null` when it does not say. */
export function mostPeople(product: Product): number | null {
  if (product.max_party) return product.max_party;
  const words = product.display?.people ?? '';
  // “1 bayi + 2 orang tua” adds up; a range does not.
  const counts = (words.match(/\d+/g) ?? []).map(Number);
  if (counts.length === 0 || !/orang/i.test(words)) return null;
  return words.includes('+') ? null : Math.max(...counts);
}

const RANGE = /^(\d+(?:\s*[–-]\s*\d+)?) orang$/i;

/** The catalogue's words for how many, in the reader's language where they say no more than a number. */
export function peopleInWords(words: string, language: Language): string {
  const range = RANGE.exec(words.trim())?.[1];
  if (!range || language === 'id') return words;
  return range === '1' ? '1 person' : `${range} people`;
}
