/** The way past every screen in every state worth a look: real rows, brought there as people bring them. */
import type { Page } from '@playwright/test';
import { en } from '../../src/lib/i18n/en';
import { id } from '../../src/lib/i18n/id';
import type { Language } from '../../src/lib/i18n/messages';
import { Crew } from './crew';
import { Customer } from './customer';
import type { Outlet } from './outlet';
import { expect, type Screens } from './test';

export interface Tour {
  screens: Screens;
  outlet: Outlet;
  language: Language;
  t: typeof id;
  /** Looks at what is there now. */
  show: (page: Page, name: string) => Promise<void>;
}

type Part = (tour: Tour) => Promise<void>;

export const messages = { id, en } as unknown as Record<Language, typeof id>;

const NAMES = ['Sari', 'Bayu Prakoso', 'Keluarga Wijayakusuma', 'Dewi', 'Rangga', 'Intan', 'Yoga', 'Putu'];

/** `count` people waiting, every third with a name. */
async function crowd(outlet: Outlet, count: number) {
  const tickets = [];
  for (let at = 0; at < count; at += 1) {
    const holder = at % 3 === 0 ? NAMES[(at / 3) % NAMES.length] : undefined;
    tickets.push(await outlet.issue(holder ? { holder } : {}));
  }
  return tickets;
}

/** A screen that speaks the tour's language. */
async function speak(page: Page, { language, t }: Tour) {
  if (language === 'id') return;
  await page.getByRole('button', { name: id.language.switch }).click();
  await expect(page.getByRole('button', { name: t.language.switch })).toBeVisible();
}

async function crewAt(tour: Tour, name = 'kasir'): Promise<Crew> {
  const crew = new Crew(await tour.screens.open(name, 'staff'));
  await speak(crew.page, tour);
  crew.t = tour.t;
  await crew.signIn(tour.outlet.manager);
  return crew;
}

async function customers(tour: Tour) {
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
  await customer.tap(t.customer.haveBooking);
  await show(page, 'identify');
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
  await show(page, 'ticket');
}

async function idle(tour: Tour) {
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

async function display(tour: Tour) {
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

async function inRoom(tour: Tour) {
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
}

async function signingIn(tour: Tour) {
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

async function board(tour: Tour) {
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

async function rooms(tour: Tour) {
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

async function counter(tour: Tour) {
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

async function syncDesk(tour: Tour) {
  const { outlet, t, show } = tour;
  const crew = await crewAt(tour);
  const { page } = crew;
  await crew.tab('sync');
  await expect(page.getByText(t.sync.title)).toBeVisible();
  await show(page, 'sync');
  await outlet.cut();
  await crowd(outlet, 5);
  await expect(page.getByText(t.sync.kinds['ticket.issue']).first()).toBeVisible();
  await show(page, 'sync-offline');
  await crew.tab('board');
  await show(page, 'board-offline');
  await outlet.heal();
  await crew.tab('screen');
  await show(page, 'screen');
  await crew.tab('status');
  await show(page, 'status');
  await outlet.cut();
  await expect(page.getByRole('listitem').filter({ hasText: t.status.reached.no }).first()).toBeVisible();
  await show(page, 'status-offline');
  await outlet.heal();
}

function escaped(text: string) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

export const PARTS: Record<string, Part> = {
  customers,
  idle,
  display,
  'in a room': inRoom,
  'signing in': signingIn,
  board,
  rooms,
  counter,
  'sync desk': syncDesk,
};
