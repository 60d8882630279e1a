import type { Zone } from '../api/types';
import type { Language } from './messages';

const OFFSET_HOURS: Record<Zone, number> = { WIB: 7, WITA: 8, WIT: 9 };
const MONTHS: Record<Language, readonly string[]> = {
  id: ['Jan', 'Feb', 'Mar', 'Apr', 'Mei', 'Jun', 'Jul', 'Agu', 'Sep', 'Okt', 'Nov', 'Des'],
  en: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
};

const WEEKDAYS: Record<Language, readonly string[]> = {
  id: ['Sen', 'Sel', 'Rab', 'Kam', 'Jum', 'Sab', 'Min'],
  en: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
};

export function number(amount: number, language: Language): string {
  const digits = Math.abs(amount).toString();
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, language === 'id' ? '.' : ',');
  return amount < 0 ? `-${grouped}` : grouped;
}

/** `Rp 35.000` in Indonesian, `Rp 35,000` in English; the space does not break. */
export function rupiah(amount: number, language: Language): string {
  const sign = amount < 0 ? '-' : '';
  return `${sign}Rp\u00a0${number(Math.abs(amount), language)}`;
}

/** Milliseconds of a point in time on the wire: microseconds, or RFC 3339. */
export function millis(at: number | string): number {
  return typeof at === 'number' ? Math.floor(at / 1_000) : Date.parse(at);
}

function local(at: number | string, zone: Zone): Date {
  return new Date(millis(at) + OFFSET_HOURS[zone] * 3_600_000);
}

function wall(minuteOfDay: number, language: Language): string {
  const hour = Math.floor(minuteOfDay / 60) % 24;
  const minute = String(minuteOfDay % 60).padStart(2, '0');
  if (language === 'id') return `${String(hour).padStart(2, '0')}.${minute}`;
  return `${hour % 12 === 0 ? 12 : hour % 12}:${minute} ${hour < 12 ? 'AM' : 'PM'}`;
}

/** `14.30 WIB` in Indonesian, `2:30 PM WIB` in English, by the outlet's own clock. */
export function time(at: number | string, zone: Zone, language: Language): string {
  const clock = local(at, zone);
  return `${wall(clock.getUTCHours() * 60 + clock.getUTCMinutes(), language)} ${zone}`;
}

/** Opening hours are minutes after midnight, past 1440 when that is after the next midnight. */
export function minuteOfDay(minutes: number, zone: Zone, language: Language): string {
  return `${wall(minutes % 1_440, language)} ${zone}`;
}

/** `Sen–Jum`, `Sat`: days of a week, from Monday as 0. */
export function weekdays(from: number, to: number, language: Language): string {
  const names = WEEKDAYS[language];
  return from === to ? (names[from] ?? '') : `${names[from]}–${names[to]}`;
}

/** `21 Nov 2026`, from `2026-11-21`. */
export function day(iso: string, language: Language): string {
  const [year, month, date] = iso.split('-').map(Number);
  return `${date} ${MONTHS[language][(month ?? 1) - 1]} ${year}`;
}

/** The day of a point in time, by the outlet's own clock: `21 Nov 2026`. */
export function dayAt(at: number | string, zone: Zone, language: Language): string {
  return day(local(at, zone).toISOString().slice(0, 10), language);
}

/** `4:59`, `1:02:03`: what a timer shows. */
export function timer(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3_600);
  const minutes = Math.floor((whole % 3_600) / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** How long ago or for how long, in one unit: `40 detik`, `3 menit`, `2 jam`, `5 hari`. */
export function age(milliseconds: number, language: Language): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const [amount, unit] =
    seconds < 60
      ? [seconds, 0]
      : seconds < 3_600
        ? [Math.floor(seconds / 60), 1]
        : seconds < 86_400
          ? [Math.floor(seconds / 3_600), 2]
          : [Math.floor(seconds / 86_400), 3];
  const names = language === 'id' ? ['detik', 'menit', 'jam', 'hari'] : ['s', 'min', 'h', 'd'];
  return `${amount} ${names[unit]}`;
}

/** A range of minutes as it is said: to five minutes once it is long, for it is no more certain than that. */
export function roughly(low: number, high: number): [low: number, high: number] {
  if (high <= 15) return [low, high];
  return [Math.floor(low / 5) * 5, Math.ceil(high / 5) * 5];
}
