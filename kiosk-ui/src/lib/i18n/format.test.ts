import { expect, test } from 'vitest';
import { age, day, dayAt, minuteOfDay, millis, roughly, rupiah, time, timer } from './format';

/** 2026-11-21T07:30:00Z, in microseconds. */
const AFTERNOON = 1_795_246_200_000_000;
const space = '\u00a0';

test('rupiah are grouped as the language groups them', () => {
  expect(rupiah(35_000, 'id')).toBe(`Rp${space}35.000`);
  expect(rupiah(35_000, 'en')).toBe(`Rp${space}35,000`);
  expect(rupiah(0, 'id')).toBe(`Rp${space}0`);
  expect(rupiah(999, 'id')).toBe(`Rp${space}999`);
  expect(rupiah(1_500_000, 'id')).toBe(`Rp${space}1.500.000`);
  expect(rupiah(-5_000, 'en')).toBe(`-Rp${space}5,000`);
});

test('times are told by the clock of the outlet, wherever the screen thinks it is', () => {
  expect(time(AFTERNOON, 'WIB', 'id')).toBe('14.30 WIB');
  expect(time(AFTERNOON, 'WIB', 'en')).toBe('2:30 PM WIB');
  expect(time(AFTERNOON, 'WITA', 'id')).toBe('15.30 WITA');
  expect(time(AFTERNOON, 'WIT', 'en')).toBe('4:30 PM WIT');
  expect(time('2026-11-21T17:05:00Z', 'WIB', 'id')).toBe('00.05 WIB');
  expect(time('2026-11-21T17:05:00Z', 'WIB', 'en')).toBe('12:05 AM WIB');
});

test('times come as microseconds or as RFC 3339', () => {
  expect(millis(AFTERNOON)).toBe(millis('2026-11-21T07:30:00.000000Z'));
});

test('closing hours may lie past midnight', () => {
  expect(minuteOfDay(1_320, 'WIB', 'id')).toBe('22.00 WIB');
  expect(minuteOfDay(1_500, 'WITA', 'en')).toBe('1:00 AM WITA');
});

test('days, timers and ages are short', () => {
  expect(day('2026-08-07', 'id')).toBe('7 Agu 2026');
  expect(day('2026-08-07', 'en')).toBe('7 Aug 2026');
  expect(timer(299)).toBe('4:59');
  expect(timer(3_723)).toBe('1:02:03');
  expect(timer(-3)).toBe('0:00');
  expect(age(40_000, 'id')).toBe('40 detik');
  expect(age(3 * 60_000, 'en')).toBe('3 min');
  expect(age(50 * 3_600_000, 'id')).toBe('2 hari');
});

test('a day begins at the outlet’s midnight, not at Greenwich’s', () => {
  // 22.00 in London is the next day in Jayapura.
  expect(dayAt('2026-11-21T22:00:00Z', 'WIT', 'id')).toBe('22 Nov 2026');
  expect(dayAt('2026-11-21T12:00:00Z', 'WIB', 'en')).toBe('21 Nov 2026');
});

test('long waits are said roughly', () => {
  expect(roughly(7, 12)).toEqual([7, 12]);
  expect(roughly(63, 119)).toEqual([60, 120]);
  expect(roughly(0, 16)).toEqual([0, 20]);
});
