/** Somebody of the staff at a screen of theirs, by what they read on it. */
import { expect, type Locator, type Page } from '@playwright/test';
import { id } from '../../src/lib/i18n/id';
import type { Person } from './demo';
import { Screens, type Orientation } from './test';

export class Crew {
  t: typeof id = id;

  constructor(readonly page: Page) {}

  static async at(screens: Screens, name: string, person: Person, size?: Orientation): Promise<Crew> {
    const crew = new Crew(await screens.open(name, 'staff', size));
    await crew.signIn(person);
    return crew;
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  async choose(person: Person) {
    await this.button(person.name).click();
  }

  async type(pin: string) {
    for (const digit of pin) await this.page.getByRole('button', { name: digit, exact: true }).click();
  }

  async signIn(person: Person) {
    await this.choose(person);
    await this.type(person.pin);
    await expect(this.page.getByRole('navigation', { name: this.t.staff.title })).toBeVisible();
  }

  async tab(name: keyof typeof id.staff.tabs) {
    await this.page
      .getByRole('navigation', { name: this.t.staff.title })
      .getByRole('button', { name: this.t.staff.tabs[name] })
      .click();
  }

  /** A ticket's row on the board. */
  row(told: string): Locator {
    return this.page.getByRole('listitem').filter({ hasText: told });
  }

  async pick(told: string) {
    await this.row(told).getByRole('button').first().click();
    await expect(this.page.getByRole('heading', { name: told })).toBeVisible();
  }

  async act(act: keyof typeof id.board.acts) {
    await this.page.getByRole('button', { name: this.t.board.acts[act], exact: true }).click();
  }

  /** Answers what an open sheet asks. */
  async answer(name: string) {
    await this.page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
  }

  /** Words at the screen's edge: what was done, or why it was not. */
  told(words: string | RegExp): Locator {
    return this.page.getByRole('status').filter({ hasText: words }).first();
  }

  async filter(name: keyof typeof id.board.filters) {
    await this.button(new RegExp(`^${this.t.board.filters[name]}`)).click();
  }

  sees(told: string, state: keyof typeof id.ticketState) {
    return expect(this.row(told).getByText(this.t.ticketState[state])).toBeVisible();
  }
}
