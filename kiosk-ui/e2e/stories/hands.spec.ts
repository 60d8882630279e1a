/** By keyboard, by screen reader, without motion; and who a screen belongs to. */
import { Customer, words } from '../support/customer';
import { Crew } from '../support/crew';
import { expect, test } from '../support/test';
import type { Locator, Page } from '@playwright/test';

const t = words.id;

/** Where Tab leads, one stop after the other, until it comes round. */
async function stops(page: Page): Promise<{ name: string; y: number; ring: boolean }[]> {
  const found = [];
  for (let at = 0; at < 60; at += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const here = document.activeElement;
      if (!here || here === document.body) return null;
      const name = here.getAttribute('aria-label') ?? here.textContent?.trim() ?? '';
      const again = here.hasAttribute('data-stopped');
      here.setAttribute('data-stopped', '');
      const ring = getComputedStyle(here).outlineStyle !== 'none';
      return again ? null : { name, y: here.getBoundingClientRect().top, ring };
    });
    if (!stop) break;
    found.push(stop);
  }
  await page.evaluate(() =>
    document.querySelectorAll('[data-stopped]').forEach((one) => one.removeAttribute('data-stopped')),
  );
  return found;
}

test('a keyboard reaches everything, in the order it is read, and sees where it is', async ({
  screens,
  outlet,
}) => {
  const page = await screens.open('depan', 'customer', 'portrait');
  const customer = new Customer(page);
  const check = async (what: string) => {
    const buttons = await page.locator('button:visible:not(:disabled)').count();
    const way = await stops(page);
    expect(way.length, `${what}: ${way.map(({ name }) => name).join(', ')}`).toBeGreaterThanOrEqual(buttons);
    expect(
      way.filter(({ ring }) => !ring),
      what,
    ).toEqual([]);
    // Never back up by more than a row.
    const back = way.slice(1).filter(({ y }, at) => y < (way[at]?.y ?? 0) - 160);
    expect(back, what).toEqual([]);
  };
  await expect(page.getByRole('button', { name: t.customer.start })).toBeVisible();
  await check('attract');
  await customer.tap(t.customer.start);
  // The new page's title has the focus: it is read out, and Tab goes on from there.
  await expect(page.getByRole('heading', { name: t.customer.chooseCategory })).toBeFocused();
  await check('choose');
  await customer.tap(new RegExp(`^${t.category.photobooth}`));
  await customer.chooseProduct((await outlet.product('photobooth')).name);
  await check('customise');
  await customer.toPay();
  await check('pay');
  // A question takes the focus, and gives it back.
  const help = page.getByRole('button', { name: t.common.help, exact: true });
  await help.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').locator(':focus')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(help).toBeFocused();
});

test('a page changes in 200 to 240 ms, and whatever is pressed answers within 100', async ({
  screens,
  outlet,
}) => {
  const page = await screens.open('depan', 'customer', 'portrait');
  /** Touches a button, and looks at what moves in the same turn: on a busy machine it is over soon. */
  const touched = (button: Locator) =>
    button.evaluate(async (one) => {
      (one as HTMLButtonElement).click();
      await new Promise((drawn) => requestAnimationFrame(drawn));
      return document
        .getAnimations()
        .map((animation) => animation as CSSAnimation)
        .filter((animation) => animation.animationName?.includes('page'))
        .map((animation) => Number(animation.effect?.getComputedTiming().duration));
    });
  const fits = (durations: number[]) => {
    expect(durations.length).toBeGreaterThan(0);
    for (const duration of durations) expect(duration >= 200 && duration <= 240, `${duration} ms`).toBe(true);
  };
  /** What changes when a button is pressed, and how long that takes at most. */
  const presses = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('main button:not(:disabled)')].map((button) => {
        const durations = getComputedStyle(button).transitionDuration.split(',').map(parseFloat);
        return Math.max(...durations) * 1_000;
      }),
    );
  const { name } = await outlet.product('photobooth');
  const touches = [
    t.customer.start,
    new RegExp(`^${t.category.photobooth}`),
    new RegExp(name),
    t.customer.next,
  ];
  for (const touch of touches) {
    const button = page.getByRole('button', { name: touch }).first();
    await expect(button).toBeVisible();
    expect(Math.max(...(await presses()))).toBeLessThanOrEqual(100);
    fits(await touched(button));
  }
});

test('with reduced motion nothing moves', async ({ screens, outlet }) => {
  const page = await screens.pair('depan', 'portrait');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const moving = () =>
    page.evaluate(() =>
      document
        .getAnimations()
        .map((animation) => animation.effect?.getComputedTiming())
        .filter((timing) => Number(timing?.duration) * Number(timing?.iterations) > 1)
        .map((timing) => `${timing?.duration} × ${timing?.iterations}`),
    );
  for (const face of ['', 'display', 'room']) {
    await page.goto(`${outlet.url}/#/${face}`);
    await expect(page.getByRole('button', { name: t.language.switch })).toBeVisible();
    expect(await moving(), face).toEqual([]);
  }
  const tickets = [await outlet.issue(), await outlet.issue()];
  await page.goto(`${outlet.url}/#/display`);
  for (const ticket of tickets) await outlet.act(ticket.id, 'call');
  await expect(page.getByText(tickets[1]?.told ?? '').first()).toBeVisible();
  expect(await moving(), 'a call').toEqual([]);
});

test('a screen that is revoked stops at once', async ({ screens, outlet }) => {
  const name = `TV ${crypto.randomUUID().slice(0, 4)}`;
  const stolen = await screens.open(name, 'display');
  await expect(stolen.getByRole('heading', { name: t.display.nobody })).toBeVisible();
  const crew = await Crew.at(screens, 'kasir', outlet.manager);
  await crew.tab('devices');
  await crew.button(t.devices.revokeOf(name)).click();
  await crew.answer(t.devices.revoke);
  await expect(crew.button(t.devices.revokeOf(name))).toBeHidden();
  await expect(stolen.getByRole('heading', { name: t.unpaired.title })).toBeVisible();
});
