/** By keyboard, by screen reader, without motion; and who a screen belongs to. */
import { Customer, words } from '../support/customer';
import { Crew } from '../support/crew';
import { expect, test } from '../support/test';
import type { Page } from '@playwright/test';

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
