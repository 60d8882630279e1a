import { words } from '../support/customer';
import { Crew } from '../support/crew';
import { expect, test } from '../support/test';

const t = words.id;

test('staff call, hold, miss, take back and undo', async ({ screens, outlet }) => {
  const { told } = await outlet.issue({ holder: 'Sari' });
  const crew = await Crew.at(screens, 'kasir', outlet.manager);
  const tv = await screens.open('tv', 'display');

  await crew.pick(told);
  await crew.act('call');
  await crew.answer(t.board.noRoom);
  await crew.sees(told, 'called');
  await crew.act('recall');
  await expect(tv.getByText(t.display.again)).toBeVisible();
  await crew.act('hold');
  await crew.answer(t.board.holdReasons[0] ?? '');
  await crew.sees(told, 'on_hold');
  await crew.act('resume');
  await crew.sees(told, 'waiting');

  await crew.act('call');
  await crew.answer(t.board.noRoom);
  await crew.act('no-show');
  await crew.filter('no_show');
  await crew.sees(told, 'no_show');
  // A late return: not showing up is never the end before the day closes.
  await crew.act('return');
  await crew.filter('active');
  await crew.sees(told, 'waiting');
  // An undo of that puts the ticket back to where it was.
  await crew.page.getByRole('status').getByRole('button', { name: t.common.undo }).click();
  await crew.filter('no_show');
  await crew.sees(told, 'no_show');
});

test('a transfer and a cancelling go through to the edge', async ({ screens, outlet }) => {
  const moved = await outlet.issue();
  const dropped = await outlet.issue();
  const other = (await outlet.products()).find(
    (product) => product.category === 'photobooth' && product.id !== moved.product.id,
  );
  const crew = await Crew.at(screens, 'kasir', outlet.manager);

  await crew.pick(moved.told);
  await crew.act('transfer');
  await crew.answer(other?.name ?? '');
  await expect(crew.row(moved.told).getByText(other?.name ?? '')).toBeVisible();
  await expect.poll(async () => (await outlet.ticket(moved.id)).product.id).toBe(other?.id);

  await crew.pick(dropped.told);
  await crew.act('cancel');
  await crew.answer(t.board.cancelReasons[0] ?? '');
  await crew.filter('over');
  await crew.sees(dropped.told, 'cancelled');
  const row = await outlet.ticket(dropped.id);
  expect([row.state, row.reason]).toEqual(['cancelled', t.board.cancelReasons[0]]);
});

test('of two who act on one ticket at once one wins, and the other is told the truth', async ({
  screens,
  outlet,
}) => {
  const { told, id } = await outlet.issue();
  const booth = (await outlet.rooms()).find((view) => view.studio.serves.includes('photobooth'))?.studio;
  const one = await Crew.at(screens, 'kasir', outlet.manager);
  const two = await Crew.at(screens, 'kasir 2', outlet.person(2));
  const both = [
    { crew: one, room: booth?.name ?? '' },
    { crew: two, room: t.board.noRoom },
  ];
  for (const { crew } of both) {
    await crew.pick(told);
    await crew.act('call');
  }
  // Both sheets stand open on the same row; both choose in the same moment, each something else.
  await Promise.all(both.map(({ crew, room }) => crew.answer(room)));

  await expect.poll(async () => (await outlet.ticket(id)).state).toBe('called');
  const { studio, calls } = await outlet.ticket(id);
  const won = studio === booth?.id ? booth?.name : t.board.noRoom;
  expect(calls).toBe(1);
  for (const { crew, room } of both) {
    await crew.sees(told, 'called');
    const shown = crew.row(told).getByText(booth?.name ?? '');
    await (won === booth?.name ? expect(shown).toBeVisible() : expect(shown).toBeHidden());
    const did = crew.told(t.board.did.call(told));
    if (room === won) await expect(did).toBeVisible();
    else await expect(crew.page.getByTestId('refused')).toBeVisible();
  }
});

test('wrong PINs lock a name, and a restart of the edge does not help', async ({ screens, outlet }) => {
  const person = outlet.person(3);
  const page = await screens.open('kasir 3', 'staff');
  const crew = new Crew(page);
  await crew.choose(person);
  const wrong = person.pin === '000000' ? '111111' : '000000';
  const locked = page.getByRole('alert').filter({ hasText: /Terkunci/ });
  for (let left = 4; left >= 0; left -= 1) {
    await crew.type(wrong);
    if (left > 0) await expect(page.getByRole('alert')).toContainText(t.staff.attemptsLeft(left));
  }
  await expect(locked).toBeVisible();
  await outlet.flip('kill');
  await outlet.flip('start');
  await page.reload();
  await crew.choose(person);
  await crew.type(person.pin);
  await expect(locked).toBeVisible();
  await expect(page.getByRole('navigation', { name: t.staff.title })).toBeHidden();
});
