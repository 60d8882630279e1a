import { expect, test } from 'vitest';
import type { Line } from './paper';
import { BrowserPrinter, EscposPrinter } from './printer';

const slip: Line[] = [{ is: 'number', text: 'A-001' }];

function printer(print: () => void) {
  const seen: string[] = [];
  const show = (made: readonly Line[] | null) => seen.push(made ? 'shown' : 'gone');
  return { it: new BrowserPrinter(show, async () => void seen.push('drawn'), print), seen };
}

test('the slip is on the page while it prints, and gone afterwards', async () => {
  const { it, seen } = printer(() => seen.push('printed'));
  expect(await it.print(slip)).toBe('printed');
  expect(seen).toEqual(['shown', 'drawn', 'printed', 'gone']);
});

test('a printer that fails says so, and leaves nothing on the page', async () => {
  const { it, seen } = printer(() => {
    throw new Error('no printer');
  });
  expect(await it.print(slip)).toBe('failed');
  expect(seen.at(-1)).toBe('gone');
});

test('a receipt printer gets the bytes, and its silence is told', async () => {
  const sent: number[] = [];
  const takes = new EscposPrinter(async (bytes) => void sent.push(...bytes));
  expect(await takes.print(slip)).toBe('printed');
  expect(String.fromCharCode(...sent)).toContain('A-001');
  const silent = new EscposPrinter(() => Promise.reject(new Error('cable')));
  expect(await silent.print(slip)).toBe('failed');
});
