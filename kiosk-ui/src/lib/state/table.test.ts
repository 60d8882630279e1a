import { expect, test } from 'vitest';
import { ticket } from '../testing';
import { Table } from './table.svelte';

test('an older row never replaces a newer one', () => {
  const table = new Table<ReturnType<typeof ticket>>();
  table.take(ticket(1, { revision: 3, state: 'called' }));
  table.take(ticket(1, { revision: 2 }));
  expect(table.get('t1')?.state).toBe('called');
});

test('a guess shows at once, goes with its refusal, and gives way to the truth', () => {
  const table = new Table<ReturnType<typeof ticket>>();
  table.take(ticket(1));
  const forget = table.guess(ticket(1, { state: 'called', revision: 2 }));
  expect(table.all[0]?.state).toBe('called');
  forget();
  expect(table.all[0]?.state).toBe('waiting');
  table.guess(ticket(1, { state: 'called', revision: 2 }));
  table.take(ticket(1, { state: 'on_hold', revision: 2 }));
  expect(table.get('t1')?.state).toBe('on_hold');
});

test('what came while a list was fetched is not lost to that list', () => {
  const table = new Table<ReturnType<typeof ticket>>();
  table.take(ticket(9));
  table.expect();
  table.take(ticket(2, { state: 'called', revision: 2 }));
  table.take(ticket(3));
  table.replace([ticket(1), ticket(2)]);
  expect(table.get('t2')?.state).toBe('called');
  expect(table.get('t3')).toBeDefined();
  expect(table.get('t9')).toBeUndefined();
});

test('a list fetched again leaves what is the same alone', () => {
  const table = new Table<ReturnType<typeof ticket>>((known, row) => known?.revision === row.revision);
  const [one, two] = [ticket(1), ticket(2)];
  table.replace([one, two]);
  table.replace([ticket(1), ticket(2, { revision: 2, state: 'called' })]);
  expect(table.get('t1')).toBe(one);
  expect(table.get('t2')?.state).toBe('called');
});
