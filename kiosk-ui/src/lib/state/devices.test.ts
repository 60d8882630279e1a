import { expect, test } from 'vitest';
import type { Device } from '../api';
import { slipPrinter, toneOf, unfit } from './devices';

const device = (id: string, over: Partial<Device> = {}): Device => ({
  id,
  name: id,
  kind: 'printer',
  studio: null,
  state: 'ready',
  told: true,
  since: 0,
  checked_at: 0,
  ...over,
});
const all = (...data: Device[]) => ({ data, disk: { room_left: true, free_mb: 900 } });

test('slips go to a printer that works, before one that does not', () => {
  const [out, low] = [device('a', { state: 'paper_out' }), device('b', { state: 'paper_low' })];
  expect(slipPrinter(all(out, low))).toBe(low);
  expect(slipPrinter(all(out))).toBe(out);
  expect(slipPrinter(all(device('c', { kind: 'camera' })))).toBeNull();
  expect(slipPrinter(null)).toBeNull();
});

test('before selling, the printer slips go to and the cameras are looked at', () => {
  const other = device('b', { state: 'silent' });
  const camera = device('c', { kind: 'camera', studio: 'Ruang 1', state: 'silent' });
  expect(unfit(all(device('a'), other, camera))).toEqual([camera]);
  expect(unfit(all(other)).map(({ id }) => id)).toEqual(['b']);
});

test('a roll that nearly ends is no fault yet', () => {
  expect((['ready', 'paper_low', 'paper_out', 'silent'] as const).map(toneOf)).toEqual([
    'ok',
    'warn',
    'error',
    'error',
  ]);
});
