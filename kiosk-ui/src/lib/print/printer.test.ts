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
  expect(await it.print(slip)).toEqual({ by: 'browser', done: true });
  expect(seen).toEqual(['shown', 'drawn', 'printed', 'gone']);
});

test('a printer that fails says so, and leaves nothing on the page', async () => {
  const { it, seen } = printer(() => {
    throw new Error('no printer');
  });
  expect(await it.print(slip)).toEqual({ by: 'browser', done: false });
  expect(seen.at(-1)).toBe('gone');
});

test('a receipt printer gets the bytes, and what it says is told', async () => {
  const sent: number[] = [];
  const takes = new EscposPrinter(async (bytes) => {
    sent.push(...bytes);
    return { ok: true, data: undefined };
  });
  expect(await takes.print(slip)).toEqual({ by: 'outlet', done: true });
  expect(String.fromCharCode(...sent)).toContain('A-001');
  const problem = { type: 'about:blank', status: 503, code: 'paper_out', title: 'Kertas habis' };
  const empty = new EscposPrinter(async () => ({ ok: false, problem }));
  expect(await empty.print(slip)).toEqual({ by: 'outlet', done: false, problem });
});
