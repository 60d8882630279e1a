import { axeFinds, measure } from '../support/audit';
import { words } from '../support/customer';
import { Crew } from '../support/crew';
import { expect, test } from '../support/test';

const t = words.id;

test('a cash shift is opened, moved, closed and corrected', async ({ screens, outlet }) => {
  const crew = await Crew.at(screens, 'kasir', outlet.manager);
  const { page } = crew;
  await crew.tab('till');
  await crew.button(t.till.open).click();
  for (const key of ['5', '0', '0', '000'])
    await page.getByRole('dialog').getByRole('button', { name: key, exact: true }).click();
  await crew.answer(t.till.open);
  await expect(page.getByText('Rp 500.000').first()).toBeVisible();
  await crew.button(t.till.out).click();
  for (const key of ['5', '0', '000'])
    await page.getByRole('dialog').getByRole('button', { name: key, exact: true }).click();
  await crew.answer(t.till.reasons[2] ?? '');
  expect([...(await axeFinds(page)), ...(await measure(page, 'landscape'))]).toEqual([]);
  await crew.answer(t.till.out);
  await expect(page.getByText('Rp 450.000')).toBeVisible();
  expect([...(await axeFinds(page)), ...(await measure(page, 'landscape'))]).toEqual([]);
  await crew.button(t.till.close).click();
  for (const key of ['4', '4', '0', '000'])
    await page.getByRole('dialog').getByRole('button', { name: key, exact: true }).click();
  await crew.answer(t.till.close);
  // Other shifts of this drawer may have been closed before, with the same difference.
  const closed = page.getByRole('article').filter({ hasText: 'Rp 440.000' });
  await expect(closed.getByText('-Rp 10.000')).toBeVisible();
  await closed.getByRole('button', { name: t.till.correct }).click();
  for (const key of ['1', '0', '000'])
    await page.getByRole('dialog').getByRole('button', { name: key, exact: true }).click();
  await crew.answer(t.till.reasons[3] ?? '');
  await crew.answer(t.till.correct);
  await expect(closed.getByText(t.till.reasons[3] ?? '')).toBeVisible();
  expect([...(await axeFinds(page)), ...(await measure(page, 'landscape'))]).toEqual([]);
});

test('staff pause the queue, and open it again', async ({ screens, outlet }) => {
  const crew = await Crew.at(screens, 'kasir', outlet.manager);
  const { page } = crew;
  await crew.button(t.intake.state.open).click();
  await crew.answer(t.intake.set.paused);
  await expect(page.getByText(t.intake.state.paused, { exact: true })).toBeVisible();
  expect([...(await axeFinds(page)), ...(await measure(page, 'landscape'))]).toEqual([]);
  await expect(outlet.issue()).rejects.toThrow(/intake_paused/);
  await crew.answer(t.intake.set.open);
  await expect(page.getByText(t.intake.state.open, { exact: true })).toBeVisible();
  await outlet.issue();
});
