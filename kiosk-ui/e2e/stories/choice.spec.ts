/** What a guest chose is kept with the number, and charged at the counter as it was told. */
import { axeFinds, measure } from '../support/audit';
import { Crew } from '../support/crew';
import { Customer, words } from '../support/customer';
import { expect, test } from '../support/test';
import { escaped } from '../support/tour/steps';

const t = words.id;
const ADDED = 2;

test('a walk-in with a packet and add-ons is charged at the counter what they were told', async ({
  screens,
  outlet,
}) => {
  const product = await outlet.packeted();
  const packet = product.display?.packets?.at(-1)?.name ?? '';
  const page = await screens.open('depan', 'customer', 'portrait');
  const customer = new Customer(page);
  const extra = await outlet.product('additional');

  await customer.chooseCategory(product.category);
  await customer.chooseProduct(escaped(product.name));
  await page.getByRole('radio', { name: packet }).click();
  for (let added = 0; added < ADDED; added += 1)
    await page.getByRole('button', { name: t.customer.add(extra.name), exact: true }).click();
  await customer.toPay();
  const total = (await page.locator('.total b').innerText()).trim();
  await customer.tap(t.customer.getNumber);
  await expect(page.getByRole('heading', { name: t.customer.yourNumber })).toBeVisible();
  await expect(page.getByText(t.customer.payChosen)).toBeVisible();
  const told = await customer.told();

  const crew = await Crew.at(screens, 'kasir', outlet.manager);
  await crew.pick(told);
  const wanted = crew.page.getByText(`${packet}, ${ADDED}× ${extra.name}`);
  await expect(wanted).toContainText(total);
  await crew.button(t.board.pay).click();
  const cart = crew.page.getByRole('complementary');
  await expect(cart.getByText(`${product.name} · ${packet}`)).toBeVisible();
  await expect(cart.locator('.total dd')).toHaveText(total);
  expect([...(await axeFinds(crew.page)), ...(await measure(crew.page, 'landscape'))]).toEqual([]);
  await crew.button(t.sale.exact).click();
  await crew.button(t.sale.sell).click();
  const receipt = crew.page.getByRole('article', { name: t.sale.receipt });
  await expect(receipt.getByText(`${product.name} · ${packet}`)).toBeVisible();
  await expect(receipt.getByText(extra.name, { exact: true })).toBeVisible();
  await expect(receipt.getByText(told)).toBeVisible();

  const ticket = (await outlet.tickets()).find((row) => row.told === told);
  const sales =
    await outlet.ask<{ ticket?: string; total: number; lines: object[] }[]>('/sales?per_page=1000');
  const sale = sales.find((one) => one.ticket === ticket?.id);
  expect(sale?.total).toBe(Number(total.replace(/\D/g, '')));
  expect(sale?.lines).toMatchObject([
    { product: product.id, packet, quantity: 1 },
    { product: extra.id, quantity: ADDED },
  ]);
  // Nobody pays twice: what is paid is not put in a cart again.
  await crew.button(t.sale.newSale).click();
  await crew.button(t.sale.noTicket).click();
  await crew.page.getByRole('dialog').getByRole('button', { name: told }).click();
  await expect(cart.getByText(t.sale.emptyCart)).toBeVisible();
});

test('staff give a number with a packet, and choosing it at the counter fills the cart', async ({
  screens,
  outlet,
}) => {
  const product = await outlet.packeted();
  const [packet] = product.display?.packets ?? [];
  const crew = await Crew.at(screens, 'kasir', outlet.manager);
  const { page } = crew;
  await crew.button(t.board.newTicket).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: t.category[product.category], exact: true }).click();
  await dialog.getByRole('button', { name: product.name, exact: true }).click();
  // Which packet is not left open.
  await expect(dialog.getByRole('button', { name: t.board.issue })).toBeDisabled();
  await dialog.getByRole('radio', { name: packet?.name ?? '' }).click();
  expect([...(await axeFinds(page)), ...(await measure(page, 'landscape'))]).toEqual([]);
  await crew.answer(t.board.issue);
  await expect(dialog).toBeHidden();
  const told = (await outlet.tickets()).find((row) => row.wanted?.packet === packet?.name)?.told ?? '';

  await crew.tab('sale');
  await crew.button(t.sale.noTicket).click();
  await dialog.getByRole('button', { name: told }).click();
  const cart = page.getByRole('complementary');
  await expect(cart.getByText(`${product.name} · ${packet?.name}`)).toBeVisible();
  // Another ticket, or none: what came with it goes with it.
  await cart.getByRole('button', { name: told }).click();
  await crew.answer(t.sale.noTicket);
  await expect(cart.getByText(t.sale.emptyCart)).toBeVisible();
  // Without a ticket the counter asks which.
  await crew.button(t.category[product.category]).click();
  await crew.button(new RegExp(`^${escaped(product.name)}`)).click();
  await dialog.getByRole('radio', { name: packet?.name ?? '' }).click();
  await expect(cart.getByText(`${product.name} · ${packet?.name}`)).toBeVisible();
});
