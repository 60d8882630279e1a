import { expect, test } from 'vitest';
import { edgeThat, product, refusal, ticket } from '../testing';
import { CONSENT_WORDING, Visit } from './visit.svelte';

const STATUS = 'https://gerai.example/t/kY3vZ0l2m9Qw7tR5xN8aBg';
const issued = { status: 201, body: { data: ticket(7), command: { id: 'c', seq: 1 } } };

function chosen(...replies: Parameters<typeof edgeThat>) {
  const { edge, calls } = edgeThat(...replies);
  const visit = new Visit(edge);
  visit.begin();
  visit.chooseCategory('photobooth');
  visit.chooseProduct(product());
  visit.toPay();
  return { visit, calls };
}

test('from product to number', async () => {
  const { visit, calls } = chosen(issued);
  visit.setParty(4);
  visit.setName('  Sari ');
  visit.publicity = true;
  const found: string[] = [];
  await visit.takeNumber((row) => found.push(row.told), []);
  expect(visit.step).toBe('ticket');
  expect(found).toEqual(['A-007']);
  expect(calls[0]?.body).toEqual({
    product: 'p1',
    party_size: 4,
    holder: 'Sari',
    consent: { wording: CONSENT_WORDING, publicity: true },
  });
});

test('asking again after no answer cannot make a second ticket', async () => {
  const { visit, calls } = chosen('broken', 'broken', 'broken', issued);
  await visit.takeNumber(() => undefined, []);
  expect(visit.problem?.unanswered).toBe(true);
  await visit.takeNumber(() => undefined, []);
  expect(visit.step).toBe('ticket');
  expect(new Set(calls.map((call) => call.key)).size).toBe(1);
});

test('a refusal is shown, and the next attempt is a new one', async () => {
  const { visit, calls } = chosen(refusal(409, 'not_offered_here', 'Tidak ada di gerai ini'), issued);
  await visit.takeNumber(() => undefined, []);
  expect([visit.step, visit.problem?.title]).toEqual(['pay', 'Tidak ada di gerai ini']);
  await visit.takeNumber(() => undefined, []);
  expect(calls[0]?.key).not.toBe(calls[1]?.key);
});

test('a wipe leaves nothing, and an answer that comes late is not shown to the next customer', async () => {
  const { visit } = chosen(issued);
  visit.setName('Sari');
  visit.publicity = true;
  visit.setParty(9);
  const found: string[] = [];
  const late = visit.takeNumber((row) => found.push(row.told), []);
  visit.wipe();
  await late;
  expect(found).toEqual([]);
  expect(visit).toMatchObject({
    step: 'attract',
    name: '',
    publicity: false,
    party: 2,
    product: null,
    category: null,
    ticket: null,
  });
  expect([visit.asking, visit.problem]).toEqual([false, null]);
});

test('party size stays in bounds', () => {
  const { visit } = chosen(issued);
  visit.setParty(0);
  expect(visit.party).toBe(1);
  visit.setParty(51);
  expect(visit.party).toBe(50);
});

test('the next screen shows at once, the number only when it was told', async () => {
  const { visit } = chosen(issued);
  const asked = visit.takeNumber(() => undefined, []);
  expect([visit.step, visit.ticket, visit.asking]).toEqual(['ticket', null, true]);
  await asked;
  expect([visit.step, visit.ticket, visit.asking]).toEqual(['ticket', 't7', false]);
});

test('a scanned code checks in; another code is said to be none of ours', async () => {
  const { visit, calls } = chosen(issued);
  visit.wipe();
  await visit.scan('8991234567890', () => undefined);
  expect([visit.step, visit.misread, calls.length]).toEqual(['identify', true, 0]);
  await visit.scan(`${STATUS}\n`, () => undefined);
  expect(calls[0]).toMatchObject({ path: '/api/outlet/check-in', body: { code: STATUS } });
  expect([visit.step, visit.misread]).toEqual(['ticket', false]);
});

test('a number is typed, bounded, erased and checked in', async () => {
  const { visit, calls } = chosen(issued);
  visit.wipe();
  visit.identify();
  await visit.askTyped(() => undefined);
  expect(calls).toEqual([]);
  for (const digit of '1234567') visit.typeDigit(digit);
  expect(visit.digits).toBe('123456');
  for (let times = 0; times < 4; times += 1) visit.eraseDigit();
  visit.way = 'M';
  await visit.askTyped(() => undefined);
  expect(calls[0]?.body).toEqual({ code: 'M-12' });
  visit.wipe();
  expect([visit.digits, visit.way]).toEqual(['', 'B']);
});

