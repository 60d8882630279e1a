import { expect, test } from 'vitest';
import { reach, works } from './reach';

const told = (...args: Parameters<typeof reach>) => reach(...args).map(({ reached }) => reached);
const can = (...args: Parameters<typeof reach>) =>
  works(reach(...args)).flatMap(({ name, can }) => (can ? [name] : []));

test('with the line up only suppliers are unknown', () => {
  expect(told('live', 'up')).toEqual(['yes', 'yes', 'yes', 'yes', 'unknown']);
});

test('what lies beyond the first broken link is not guessed at', () => {
  expect(told('live', 'internet')).toEqual(['yes', 'yes', 'no', 'unknown', 'unknown']);
  expect(told('live', 'lan')).toEqual(['yes', 'no', 'unknown', 'unknown', 'unknown']);
  expect(told('lost', 'up')).toEqual(['no', 'unknown', 'unknown', 'unknown', 'unknown']);
});

test('queue and cash go on without central, nothing without the edge', () => {
  expect(can('live', 'central')).toEqual(['queue', 'sale', 'catalog']);
  expect(can('live', 'up')).toEqual(['queue', 'sale', 'catalog', 'remote', 'sending']);
  expect(can('lost', 'up')).toEqual([]);
});
