/** What staff see on a busy day: sign-in, board, rooms, counter. */
import { Crew } from '../crew';
import { expect } from '../test';
import { crewAt, crowd, escaped, speak, type Tour } from './steps';

export async function signingIn(tour: Tour) {
  const { screens, outlet, t, show } = tour;
  const page = await screens.open('kasir', 'staff');
  await speak(page, tour);
  const crew = new Crew(page);
  crew.t = t;
  await expect(page.getByRole('heading', { name: t.staff.who })).toBeVisible();
  await show(page, 'staff-names');
  // A locked name stays locked: each language has its own.
  const person = outlet.person(tour.language === 'id' ? 4 : 5);
  await crew.choose(person);
  await show(page, 'staff-pin');
  const wrong = person.pin === '000000' ? '111111' : '000000';
  await crew.type(wrong);
  await expect(page.getByRole('alert')).toContainText(/\w/);
  await show(page, 'staff-pin-wrong');
  for (let tries = 0; tries < 4; tries += 1) {
    await expect(page.getByRole('button', { name: '1', exact: true })).toBeEnabled();
    await crew.type(wrong);
  }
  await expect(page.getByRole('alert')).toContainText(/\d+:\d\d/);
  await show(page, 'staff-locked');
}

export async function board(tour: Tour) {
  const { outlet, t, show } = tour;
  const crew = await crewAt(tour);
  const { page } = crew;
  await expect(page.getByText(t.board.empty)).toBeVisible();
  await show(page, 'board-empty');
  await crew.button(t.board.newTicket).click();
  await show(page, 'board-new');
  await page.keyboard.press('Escape');
  const tickets = await crowd(outlet, 24);
  const [first, second, third, fourth] = tickets;
  if (!first || !second || !third || !fourth) return;
  await outlet.act(second.id, 'hold', { reason: t.board.holdReasons[0] });
  await outlet.act(fourth.id, 'call');
  await outlet.act(fourth.id, 'no-show');
  await crew.pick(first.told);
  await show(page, 'board-waiting');
  await crew.act('call');
  await show(page, 'board-call');
  await crew.answer(t.board.noRoom);
  await crew.sees(first.told, 'called');
  await show(page, 'board-called');
  await crew.button(t.print.reprint).click();
  await show(page, 'board-slip');
  await page.keyboard.press('Escape');
  await crew.act('transfer');
  await show(page, 'board-transfer');
  await page.keyboard.press('Escape');
  await crew.act('hold');
  await show(page, 'board-hold');
  await page.keyboard.press('Escape');
  await crew.act('cancel');
  await show(page, 'board-cancel');
  await page.keyboard.press('Escape');
  // Somebody else was faster: what this screen still shows is refused, and it says why.
  await crew.pick(third.told);
  await crew.act('cancel');
  await outlet.act(third.id, 'cancel', { reason: t.board.cancelReasons[1] });
  await crew.answer(t.board.cancelReasons[0] ?? '');
  await expect(page.getByTestId('refused')).toBeVisible();
  await show(page, 'board-refused');
  await crew.filter('no_show');
  await crew.pick(fourth.told);
  await show(page, 'board-no-show');
}

export async function rooms(tour: Tour) {
  const { outlet, t, show } = tour;
  const crew = await crewAt(tour);
  const { page } = crew;
  await crew.tab('rooms');
  const views = await outlet.rooms();
  await show(page, 'rooms-free');
  const booth = views.find((view) => view.studio.serves.includes('photobooth'));
  const [, broken, dirty] = views;
  if (!booth || !broken || !dirty) return;
  const ticket = await outlet.issue({ holder: 'Keluarga Wijayakusuma' });
  await outlet.act(ticket.id, 'call', { studio: booth.studio.id });
  await outlet.act(ticket.id, 'start', { studio: booth.studio.id });
  await outlet.ask(`/studios/${broken.room.id}/state`, { state: 'fault', note: t.rooms.faultReasons[1] });
  await outlet.ask(`/studios/${dirty.room.id}/state`, { state: 'cleaning' });
  const card = page.getByRole('listitem').filter({ hasText: booth.studio.name });
  await expect(card.getByRole('timer')).toBeVisible();
  await expect(page.getByText(t.roomState.cleaning).first()).toBeVisible();
  await show(page, 'rooms');
  await card.getByRole('button', { name: t.rooms.extend }).click();
  await show(page, 'rooms-extend');
  await page.keyboard.press('Escape');
  await card.getByRole('button', { name: t.rooms.end }).click();
  await show(page, 'rooms-end');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: t.rooms.toFault }).first().click();
  await show(page, 'rooms-fault');
}

export async function counter(tour: Tour) {
  const { outlet, t, show } = tour;
  await outlet.issue({ holder: 'Dewi' });
  const crew = await crewAt(tour);
  const { page } = crew;
  await crew.tab('sale');
  const goods = (await outlet.products()).filter((product) => product.category === 'retailProduct');
  await expect(page.getByText(goods[0]?.name ?? '').first()).toBeVisible();
  await show(page, 'sale-empty');
  for (const { name } of goods.slice(0, 3))
    await crew
      .button(new RegExp(`^${escaped(name)}`))
      .first()
      .click();
  await crew.button(t.sale.noTicket).click();
  await show(page, 'sale-ticket');
  await page.keyboard.press('Escape');
  await crew.button(t.sale.exact).click();
  await show(page, 'sale-cart');
  await crew.button(t.sale.sell).click();
  await expect(page.getByRole('article', { name: t.sale.receipt })).toBeVisible();
  await show(page, 'sale-receipt');
  await crew.button(t.sale.void).click();
  await show(page, 'sale-void');
  await crew.answer(t.sale.voidReasons[0] ?? '');
  await expect(page.getByRole('dialog')).toBeHidden();
  await show(page, 'sale-voided');
  await crew.button(t.sale.newSale).click();
  await crew.button(t.sale.today).click();
  await show(page, 'sale-today');
}
