/** What guests see: at the kiosk, on the calling display, in a room. */
import { Customer } from '../customer';
import { expect } from '../test';
import { crowd, speak, type Tour } from './steps';

export async function customers(tour: Tour) {
  const { screens, outlet, t, show } = tour;
  await crowd(outlet, 7);
  const page = await screens.open('depan', 'customer', 'portrait');
  await speak(page, tour);
  const customer = new Customer(page);
  customer.t = t;
  await expect(page.getByRole('button', { name: t.customer.start })).toBeVisible();
  await show(page, 'attract');
  await outlet.cut();
  await expect(page.getByText(t.link.internet)).toBeVisible();
  await show(page, 'attract-offline');
  await outlet.heal();
  await expect(page.getByText(t.link.internet)).toBeHidden();
  await outlet.setOpen(false);
  await expect(page.getByText(t.customer.closedNow)).toBeVisible();
  await show(page, 'attract-closed');
  await outlet.setOpen(true);
  await outlet.ask('/intake', { state: 'paused', clear: false, message: t.customer.pausedNow });
  await expect(page.getByText(t.customer.pausedNow).first()).toBeVisible();
  await show(page, 'attract-paused');
  await outlet.ask('/intake', { state: 'open', clear: false });
  await expect(page.getByRole('button', { name: t.customer.start })).toBeVisible();
  await customer.tap(t.customer.comfort);
  await show(page, 'comforts');
  for (const name of ['large', 'reach', 'contrast'] as const)
    await page.getByRole('switch', { name: new RegExp(t.customer[name]) }).click();
  await page.getByRole('dialog').getByRole('button', { name: t.common.done }).click();
  await show(page, 'attract-comfort');
  await customer.tap(t.customer.start);
  await show(page, 'choose-comfort');
  await customer.tap(t.common.cancel);
  await speak(page, tour);
  await customer.tap(t.customer.haveBooking);
  await show(page, 'identify');
  for (const digit of ['9', '9', '9']) await customer.tap(digit);
  await customer.tap(t.customer.checkIn);
  await expect(page.getByRole('alert')).toContainText(/\w/);
  await show(page, 'identify-refused');
  await customer.tap(t.common.back);
  await customer.tap(t.customer.start);
  await show(page, 'choose');
  await customer.tap(new RegExp(`^${t.category.retailProduct}`));
  await show(page, 'choose-counter');
  await customer.tap(t.common.back);
  await customer.tap(new RegExp(`^${t.category.photobooth}`));
  await show(page, 'choose-product');
  await customer.chooseProduct((await outlet.product('photobooth')).name);
  await show(page, 'customise');
  await page.getByRole('button', { name: t.common.help, exact: true }).click();
  await show(page, 'help');
  await page.getByRole('dialog').getByRole('button', { name: t.common.close }).click();
  await customer.toPay();
  await show(page, 'pay');
  await customer.tap(t.customer.addName);
  await page.getByRole('textbox').click();
  await page.getByRole('textbox').fill('Maharani');
  await show(page, 'pay-naming');
  await page.getByRole('dialog').getByRole('button', { name: t.common.done, exact: true }).click();
  await customer.tap(t.customer.getNumber);
  await expect(page.getByRole('heading', { name: t.customer.yourNumber })).toBeVisible();
  await expect(page.getByRole('img', { name: t.customer.scanStatus })).toBeVisible();
  await show(page, 'ticket');
}

export async function idle(tour: Tour) {
  const { screens, outlet, t, show } = tour;
  const page = await screens.pair('depan', 'portrait');
  await page.clock.install();
  await page.goto(`${outlet.url}/#/`);
  await speak(page, tour);
  await page.getByRole('button', { name: t.customer.start }).click();
  await page.clock.runFor(61_000);
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await show(page, 'still-there');
  const unknown = await screens.browser.newContext();
  const stranger = await unknown.newPage();
  await stranger.goto(`${outlet.url}/#/`);
  await speak(stranger, tour);
  await expect(stranger.getByRole('heading', { name: t.unpaired.title })).toBeVisible();
  await show(stranger, 'unpaired');
  await unknown.close();
}

export async function display(tour: Tour) {
  const { screens, outlet, t, show } = tour;
  const page = await screens.open('tv', 'display');
  await speak(page, tour);
  await expect(page.getByRole('heading', { name: t.display.nobody })).toBeVisible();
  await show(page, 'display-empty');
  const tickets = await crowd(outlet, 9);
  const rooms = (await outlet.rooms()).filter((view) => view.studio.serves.includes('photobooth'));
  for (const [at, ticket] of tickets.slice(0, 3).entries())
    await outlet.act(ticket.id, 'call', { studio: rooms[at % rooms.length]?.studio.id });
  await expect(page.getByText(tickets[2]?.told ?? '').first()).toBeVisible();
  await show(page, 'display-calling');
  await outlet.act(tickets[0]?.id ?? '', 'recall');
  await expect(page.getByRole('heading', { name: t.display.again })).toBeVisible();
  await show(page, 'display-recalled');
}

export async function inRoom(tour: Tour) {
  const { screens, outlet, t, show } = tour;
  const page = await screens.open('ruang', 'room', 'portrait');
  await speak(page, tour);
  await expect(page.getByRole('heading', { name: t.room.choose })).toBeVisible();
  await show(page, 'room-choose');
  const booth = (await outlet.rooms()).find((view) => view.studio.serves.includes('photobooth'));
  if (!booth) return;
  await page.getByRole('button', { name: booth.studio.name }).click();
  await expect(page.getByText(t.room.ready)).toBeVisible();
  await show(page, 'room-free');
  const { id: ticket } = await outlet.issue({ holder: 'Sari' });
  await outlet.act(ticket, 'call', { studio: booth.studio.id });
  await expect(page.getByText(t.room.comeIn)).toBeVisible();
  await show(page, 'room-come-in');
  await outlet.act(ticket, 'start', { studio: booth.studio.id });
  await expect(page.getByText(t.room.enjoy)).toBeVisible();
  await show(page, 'room-running');
  await page.getByRole('button', { name: t.room.extend }).click();
  await show(page, 'room-extend');
  await page.getByRole('dialog').getByRole('button', { name: t.common.close }).click();
  const running = (await outlet.rooms()).find((view) => view.studio.id === booth.studio.id)?.session;
  await outlet.ask(`/sessions/${running?.id}/end`, {});
  await expect(page.getByRole('heading', { name: t.room.cleaning })).toBeVisible();
  await show(page, 'room-cleaning');
  await outlet.ask(`/studios/${booth.studio.id}/state`, { state: 'fault', note: t.rooms.faultReasons[0] });
  await expect(page.getByRole('heading', { name: t.room.fault })).toBeVisible();
  await show(page, 'room-fault');
}
