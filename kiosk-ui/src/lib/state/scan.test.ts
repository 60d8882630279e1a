import { expect, test } from 'vitest';
import { scannedTicket, Wedge } from './scan';

const ID = '0193aaaa-0000-7000-8000-00000000000f';

function wedge() {
  let now = 0;
  const read: string[] = [];
  let prevented = 0;
  const it = new Wedge(
    (code) => read.push(code),
    () => now,
  );
  const type = (text: string, gap: number) => {
    for (const key of [...text, 'Enter']) {
      now += gap;
      it.take({ key, preventDefault: () => (prevented += 1) });
    }
  };
  return { read, type, prevented: () => prevented };
}

test('a scanner is read, and its Enter presses nothing', () => {
  const { read, type, prevented } = wedge();
  type('https://gerai.example/m/' + ID, 5);
  expect(read).toEqual(['https://gerai.example/m/' + ID]);
  expect(prevented()).toBe(1);
});

test('fingers are not a scanner', () => {
  const { read, type, prevented } = wedge();
  type('abcdefgh', 150);
  type('abc', 5);
  expect([read, prevented()]).toEqual([[], 0]);
});

test('a code names a ticket, bare or within an address', () => {
  expect(scannedTicket(` ${ID.toUpperCase()}\n`)).toBe(ID);
  expect(scannedTicket(`https://gerai.example/m/${ID}?x=1`)).toBe(ID);
  expect(scannedTicket('8991234567890')).toBeNull();
});
