import { expect, test } from 'vitest';
import { DEVICES, verdictOf, type Findings } from './devices';

const nothing: Findings = {
  printed: null,
  rang: null,
  speaks: [],
  scanned: null,
  roomLeft: null,
  skew: 0,
  touches: false,
};
const verdicts = (found: Findings) =>
  Object.fromEntries(DEVICES.map((device) => [device, verdictOf(device, found)]));

test('what nobody has tried is not said to be good', () => {
  expect(verdicts(nothing)).toEqual({
    printer: 'unknown',
    chime: 'unknown',
    voice: 'absent',
    scanner: 'unknown',
    disk: 'unknown',
    clock: 'good',
    touch: 'check',
  });
});

test('what was tried is told as it went', () => {
  const well: Findings = {
    printed: true,
    rang: true,
    speaks: ['id', 'en'],
    scanned: true,
    roomLeft: true,
    skew: 5,
    touches: true,
  };
  expect(Object.values(verdicts(well)).filter((verdict) => verdict !== 'good')).toEqual([]);
  const badly: Findings = {
    printed: false,
    rang: false,
    speaks: ['en'],
    scanned: false,
    roomLeft: false,
    skew: -90,
    touches: false,
  };
  expect(Object.values(verdicts(badly)).filter((verdict) => verdict !== 'check')).toEqual([]);
});
