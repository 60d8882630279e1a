/** The sync desk: what waits is seen in plain words, and put right by a new command. */
import { axeFinds, measure } from '../support/audit';
import { words } from '../support/customer';
import { Crew } from '../support/crew';
import { expect, test } from '../support/test';
import { rupiah as money } from '../../src/lib/i18n/format';

const t = words.id;
const rupiah = (sum: number) => money(sum, 'id');

test('a sale made without the line is listed, voided by a remedy, and gone once central has both', async ({
  screens,
  outlet,
}) => {
  const goods = await outlet.product('retailProduct');
  const crew = await Crew.at(screens, 'kasir', outlet.manager);
  const { page } = crew;
  await outlet.cut();
  const sale = await outlet.ask<{ id: string; receipt_code: string }>('/sales', {
    lines: [{ product: goods.id, quantity: 1 }],
    tendered: goods.price,
  });
  await crew.tab('sync');
  const waiting = page.getByRole('region', { name: t.sync.waiting, exact: true });
  const sold = waiting.getByRole('listitem').filter({ hasText: t.sync.kinds['sale.sell'] });
  await expect(sold).toContainText(sale.receipt_code);
  await expect(sold).toContainText(goods.name);
  await expect(sold).toContainText(t.sync.by(outlet.manager.name));
  await expect(sold).toContainText(t.link.short.internet.toLowerCase());

  await sold.getByRole('button', { name: t.sync.remedy.void_sale }).click();
  const dialog = page.getByRole('dialog');
  // Nobody voids by one tap: a reason comes first.
  await expect(dialog.getByRole('button', { name: t.sync.remedy.void_sale })).toBeDisabled();
  await crew.answer(t.sale.voidReasons[0] ?? '');
  expect([...(await axeFinds(page)), ...(await measure(page, 'landscape'))]).toEqual([]);
  await crew.answer(t.sync.remedy.void_sale);
  await expect(dialog).toBeHidden();
  const undone = waiting.getByRole('listitem').filter({ hasText: t.sync.kinds['sale.void'] });
  await expect(undone).toContainText(sale.receipt_code);
  await expect(undone).toContainText(t.sync.corrects);
  // What is void is not voided again.
  await expect(sold.getByRole('button', { name: t.sync.remedy.void_sale })).toBeHidden();
  expect([...(await axeFinds(page)), ...(await measure(page, 'landscape'))]).toEqual([]);

  await outlet.heal();
  await expect(waiting.getByText(t.sync.none, { exact: true })).toBeVisible();
  await expect(page.getByText(t.sync.allIn)).toBeVisible();
  const sales = await outlet.ask<{ id: string; void?: { reason: string } | null }[]>('/sales?per_page=1000');
  expect(sales.find(({ id }) => id === sale.id)?.void?.reason).toBe(t.sale.voidReasons[0]);
});

test('outlet and central are compared when somebody asks', async ({ screens, outlet }) => {
  await outlet.issue();
  const crew = await Crew.at(screens, 'kasir', outlet.manager);
  const { page } = crew;
  await crew.tab('sync');
  await crew.button(t.sync.proof.now).click();
  await expect(page.getByText(/^Sama, [\d.]+ baris$/)).toBeVisible({ timeout: 30_000 });
});

test('a sale at a price central has changed meanwhile is booked, listed with its cause, and can be voided', async ({
  screens,
  outlet,
}) => {
  const goods = (await outlet.products()).filter(({ category }) => category === 'retailProduct').at(-1);
  if (!goods) throw new Error('nothing to sell');
  const crew = await Crew.at(screens, 'kasir', outlet.manager);
  const { page } = crew;
  await crew.tab('sync');
  const excepted = page.getByRole('region', { name: t.sync.exceptions, exact: true });
  await outlet.cut();
  const before = await outlet.price(goods.id, goods.price + 5_000);
  try {
    const sale = await outlet.ask<{ id: string; receipt_code: string }>('/sales', {
      lines: [{ product: goods.id, quantity: 1 }],
      tendered: goods.price,
    });
    await outlet.heal();
    const card = excepted.getByRole('listitem').filter({ hasText: sale.receipt_code });
    await expect(card).toContainText(rupiah(goods.price));
    await expect(card).toContainText(rupiah(goods.price + 5_000));
    expect([...(await axeFinds(page)), ...(await measure(page, 'landscape'))]).toEqual([]);
    await card.getByRole('button', { name: t.sync.remedy.void_sale }).click();
    await crew.answer(t.sale.voidReasons[2] ?? '');
    await crew.answer(t.sync.remedy.void_sale);
    await expect(card.getByRole('button', { name: t.sync.remedy.void_sale })).toBeHidden();
    // It stays listed until somebody at central has looked at it.
    await expect(card).toBeVisible();
    await outlet.review();
    await expect(card).toBeHidden();
  } finally {
    await outlet.price(goods.id, before);
  }
});

test('a shift that was miscounted is corrected from the desk', async ({ screens, outlet }) => {
  const crew = await Crew.at(screens, 'kasir', outlet.manager);
  const { page } = crew;
  await outlet.cut();
  const counted = 300_000 + Math.floor(Math.random() * 1_000) * 100;
  const { id } = await outlet.ask<{ id: string }>('/shifts', { float: 300_000 });
  await outlet.ask(`/shifts/${id}/close`, { counted });
  await crew.tab('sync');
  const waiting = page.getByRole('region', { name: t.sync.waiting, exact: true });
  const closed = waiting.getByRole('listitem').filter({ hasText: t.sync.kinds['shift.close'] });
  await closed.getByRole('button', { name: t.sync.remedy.correct_shift }).first().click();
  const dialog = page.getByRole('dialog');
  for (const key of ['2', '000']) await dialog.getByRole('button', { name: key, exact: true }).click();
  await dialog.getByRole('button', { name: t.till.less }).click();
  await crew.answer(t.till.reasons[3] ?? '');
  expect([...(await axeFinds(page)), ...(await measure(page, 'landscape'))]).toEqual([]);
  await crew.answer(t.sync.remedy.correct_shift);
  await expect(dialog).toBeHidden();
  const correction = waiting.getByRole('listitem').filter({ hasText: t.sync.kinds['shift.correct'] });
  await expect(correction.first()).toContainText(t.sync.corrects);
  const shifts = await outlet.ask<{ id: string; corrections: { amount: number }[] }[]>('/shifts?per_page=20');
  const corrected = shifts.find((shift) => shift.id === id);
  expect(corrected?.corrections.map(({ amount }) => amount)).toEqual([-2_000]);
  await outlet.heal();
  await expect(waiting.getByText(t.sync.none, { exact: true })).toBeVisible();
});
