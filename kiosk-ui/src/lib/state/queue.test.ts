import { expect, test } from 'vitest';
import type { TicketState } from '../api';
import { session, ticket } from '../testing';
import { actsFor, ahead, asTold, byService, calls, foresee, inState, remaining } from './queue';

test('the priority lane goes first, then the place in the order', () => {
  const rows = [ticket(3), ticket(1), ticket(9, { lane: 'priority' }), ticket(2, { position: 99 })];
  expect(rows.sort(byService(0)).map((row) => row.number)).toEqual([9, 2, 1, 3]);
});

test('a booking goes before walk-ins from the moment it is due, the earlier slot first', () => {
  const booked = (number: number, due_at?: number) =>
    ticket(number, { slot: { starts_at: 600_000_000, due_at } });
  const rows = [ticket(1), ticket(2, { lane: 'priority' }), booked(3, 20_000), booked(4, 10_000), booked(5)];
  const at = (now: number) => inState(rows, now, 'waiting').map((row) => row.number);
  expect(at(9)).toEqual([2, 1, 3, 4, 5]);
  expect(at(10)).toEqual([2, 4, 1, 3, 5]);
  expect(at(20)).toEqual([2, 4, 3, 1, 5]);
  expect(ahead(rows, 20, 't1')).toBe(3);
});

test('a ticket moves between the lanes, and undo brings it back', () => {
  const moved = foresee(ticket(1), 'lane', { lane: 'priority' }, 5);
  expect(moved).toMatchObject({ state: 'waiting', lane: 'priority', revision: 2 });
  expect(foresee(moved, 'undo', {}, 6)).toMatchObject({ state: 'waiting', lane: 'regular', before: null });
});

test('those ahead are the waiting ones that are served before', () => {
  const rows = [
    ticket(1, { state: 'called' }),
    ticket(2),
    ticket(3, { state: 'on_hold' }),
    ticket(4),
    ticket(5),
  ];
  expect(ahead(rows, 0, 't4')).toBe(1);
  expect(ahead(rows, 0, 't2')).toBe(0);
  expect(ahead(rows, 0, 't1')).toBeNull();
});

test('a late guest who returned keeps the old place', () => {
  const rows = [ticket(5), ticket(2), ticket(9)];
  expect(inState(rows, 0, 'waiting').map((row) => row.number)).toEqual([2, 5, 9]);
});

test('the latest call comes first', () => {
  const rows = [
    ticket(1, { state: 'called', called_at: 10 }),
    ticket(2, { state: 'called', called_at: 30 }),
    ticket(3),
  ];
  expect(calls(rows).map((row) => row.number)).toEqual([2, 1]);
});

test.each<[TicketState, string[]]>([
  ['waiting', ['call', 'start', 'hold', 'transfer', 'lane', 'cancel']],
  ['called', ['start', 'recall', 'hold', 'no-show', 'transfer', 'cancel']],
  ['on_hold', ['resume', 'transfer', 'lane', 'cancel']],
  ['no_show', ['return', 'cancel']],
  ['in_session', []],
  ['finished', []],
  ['cancelled', []],
])('%s: only what the edge allows is offered', (state, acts) => {
  expect(actsFor(ticket(1, { state }))).toEqual(acts);
});

test('undo is offered when there is something to take back', () => {
  const before = { state: 'waiting' as const, calls: 0, position: 1 };
  expect(actsFor(ticket(1, { state: 'in_session', before }))).toEqual(['undo']);
});

test('what is foreseen can be undone, and undone is as before', () => {
  const row = ticket(1);
  const called = foresee(row, 'call', { studio: 'studio-1' }, 5);
  expect(called).toMatchObject({
    state: 'called',
    studio: 'studio-1',
    calls: 1,
    called_at: 5_000,
    revision: 2,
  });
  const undone = foresee(called, 'undo', {}, 6);
  expect(undone).toMatchObject({ state: 'waiting', calls: 0, revision: 3, before: null });
  expect(undone.studio ?? null).toBeNull();
});

test('numbers are told with the letter of their series', () => {
  const { told, ...row } = ticket(12, { series: 'mobile' });
  expect(told).toBe('A-012');
  expect(asTold(row).told).toBe('M-012');
});

test('a session warns at five minutes, at one, and when it is over', () => {
  const minute = 60_000;
  expect(remaining(session(), 4 * minute)).toEqual({ seconds: 360, tone: 'calm' });
  expect(remaining(session(), 5 * minute)).toEqual({ seconds: 300, tone: 'soon' });
  expect(remaining(session(), 9 * minute)).toEqual({ seconds: 60, tone: 'almost' });
  expect(remaining(session(), 10 * minute + 5_000)).toEqual({ seconds: -5, tone: 'over' });
});
