/** After all others, for it concerns all outlets: central as it was before an upgrade. */
import { axeFinds, measure } from '../support/audit';
import { Crew } from '../support/crew';
import { words } from '../support/customer';
import { expect, test } from '../support/test';

const t = words.id;

test('what central cannot read yet is held, can be taken back, and is booked after the upgrade', async ({
  screens,
  outlet,
}) => {
  test.setTimeout(180_000);
  const crew = await Crew.at(screens, 'kasir', outlet.manager);
  const { page } = crew;
  await crew.tab('sync');
  const held = page.getByRole('region', { name: t.sync.held, exact: true });
  await outlet.age('behind');
  const kept = await outlet.issue({ holder: 'Sari' });
  const dropped = await outlet.issue();
  const card = held.getByRole('listitem').filter({ hasText: dropped.told });
  await expect(held.getByText(kept.told)).toBeVisible({ timeout: 30_000 });
  await expect(card).toContainText(t.sync.heldWhy);
  expect([...(await axeFinds(page)), ...(await measure(page, 'landscape'))]).toEqual([]);
  await card.getByRole('button', { name: t.sync.remedy.cancel_ticket }).click();
  await crew.answer(t.board.cancelReasons[1] ?? '');
  await crew.answer(t.sync.remedy.cancel_ticket);
  // The new command waits with the one it corrects.
  await expect(held.getByText(t.sync.kinds['ticket.cancel'] ?? '')).toBeVisible({ timeout: 30_000 });
  await outlet.age('present');
  await expect(held.getByText(t.sync.none, { exact: true })).toBeVisible({ timeout: 60_000 });
  expect((await outlet.ticket(dropped.id)).state).toBe('cancelled');
  expect((await outlet.ticket(kept.id)).state).toBe('waiting');
});
