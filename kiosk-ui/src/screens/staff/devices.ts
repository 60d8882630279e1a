/** What is plugged into this screen, as far as a browser can tell. It tells little, and we say no more than that. */
import type { Language } from '$lib/i18n/messages';

export const DEVICES = ['printer', 'chime', 'voice', 'scanner', 'disk', 'clock', 'touch'] as const;
export type DeviceName = (typeof DEVICES)[number];
export type Verdict = 'good' | 'check' | 'absent' | 'unknown';

/** What was seen, heard or tried at this screen. */
export interface Findings {
  /** Whether the browser took the last slip; null when it was given none. */
  printed: boolean | null;
  /** Whether the browser let the chime sound; null when nobody has tried. */
  rang: boolean | null;
  /** The languages the browser can read aloud. */
  speaks: readonly Language[];
  /** Whether the code that was scanned last is one of ours; null when none was scanned. */
  scanned: boolean | null;
  /** Whether the edge takes new records; null while it is not heard. */
  roomLeft: boolean | null;
  /** Seconds between this screen's clock and the edge's. */
  skew: number;
  touches: boolean;
}

/** A clock off by less than this is right: it shows minutes. */
const SKEW_SECONDS = 60;

const of = (seen: boolean | null): Verdict => (seen === null ? 'unknown' : seen ? 'good' : 'check');

export function verdictOf(device: DeviceName, found: Findings): Verdict {
  switch (device) {
    case 'printer':
      return of(found.printed);
    case 'chime':
      return of(found.rang);
    case 'voice':
      return found.speaks.length === 0 ? 'absent' : of(found.speaks.length > 1);
    case 'scanner':
      return of(found.scanned);
    case 'disk':
      return of(found.roomLeft);
    case 'clock':
      return of(Math.abs(found.skew) < SKEW_SECONDS);
    case 'touch':
      return of(found.touches);
  }
}
