/** Packet and add-ons on their way from the kiosk to the counter; who is found by phone; what is plugged in. */
import { Customer } from '../customer';
import { CAMERA, PRINTER } from '../outlet';
import { expect } from '../test';
import { crewAt, crowd, escaped, freshPhone, speak, type Tour } from './steps';

export async function choice(tour: Tour) {
  const { screens, outlet, t, show } = tour;
  await crowd(outlet, 3);
  const product = await outlet.packeted();
  const packet = product.display?.packets?.at(-1)?.name ?? '';
  const extras = (await outlet.products()).filter(({ category }) => category === 'additional').slice(0, 2);
  const page = await screens.open('depan', 'customer', 'portrait');
  await speak(page, tour);
  const customer = new Customer(page);
  customer.t = t;
  await customer.chooseCategory(product.category);
  await show(page, 'choose-packeted');
  await customer.chooseProduct(escaped(product.name));
  await page.getByRole('radio', { name: packet }).click();
  for (const { name } of extras)
    for (let times = 0; times < 2; times += 1)
      await page.getByRole('button', { name: t.customer.add(name), exact: true }).click();
  await show(page, 'customise-chosen');
  await customer.toPay();
  await show(page, 'pay-chosen');
  await customer.tap(t.customer.getNumber);
  await expect(page.getByRole('img', { name: t.customer.scanStatus })).toBeVisible();
  await show(page, 'ticket-chosen');
  const told = await customer.told();

  const crew = await crewAt(tour);
  await crew.pick(told);
  await expect(crew.page.getByText(packet).first()).toBeVisible();
  await show(crew.page, 'board-chosen');
  await crew.button(t.board.newTicket).click();
  const dialog = crew.page.getByRole('dialog');
  await dialog.getByRole('button', { name: t.category[product.category], exact: true }).click();
  await dialog.getByRole('button', { name: product.name, exact: true }).click();
  await dialog.getByRole('radio', { name: packet }).click();
  await show(crew.page, 'board-new-packet');
  await crew.page.keyboard.press('Escape');
  await crew.button(t.board.pay).click();
  await expect(crew.page.getByRole('complementary').getByText(packet).first()).toBeVisible();
  await show(crew.page, 'sale-for-ticket');
  await crew.button(t.category[product.category]).click();
  await crew.button(new RegExp(`^${escaped(product.name)}`)).click();
  await show(crew.page, 'sale-packet');
  await crew.page.keyboard.press('Escape');
  await crew.button(t.sale.exact).click();
  await crew.button(t.sale.sell).click();
  await expect(crew.page.getByRole('article', { name: t.sale.receipt })).toBeVisible();
  await show(crew.page, 'sale-receipt-chosen');
  await crew.tab('board');
  await crew.pick(told);
  await show(crew.page, 'board-paid');
}

export async function phone(tour: Tour) {
  const { screens, outlet, t, show } = tour;
  const page = await screens.open('depan', 'customer', 'portrait');
  await speak(page, tour);
  const customer = new Customer(page);
  customer.t = t;
  const type = async (phone: string) => {
    await page.getByRole('radio', { name: t.customer.ways.phone }).click();
    for (const digit of phone) await page.getByRole('button', { name: digit, exact: true }).click();
  };
  const known = freshPhone();
  const { told } = await outlet.join(known, 'Sari Wulandari');
  await customer.tap(t.customer.haveBooking);
  await type(known);
  await show(page, 'identify-phone');
  await customer.tap(t.customer.lookUp);
  await expect(page.getByRole('button', { name: told })).toBeVisible();
  await show(page, 'identify-found');
  await customer.tap(t.common.again);
  await type(freshPhone());
  await customer.tap(t.customer.lookUp);
  await expect(page.getByText(t.customer.foundNone)).toBeVisible();
  await show(page, 'identify-none');
}

export async function plugged(tour: Tour) {
  const { screens, outlet, t, show } = tour;
  const { printer, camera, room } = await outlet.plug();
  const goods = await outlet.product('retailProduct');
  const page = await screens.open('depan', 'customer', 'portrait');
  const crew = await crewAt(tour);
  await crew.tab('devices');
  const row = crew.page.getByRole('listitem').filter({ hasText: PRINTER });
  await expect(row.getByText(t.devices.state.ready)).toBeVisible();
  await show(crew.page, 'devices-ready');
  printer.roll = 'out';
  await camera.off();
  await expect(row.getByText(t.devices.state.paper_out)).toBeVisible();
  await row.getByRole('button', { name: t.devices.tryOf(t.devices.try.printer, PRINTER) }).click();
  await expect(row.getByRole('alert')).toBeVisible();
  await show(crew.page, 'devices-faulty');
  await crew.tab('sale');
  await crew
    .button(new RegExp(`^${escaped(goods.name)}`))
    .first()
    .click();
  await expect(
    crew.page.getByText(t.devices.beforeSelling.device(CAMERA, t.devices.state.silent)),
  ).toBeVisible();
  await show(crew.page, 'sale-warned');
  await crew.button(t.sale.exact).click();
  await crew.button(t.sale.sell).click();
  await crew.button(t.sale.print).click();
  await expect(crew.button(t.print.byBrowser)).toBeVisible();
  await show(crew.page, 'sale-not-printed');
  await crew.tab('rooms');
  const card = crew.page.getByRole('listitem').filter({ hasText: room });
  await expect(card.getByText(t.devices.cameraSilent(CAMERA))).toBeVisible();
  await show(crew.page, 'rooms-camera');

  await speak(page, tour);
  const customer = new Customer(page);
  customer.t = t;
  await customer.chooseCategory();
  await customer.chooseProduct(escaped((await outlet.product('photobooth')).name));
  await customer.toPay();
  await expect(page.getByText(t.customer.noSlip)).toBeVisible();
  await show(page, 'pay-no-slip');
  await customer.tap(t.customer.getNumber);
  await expect(page.getByText(t.customer.photoCode)).toBeVisible();
  await show(page, 'ticket-no-slip');
  await outlet.unplug();
}
