import { expect, test } from 'vitest';
import { BrowserPrinter, type Slip } from './printer';

const slip: Slip = { outlet: 'Gerai', title: 'Nomormu', number: 'A-001', lines: [], notes: [] };

function printer(print: () => void) {
  const seen: string[] = [];
  const show = (made: Slip | null) => seen.push(made?.number ?? 'gone');
  return { it: new BrowserPrinter(show, async () => void seen.push('drawn'), print), seen };
}

test('the slip is on the page while it prints, and gone afterwards', async () => {
  const { it, seen } = printer(() => seen.push('printed'));
  expect(await it.print(slip)).toBe('printed');
  expect(seen).toEqual(['A-001', 'drawn', 'printed', 'gone']);
});

test('a printer that fails says so, and leaves nothing on the page', async () => {
  const { it, seen } = printer(() => {
    throw new Error('no printer');
  });
  expect(await it.print(slip)).toBe('failed');
  expect(seen.at(-1)).toBe('gone');
});
