/** What staff see at the back: drawer, intake, devices, connection, sync desk. */
import { expect } from '../test';
import { crewAt, crowd, pay, type Tour } from './steps';

export async function till(tour: Tour) {
  const { t, show } = tour;
  const crew = await crewAt(tour);
  const { page } = crew;
  await crew.tab('till');
  await expect(page.getByRole('heading', { name: t.till.none })).toBeVisible();
  await show(page, 'till-none');
  await crew.button(t.till.open).click();
  await show(page, 'till-opening');
  await pay(crew, ['5', '0', '0', '000'], null, t.till.open);
  await crew.button(t.till.in).click();
  await pay(crew, ['1', '2', '5', '000'], t.till.reasons[0] ?? '', t.till.in);
  await expect(page.getByRole('dialog')).toBeHidden();
  await show(page, 'till-open');
  await crew.button(t.till.out).click();
  await show(page, 'till-out');
  await page.keyboard.press('Escape');
  await crew.button(t.till.close).click();
  await pay(crew, ['6', '1', '5', '000'], null, t.till.close);
  await crew.button(t.till.correct).first().click();
  await show(page, 'till-correcting');
  await pay(crew, ['1', '0', '000'], t.till.reasons[3] ?? '', t.till.correct);
  await expect(page.getByText(t.till.reasons[3] ?? '').first()).toBeVisible();
  await show(page, 'till-closed');
}

export async function intake(tour: Tour) {
  const { outlet, t, show } = tour;
  await crowd(outlet, 3);
  const crew = await crewAt(tour);
  const { page } = crew;
  await crew.button(t.intake.state.open).click();
  await show(page, 'intake');
  await page.getByRole('textbox').click();
  await page.getByRole('textbox').fill(t.customer.pausedText);
  await show(page, 'intake-message');
  await crew.answer(t.intake.messageSave);
  await crew.answer(t.intake.set.paused);
  await expect(page.getByText(t.intake.state.paused, { exact: true })).toBeVisible();
  await show(page, 'intake-paused');
  await crew.answer(t.intake.day);
  await show(page, 'intake-day');
  await crew.answer(t.common.no);
  await page.keyboard.press('Escape');
  // Nobody new is taken meanwhile, and it is said why.
  await crew.button(t.board.newTicket).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: (await outlet.product('photobooth')).name }).click();
  await crew.answer(t.board.issue);
  await expect(dialog.getByRole('alert')).toContainText(/\w/);
  await show(page, 'board-new-refused');
  await dialog.getByRole('textbox').click();
  await show(page, 'board-new-naming');
}

export async function devices(tour: Tour) {
  const { outlet, t, show } = tour;
  await outlet.token('TV depan');
  const crew = await crewAt(tour);
  const { page } = crew;
  await crew.tab('devices');
  await expect(page.getByText('TV depan').first()).toBeVisible();
  await show(page, 'devices');
  await crew.button(t.devices.try.chime).click();
  await page.keyboard.type('8991234567890');
  await page.keyboard.press('Enter');
  await expect(page.getByText(t.devices.said['scanner']?.['check'] ?? '')).toBeVisible();
  await show(page, 'devices-tried');
  await crew.button(t.devices.revokeOf('TV depan')).first().click();
  await show(page, 'devices-revoke');
  await crew.answer(t.common.no);
  await crew.button(t.devices.pairTitle).click();
  await page.getByRole('textbox').click();
  await show(page, 'devices-pairing');
  await page.getByRole('textbox').fill(`TV ${tour.language}`);
  await crew.answer(t.devices.pair);
  await expect(page.getByText(t.devices.pairDone)).toBeVisible();
  await show(page, 'devices-paired');
}

export async function connection(tour: Tour) {
  const { outlet, t, show } = tour;
  const crew = await crewAt(tour);
  const { page } = crew;
  await crew.tab('status');
  await show(page, 'status');
  await outlet.cut();
  await expect(page.getByRole('listitem').filter({ hasText: t.status.reached.no }).first()).toBeVisible();
  await show(page, 'status-offline');
  await crew.tab('board');
  await show(page, 'board-offline');
  await outlet.heal();
}

export async function syncDesk(tour: Tour) {
  const { outlet, t, show } = tour;
  const crew = await crewAt(tour);
  const { page } = crew;
  await crew.tab('sync');
  await expect(page.getByText(t.sync.title)).toBeVisible();
  await show(page, 'sync');
  await outlet.cut();
  const { id, price } = await outlet.product('retailProduct');
  await outlet.ask('/sales', { lines: [{ product: id, quantity: 2 }], tendered: 2 * price });
  await crowd(outlet, 5);
  await expect(page.getByText(t.sync.kinds['ticket.issue']).first()).toBeVisible();
  await show(page, 'sync-offline');
  await page.getByRole('button', { name: t.sync.remedy.void_sale }).click();
  await show(page, 'sync-remedy');
  await page.keyboard.press('Escape');
  const { id: shift } = await outlet.ask<{ id: string }>('/shifts', { float: 300_000 });
  await outlet.ask(`/shifts/${shift}/close`, { counted: 298_000 });
  await page.getByRole('button', { name: t.sync.remedy.correct_shift }).click();
  await show(page, 'sync-remedy-shift');
  await page.keyboard.press('Escape');
  await outlet.heal();
}

/** Central knows another price than the one that was charged while the line was cut. */
export async function exceptions(tour: Tour) {
  const { outlet, t, show } = tour;
  const goods = (await outlet.products()).filter(({ category }) => category === 'retailProduct').at(-2);
  if (!goods) return;
  const crew = await crewAt(tour);
  const { page } = crew;
  await crew.tab('sync');
  await outlet.cut();
  const before = await outlet.price(goods.id, goods.price + 5_000);
  await outlet.ask('/sales', { lines: [{ product: goods.id, quantity: 2 }], tendered: 2 * goods.price });
  await outlet.heal();
  const excepted = page.getByRole('region', { name: t.sync.exceptions, exact: true });
  await expect(excepted.getByRole('button', { name: t.sync.remedy.void_sale })).toBeVisible();
  await show(page, 'sync-excepted');
  await outlet.price(goods.id, before);
  await outlet.review();
  await expect(excepted.getByRole('button', { name: t.sync.remedy.void_sale })).toBeHidden();
}

/** Central is older than what this outlet writes. */
export async function held(tour: Tour) {
  const { outlet, t, show } = tour;
  const crew = await crewAt(tour);
  const { page } = crew;
  await crew.tab('sync');
  await outlet.age('behind');
  await crowd(outlet, 2);
  const held = page.getByRole('region', { name: t.sync.held, exact: true });
  const remedy = held.getByRole('button', { name: t.sync.remedy.cancel_ticket });
  await expect(remedy).toHaveCount(2, { timeout: 30_000 });
  await show(page, 'sync-held');
  await remedy.first().click();
  await show(page, 'sync-held-remedy');
  await page.keyboard.press('Escape');
  await outlet.age('present');
  await expect(held.getByText(t.sync.none, { exact: true })).toBeVisible({ timeout: 60_000 });
}
