/** What the tests have at hand: an outlet of their own, and screens in it. No response is ever made up. */
import { test as base, expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { Outlet } from './outlet';

export type Face = 'customer' | 'display' | 'staff' | 'room';

export const SIZES = {
  landscape: { width: 1920, height: 1080 },
  portrait: { width: 1080, height: 1920 },
} as const;
export type Orientation = keyof typeof SIZES;

/** The screens one test opens, and what went wrong in them. */
export class Screens {
  #contexts: BrowserContext[] = [];
  #faults: string[] = [];

  constructor(
    readonly browser: Browser,
    readonly outlet: Outlet,
  ) {}

  /** A browser at the outlet, paired by that name. */
  async pair(name: string, size: Orientation = 'landscape'): Promise<Page> {
    const context = await this.browser.newContext({ viewport: SIZES[size], hasTouch: true });
    this.#contexts.push(context);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.#faults.push(`${name}: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) this.#faults.push(`${name}: ${message.text()}`);
    });
    await page.goto(`${this.outlet.url}/pair?token=${await this.outlet.token(name)}`);
    return page;
  }

  async open(name: string, face: Face, size: Orientation = 'landscape'): Promise<Page> {
    if (face === 'staff') await this.outlet.signOut(name);
    const page = await this.pair(name, size);
    await page.goto(`${this.outlet.url}/#/${face === 'customer' ? '' : face}`);
    return page;
  }

  async close(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()));
    expect(this.#faults, 'errors in the pages').toEqual([]);
  }
}

export const test = base.extend<{ screens: Screens; morning: void }, { outlet: Outlet }>({
  outlet: [
    async ({}, use, worker) => {
      const outlet = new Outlet(worker.parallelIndex + 1);
      await outlet.signIn();
      await use(outlet);
    },
    { scope: 'worker' },
  ],
  morning: [
    async ({ outlet }, use) => {
      await outlet.clear();
      await use();
      await outlet.unplug();
    },
    { auto: true },
  ],
  screens: async ({ browser, outlet }, use) => {
    const screens = new Screens(browser, outlet);
    await use(screens);
    await screens.close();
  },
});

export { expect };
