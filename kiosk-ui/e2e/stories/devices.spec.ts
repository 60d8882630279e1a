/** A receipt printer and a camera of the outlet: what they can do is known before anybody pays. */
import { axeFinds, measure } from '../support/audit';
import { Crew } from '../support/crew';
import { Customer, words } from '../support/customer';
import { CAMERA, PRINTER } from '../support/outlet';
import { expect, test } from '../support/test';

const t = words.id;

test('slips go to the receipt printer, and without paper nobody is offered a print', async ({
  screens,
  outlet,
}) => {
  const { printer } = await outlet.plug();
  const { name } = await outlet.product('photobooth');
  const page = await screens.open('depan', 'customer', 'portrait');
  const customer = new Customer(page);
  const told = await customer.takeNumber(name);
  await customer.tap(t.customer.print);
  await expect(page.getByText(t.customer.printed)).toBeVisible();
  expect(printer.paper).toContain(told);
  await customer.tap(t.common.done);

  // While the next guest looks at theirs the roll ends.
  await customer.takeNumber(name);
  printer.roll = 'out';
  const print = page.getByRole('button', { name: t.customer.print, exact: true });
  await expect(print).toBeHidden();
  await expect(page.getByText(t.customer.photoCode)).toBeVisible();
  expect([...(await axeFinds(page)), ...(await measure(page, 'portrait'))]).toEqual([]);
  await customer.tap(t.common.done);

  // And the next guest is told before paying.
  await customer.chooseCategory();
  await customer.chooseProduct(name);
  await customer.toPay();
  await expect(page.getByText(t.customer.noSlip)).toBeVisible();
  expect([...(await axeFinds(page)), ...(await measure(page, 'portrait'))]).toEqual([]);
  await customer.tap(t.customer.getNumber);
  await expect(page.getByText(t.customer.photoCode)).toBeVisible();
  await expect(print).toBeHidden();
  printer.roll = 'full';
  await expect(print).toBeVisible();
});

test('the counter warns before selling, and a slip that was not printed says why', async ({
  screens,
  outlet,
}) => {
  const { printer, camera, room } = await outlet.plug();
  const crew = await Crew.at(screens, 'kasir', outlet.manager);
  const { page } = crew;
  await crew.tab('sale');
  const cart = page.getByRole('complementary');
  const warning = (name: string, state: keyof typeof t.devices.state) =>
    cart.getByText(t.devices.beforeSelling.device(name, t.devices.state[state]));
  await expect(cart.getByText(t.sale.emptyCart)).toBeVisible();
  await expect(warning(PRINTER, 'paper_out')).toBeHidden();
  printer.roll = 'out';
  await expect(warning(PRINTER, 'paper_out')).toBeVisible();
  await camera.off();
  await expect(warning(CAMERA, 'silent')).toBeVisible();
  expect([...(await axeFinds(page)), ...(await measure(page, 'landscape'))]).toEqual([]);

  const goods = await outlet.product('retailProduct');
  await crew.button(new RegExp(`^${goods.name}`)).click();
  await crew.button(t.sale.exact).click();
  await crew.button(t.sale.sell).click();
  await crew.button(t.sale.print).click();
  await expect(page.getByText(new RegExp(`^${t.print.failed}: .*kertas`, 'i'))).toBeVisible();
  await expect(crew.button(t.print.byBrowser)).toBeVisible();
  expect([...(await axeFinds(page)), ...(await measure(page, 'landscape'))]).toEqual([]);
  printer.roll = 'low';
  await crew.button(t.sale.print).click();
  await expect(page.getByText(t.print.done, { exact: true })).toBeVisible();
  expect(printer.paper).toContain(goods.name);

  await crew.tab('rooms');
  const card = page.getByRole('listitem').filter({ hasText: room });
  await expect(card.getByText(t.devices.cameraSilent(CAMERA))).toBeVisible();
  await camera.on();
  await expect(card.getByText(t.devices.cameraSilent(CAMERA))).toBeHidden();

  await crew.tab('devices');
  const row = page.getByRole('listitem').filter({ hasText: PRINTER });
  await expect(row.getByText(t.devices.state.paper_low)).toBeVisible();
  printer.coverOpen = true;
  await expect(row.getByText(t.devices.state.cover_open)).toBeVisible();
  expect([...(await axeFinds(page)), ...(await measure(page, 'landscape'))]).toEqual([]);
  await row.getByRole('button', { name: t.devices.tryOf(t.devices.try.printer, PRINTER) }).click();
  await expect(row.getByRole('alert')).toContainText(t.print.failed);
  printer.coverOpen = false;
  printer.roll = 'full';
  await expect(row.getByText(t.devices.state.ready)).toBeVisible();
  printer.paper = '';
  await row.getByRole('button', { name: t.devices.tryOf(t.devices.try.printer, PRINTER) }).click();
  await expect(crew.told(t.devices.tested(PRINTER))).toBeVisible();
  expect(printer.paper).toContain(t.devices.testSlip);
  await printer.off();
  await expect(row.getByText(t.devices.state.silent)).toBeVisible();
});
