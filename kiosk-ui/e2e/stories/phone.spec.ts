/** Who has joined from afar is found by their phone's number; of the number itself nothing stays. */
import type { Page } from '@playwright/test';
import { axeFinds, measure } from '../support/audit';
import { Customer, words } from '../support/customer';
import { expect, test } from '../support/test';
import { freshPhone as fresh } from '../support/tour/steps';

const t = words.id;

async function lookUp(page: Page, phone: string) {
  await page.getByRole('radio', { name: t.customer.ways.phone }).click();
  for (const digit of phone) await page.getByRole('button', { name: digit, exact: true }).click();
  await page.getByRole('button', { name: t.customer.lookUp, exact: true }).click();
}

/** Where a browser keeps things, and what it shows and remembers. */
async function everywhere(page: Page): Promise<string> {
  const kept = await page.evaluate(async () => {
    const caches = await globalThis.caches?.keys();
    return JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      location.href,
      history.length,
      history.state,
      await indexedDB.databases(),
      caches,
      [...document.querySelectorAll('input')].map((input) => input.value),
      [...document.querySelectorAll('*')].flatMap((one) => [...one.attributes].map(({ value }) => value)),
    ]);
  });
  return (await page.content()) + kept;
}

/** However it may be written: with its zero, with its country, in groups. */
function holds(text: string, phone: string): boolean {
  return text.replace(/[\s.()+-]/g, '').includes(phone.slice(1));
}

test('a guest is found by phone, chooses their number and is checked in, seen by nobody', async ({
  screens,
  outlet,
}) => {
  const phone = fresh();
  const remote = await outlet.join(phone, 'Sari Wulandari');
  const page = await screens.open('depan', 'customer', 'portrait');
  const customer = new Customer(page);
  await customer.tap(t.customer.haveBooking);
  const pages = await page.evaluate(() => history.length);
  // Found out at once that the number is looked for by this test at all.
  await page.getByRole('radio', { name: t.customer.ways.phone }).click();
  for (const digit of phone) await page.getByRole('button', { name: digit, exact: true }).click();
  expect(holds(await everywhere(page), phone)).toBe(true);
  expect([...(await axeFinds(page)), ...(await measure(page, 'portrait'))]).toEqual([]);

  await page.getByRole('button', { name: t.customer.lookUp, exact: true }).click();
  const found = page.getByRole('button', { name: remote.told });
  await expect(found).toBeVisible();
  expect(holds(await everywhere(page), phone)).toBe(false);
  await expect(
    page.getByText(`•• ${phone.slice(-3)}`).or(page.getByText(new RegExp(`•${phone.slice(-3)}$`))),
  ).toBeVisible();
  // Whoever stands behind learns no name.
  expect(await page.content()).not.toContain('Wulandari');
  expect([...(await axeFinds(page)), ...(await measure(page, 'portrait'))]).toEqual([]);

  await found.click();
  await expect(page.getByRole('heading', { name: t.customer.yourNumber })).toBeVisible();
  await expect(page.getByText(remote.told).first()).toBeVisible();
  await customer.tap(t.customer.noPrint);
  await expect(page.getByText(t.customer.startHint)).toBeVisible();
  expect(holds(await everywhere(page), phone)).toBe(false);
  expect(await page.evaluate(() => history.length)).toBe(pages);
  const row = (await outlet.tickets()).find((ticket) => ticket.told === remote.told);
  expect(row?.state).toBe('waiting');
});

test('whom nobody is found for is told what to do next', async ({ screens }) => {
  const page = await screens.open('depan', 'customer', 'portrait');
  const customer = new Customer(page);
  const phone = fresh();
  await customer.tap(t.customer.haveBooking);
  await lookUp(page, phone);
  await expect(page.getByText(t.customer.foundNone)).toBeVisible();
  await expect(page.getByText(t.customer.foundNoneText)).toBeVisible();
  expect(holds(await everywhere(page), phone)).toBe(false);
  expect([...(await axeFinds(page)), ...(await measure(page, 'portrait'))]).toEqual([]);
  // One step back is another try, not the end.
  await customer.tap(t.common.back);
  await expect(page.getByRole('button', { name: t.customer.lookUp, exact: true })).toBeDisabled();
  await lookUp(page, phone);
  await customer.tap(t.customer.walkIn);
  await expect(page.getByRole('heading', { name: t.customer.chooseCategory })).toBeVisible();
});

test('whoever tries many numbers in vain has to wait, and is told how long', async ({ screens, outlet }) => {
  const screen = `depan ${crypto.randomUUID().slice(0, 4)}`;
  const page = await screens.open(screen, 'customer', 'portrait');
  for (let tries = 0; tries < 10; tries += 1) expect(await outlet.lookUp(fresh(), screen)).toBe(0);
  const customer = new Customer(page);
  await customer.tap(t.customer.haveBooking);
  await lookUp(page, fresh());
  await expect(page.getByRole('alert')).toContainText(/Terlalu sering .* \d+ (menit|detik)/);
  await customer.tap(t.common.again);
  // And what is no phone's number is said to be none.
  await lookUp(page, '0211234567');
  await expect(page.getByText(t.customer.notAPhone)).toBeVisible();
  expect([...(await axeFinds(page)), ...(await measure(page, 'portrait'))]).toEqual([]);
});

test('a number half typed, and a guest who leaves it: gone with the wipe', async ({ screens, outlet }) => {
  const page = await screens.pair('depan', 'portrait');
  await page.clock.install();
  await page.goto(`${outlet.url}/#/`);
  const phone = fresh();
  await page.getByRole('button', { name: t.customer.haveBooking }).click();
  await page.getByRole('radio', { name: t.customer.ways.phone }).click();
  for (const digit of phone) await page.getByRole('button', { name: digit, exact: true }).click();
  expect(holds(await everywhere(page), phone)).toBe(true);
  await page.clock.runFor(61_000);
  const question = page.getByRole('alertdialog', { name: t.customer.stillThere });
  await expect(question).toBeVisible();
  await page.clock.runFor(21_000);
  await expect(question).toBeHidden();
  await expect(page.getByText(t.customer.startHint)).toBeVisible();
  expect(holds(await everywhere(page), phone)).toBe(false);
});
