/** The sync desk: what waits is seen in plain words, and put right by a new command. */
import { axeFinds, measure } from '../support/audit';
import { words } from '../support/customer';
import { Crew } from '../support/crew';
import { expect, test } from '../support/test';

const t = words.id;

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