test('a check-in that is refused comes back to where the code was scanned', async () => {
  const { visit } = chosen(refusal(404, 'remote_unknown', 'Kode tidak dikenal'));
  visit.wipe();
  await visit.scan(STATUS, () => undefined);
  expect([visit.step, visit.problem?.title]).toEqual(['identify', 'Kode tidak dikenal']);
});

test('add-ons and packet are chosen, bounded, and wiped', () => {
  const { visit } = chosen(issued);
  const packets = [
    { name: 'Perak', price: 1 },
    { name: 'Emas', price: 2 },
  ];
  visit.chooseProduct(product({ display: { packets } }));
  expect(visit.packet?.name).toBe('Perak');
  visit.setExtra('x', 3);
  visit.setExtra('y', -1);
  visit.setExtra('z', 99);
  expect(visit.extras).toEqual({ x: 3, y: 0, z: 20 });
  visit.wipe();
  expect([visit.extras, visit.packet]).toEqual([{}, null]);
});

test('five touches from the start screen to a number', async () => {
  const { edge } = edgeThat(issued);
  const visit = new Visit(edge);
  const touches = [
    () => visit.begin(),
    () => visit.chooseCategory('photobooth'),
    () => visit.chooseProduct(product()),
    () => visit.toPay(),
    () => visit.takeNumber(() => undefined, []),
  ];
  for (const touch of touches) await touch();
  expect([visit.step, visit.ticket, touches.length]).toEqual(['ticket', 't7', 5]);
});

const PHONE = '081234567890';
const find = {
  id: 'r1',
  told: 'B-014',
  product: 'Klasik',
  party_size: 2,
  holder: 'S•••',
  starts_at: null,
  state: 'joined' as const,
};
const found = { body: { data: [find], phone: '08•• •••• •890' } };

function identifying(...replies: Parameters<typeof edgeThat>) {
  const { edge, calls } = edgeThat(...replies);
  const visit = new Visit(edge);
  visit.identify();
  visit.chooseWay('phone');
  for (const digit of PHONE) visit.typeDigit(digit);
  return { visit, calls };
}
const everything = (visit: Visit) =>
  JSON.stringify([visit.digits, visit.masked, visit.finds, visit.problem, visit.way]);

test('once a phone’s number was asked for, only the masked one is left', async () => {
  const { visit, calls } = identifying(found, issued);
  const asked = visit.askTyped(() => undefined);
  expect([visit.finding, visit.digits, visit.masked]).toEqual([true, '', '08•• •••• •890']);
  await asked;
  expect(calls[0]).toMatchObject({ path: '/api/outlet/check-in/look-up', body: { phone: PHONE } });
  expect(visit.finds).toEqual([find]);
  expect(everything(visit)).not.toContain('1234');
  await visit.chooseFind(find, () => undefined);
  expect(calls[1]).toMatchObject({ path: '/api/outlet/check-in', body: { code: 'r1' } });
  expect(visit.step).toBe('ticket');
  visit.wipe();
  expect([visit.masked, visit.finds]).toEqual(['', null]);
});

test('a phone’s number is too short, too often asked for, or typed anew', async () => {
  const often = {
    ...(refusal(429, 'too_many', 'Terlalu sering') as object),
    headers: { 'Retry-After': '40' },
  };
  const { visit, calls } = identifying(often);
  for (let times = 0; times < 5; times += 1) visit.eraseDigit();
  expect(visit.typed).toBe(false);
  await visit.askTyped(() => undefined);
  expect(calls).toEqual([]);
  for (const digit of '67890') visit.typeDigit(digit);
  await visit.askTyped(() => undefined);
  // Asked once: who is told to wait is not asked for again meanwhile.
  expect(calls).toHaveLength(1);
  expect([visit.problem?.retryAfter, visit.finding]).toEqual([40, false]);
  visit.back();
  expect([visit.step, visit.masked, visit.problem]).toEqual(['identify', '', null]);
});

test('a look-up answered after the guest has left is not shown to the next', async () => {
  const { visit } = identifying(found);
  const asked = visit.askTyped(() => undefined);
  visit.wipe();
  await asked;
  expect([visit.finds, visit.masked, visit.finding]).toEqual([null, '', false]);
});

test('what was chosen goes with the number, and nothing does when nothing was', async () => {
  const gold = { name: 'Emas', price: 2 };
  const print = product({ id: 'x', category: 'additional' });
  const { visit, calls } = chosen(issued);
  visit.chooseProduct(product({ display: { packets: [gold] } }));
  visit.setExtra('x', 2);
  visit.toPay();
  await visit.takeNumber(() => undefined, [print]);
  expect(calls[0]?.body).toMatchObject({
    wanted: { packet: 'Emas', extras: [{ product: 'x', quantity: 2 }] },
  });
});
