import { Crew } from '../support/crew';
import { Customer, words } from '../support/customer';
import { expect, test } from '../support/test';

const t = words.id;
const NAME = 'Maharani';

test('a customer who walks away leaves nothing', async ({ screens, outlet }) => {
  const page = await screens.pair('depan', 'portrait');
  await page.clock.install();
  await page.goto(`${outlet.url}/#/`);
  const pages = await page.evaluate(() => history.length);
  const customer = new Customer(page);
  await customer.chooseCategory();
  await customer.chooseProduct((await outlet.product('photobooth')).name);
  await customer.toPay();
  await customer.nameIt(NAME);
  await page.evaluate(() => {
    localStorage.setItem('guest', 'Maharani');
    sessionStorage.setItem('guest', 'Maharani');
  });

  await page.clock.runFor(61_000);
  const question = page.getByRole('alertdialog', { name: t.customer.stillThere });
  await expect(question).toBeVisible();
  // Twenty seconds to answer, at least.
  await page.clock.runFor(18_000);
  await expect(question).toBeVisible();
  await page.clock.runFor(4_000);
  await expect(question).toBeHidden();
  await expect(page.getByRole('button', { name: t.customer.start })).toBeVisible();

  expect(await page.content()).not.toContain(NAME);
  const left = await page.evaluate(() => ({
    storage: JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
    pages: history.length,
    state: history.state as unknown,
    address: location.href,
    databases: document.cookie,
  }));
  expect(left.storage).not.toContain('guest');
  expect(left.pages).toBe(pages);
  expect(left.state).toBeNull();
  expect(left.address).toBe(`${outlet.url}/#/`);
  expect(left.databases).toBe('');
  await customer.chooseCategory();
  await customer.chooseProduct((await outlet.product('photobooth')).name);
  await customer.toPay();
  await expect(page.getByRole('button', { name: t.customer.addName })).toBeVisible();
});

test('switching the language loses nothing', async ({ screens, outlet }) => {
  const page = await screens.open('depan', 'customer', 'portrait');
  const customer = new Customer(page);
  await customer.chooseCategory();
  const { name } = await outlet.product('photobooth');
  await customer.chooseProduct(name);
  await page.getByRole('button', { name: t.customer.more }).click();
  await customer.toPay();
  await customer.nameIt(NAME);
  await customer.tap(t.language.switch);
  await expect(page.getByRole('heading', { name: words.en.customer.pay })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByText(words.en.common.people(3))).toBeVisible();
  await expect(page.getByText(NAME)).toBeVisible();
  await expect(page.getByText(name)).toBeVisible();
});

test('publicity is asked for apart, and is no for whoever does not say yes', async ({ screens, outlet }) => {
  const page = await screens.open('depan', 'customer', 'portrait');
  const crew = await Crew.at(screens, 'kasir', outlet.manager);
  const customer = new Customer(page);
  const { name } = await outlet.product('photobooth');
  const consents: unknown[] = [];
  for (const agrees of [false, true, false]) {
    await customer.chooseCategory();
    await customer.chooseProduct(name);
    await customer.toPay();
    const publicity = page.getByRole('switch', { name: t.customer.publicity });
    await expect(publicity).not.toBeChecked();
    if (agrees) await publicity.click();
    await customer.tap(t.customer.getNumber);
    await expect(page.getByRole('heading', { name: t.customer.yourNumber })).toBeVisible();
    const told = await customer.told();
    consents.push((await outlet.tickets()).find((ticket) => ticket.told === told)?.consent);
    await crew.pick(told);
    await expect(
      crew.page.getByText(agrees ? t.board.publicity : t.board.noPublicity, { exact: true }),
    ).toBeVisible();
    await customer.tap(t.customer.noPrint);
  }
  const agreed = (publicity: boolean) => ({ wording: 1, publicity });
  expect(consents).toEqual([agreed(false), agreed(true), agreed(false)]);
});
