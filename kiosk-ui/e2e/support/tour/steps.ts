/** What every part of the tour does on its way. */
import type { Page } from '@playwright/test';
import { en } from '../../../src/lib/i18n/en';
import { id } from '../../../src/lib/i18n/id';
import type { Language } from '../../../src/lib/i18n/messages';
import { Crew } from '../crew';
import type { Outlet } from '../outlet';
import { expect, type Screens } from '../test';

export interface Tour {
  screens: Screens;
  outlet: Outlet;
  language: Language;
  t: typeof id;
  /** Looks at what is there now. */
  show: (page: Page, name: string) => Promise<void>;
}

export type Part = (tour: Tour) => Promise<void>;

export const messages = { id, en } as unknown as Record<Language, typeof id>;

const NAMES = ['Sari', 'Bayu Prakoso', 'Keluarga Wijayakusuma', 'Dewi', 'Rangga', 'Intan', 'Yoga', 'Putu'];

/** After the first few, who are acted upon, guests come for this and that. */
const WANTED = ['studioPro', 'photobooth', 'highAngle', 'photobooth'] as const;
const ACTED_UPON = 4;

/** `count` people waiting, every third with a name. */
export async function crowd(outlet: Outlet, count: number) {
  const tickets = [];
  for (let at = 0; at < count; at += 1) {
    const holder = at % 3 === 0 ? NAMES[(at / 3) % NAMES.length] : undefined;
    const category = at < ACTED_UPON ? 'photobooth' : WANTED[at % WANTED.length];
    tickets.push(await outlet.issue({ ...(category && { category }), ...(holder && { holder }) }));
  }
  return tickets;
}

/** A screen that speaks the tour's language. */
export async function speak(page: Page, { language, t }: Tour) {
  if (language === 'id') return;
  await page.getByRole('button', { name: id.language.switch }).click();
  await expect(page.getByRole('button', { name: t.language.switch })).toBeVisible();
}

/** Types an amount and confirms it. */
export async function pay(crew: Crew, keys: string[], reason: string | null, name: string) {
  for (const key of keys)
    await crew.page.getByRole('dialog').getByRole('button', { name: key, exact: true }).click();
  if (reason) await crew.answer(reason);
  await crew.answer(name);
}

export async function crewAt(tour: Tour, name = 'kasir'): Promise<Crew> {
  const crew = new Crew(await tour.screens.open(name, 'staff'));
  await speak(crew.page, tour);
  crew.t = tour.t;
  await crew.signIn(tour.outlet.manager);
  return crew;
}

/** A phone's number nobody else has, as it is typed. */
export const freshPhone = () => `0812${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`;

export function escaped(text: string) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
