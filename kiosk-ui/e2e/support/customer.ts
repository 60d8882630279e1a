/** A walk-in at a customers' screen, by what they read on it. */
import { expect, type Page } from '@playwright/test';
import { en } from '../../src/lib/i18n/en';
import { id } from '../../src/lib/i18n/id';

export const words = { id, en };
export const TOLD = /^[A-Z]-\d{3}$/;

export class Customer {
  taps = 0;
  t: typeof id = id;

  constructor(readonly page: Page) {}

  async tap(name: string | RegExp) {
    this.taps += 1;
    await this.page.getByRole('button', { name }).first().click();
  }

  async chooseCategory(category: keyof typeof id.category = 'photobooth') {
    await this.tap(this.t.customer.start);
    await this.tap(new RegExp(`^${this.t.category[category]}`));
  }

  async chooseProduct(name: string) {
    await this.tap(new RegExp(name));
  }

  async toPay() {
    this.taps += 1;
    await this.page.getByRole('button', { name: this.t.customer.next, exact: true }).click();
    await expect(this.page.getByRole('heading', { name: this.t.customer.pay })).toBeVisible();
  }

  /** Writes a name to be called by. */
  async nameIt(name: string) {
    await this.tap(this.t.customer.addName);
    await this.page.getByRole('textbox').fill(name);
    await this.page
      .getByRole('dialog')
      .getByRole('button', { name: this.t.common.done, exact: true })
      .click();
    await expect(this.page.getByText(name)).toBeVisible();
  }

  /** The way of a walk-in who wants no more than a number. Returns what they were told. */
  async takeNumber(product: string): Promise<string> {
    await this.chooseCategory();
    await this.chooseProduct(product);
    await this.toPay();
    await this.tap(this.t.customer.getNumber);
    await expect(this.page.getByRole('heading', { name: this.t.customer.yourNumber })).toBeVisible();
    return this.told();
  }

  async told(): Promise<string> {
    return this.page.getByText(TOLD).first().innerText();
  }
}
