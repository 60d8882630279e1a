import { expect, test } from 'vitest';
import { ofOurs, Wedge } from './scan';

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

test('codes of ours are told from those of goods', () => {
  const token = 'kY3vZ0l2m9Qw7tR5xN8aBg';
  for (const code of [ID.toUpperCase(), ` ${token} `, `https://gerai.example/t/${token}?lang=en`])
    expect(ofOurs(code), code).toBe(true);
  for (const code of ['8991234567890', 'https://example.com/promo', ''])
    expect(ofOurs(code), code).toBe(false);
});
