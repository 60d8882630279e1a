/** The outlet's printers and cameras, as far as screens care. */
import type { Device, Devices } from '../api';

export type DeviceState = Device['state'];
export type DeviceTone = 'ok' | 'warn' | 'error';

/** Whether it does what it is there for. */
export function works({ state }: Pick<Device, 'state'>): boolean {
  return state === 'ready' || state === 'paper_low';
}

export function toneOf(state: DeviceState): DeviceTone {
  return state === 'ready' ? 'ok' : state === 'paper_low' ? 'warn' : 'error';
}

/** The printer slips go to: one that stands in no room, and one that works before one that does not. */
export function slipPrinter(devices: Devices | null): Device | null {
  const printers = (devices?.data ?? []).filter(({ kind, studio }) => kind === 'printer' && !studio);
  return printers.find(works) ?? printers[0] ?? null;
}

/** What is to be put right before anything is sold: printer, cameras, disk. */
export function unfit(devices: Devices | null): Device[] {
  const printer = slipPrinter(devices);
  return (devices?.data ?? []).filter(
    (device) => device.state !== 'ready' && (device === printer || device.kind === 'camera'),
  );
}
