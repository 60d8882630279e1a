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

/** Days of a week, from Monday as 0, that open and close alike; `null` when they do not open. */
export interface Opening {
  from: number;
  to: number;
  hours: Outlet['hours'][number];
}

/** The week's opening hours, days alike told together. */
export function weekOf(outlet: Outlet): Opening[] {
  const week: Opening[] = [];
  for (const [day, hours] of outlet.hours.entries()) {
    const last = week.at(-1);
    const alike = last?.hours?.opens === hours?.opens && last?.hours?.closes === hours?.closes;
    if (last && alike) last.to = day;
    else week.push({ from: day, to: day, hours });
  }
  return week;
}
