import type { Outlet } from '$lib/api';

const OFFSET_MINUTES = { WIB: 420, WITA: 480, WIT: 540 } as const;

/** Until when it is open, or when it opens next, in minutes after local midnight; `null` when unknown. */
export function nextTurn(outlet: Outlet, open: boolean, now: number): number | null {
  const minutes = Math.floor(now / 60_000) + OFFSET_MINUTES[outlet.zone];
  const minute = (minutes - outlet.day_starts_at) % 1_440;
  // 1970-01-01 was a Thursday; the list starts with Monday.
  const weekday = (Math.floor((minutes - outlet.day_starts_at) / 1_440) + 3) % 7;
  const today = outlet.hours[weekday];
  if (open) return today?.closes ?? null;
  if (today && minute + outlet.day_starts_at < today.opens) return today.opens;
  for (let days = 1; days <= 7; days += 1) {
    const then = outlet.hours[(weekday + days) % 7];
    if (then) return then.opens;
  }
  return null;
}
