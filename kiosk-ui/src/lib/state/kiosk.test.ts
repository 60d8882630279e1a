import { expect, test } from 'vitest';
import type { Change, Heard, OutletView } from '../api';
import { edgeBy, edgeThat, outlet, product, refusal, room, session, ticket } from '../testing';
import { Clock } from './clock.svelte';
import { Desk } from './desk.svelte';
import { I18n } from '../i18n/i18n.svelte';
import { Live } from './live.svelte';
import { Notices } from './notices.svelte';
import { offers } from './offer';
import { Rows } from './rows.svelte';
import { Staff } from './staff.svelte';

function view(over: Partial<OutletView> = {}): OutletView {
  return {
    outlet: outlet(),
    day: '2026-11-21',
    open: true,
    time: 1_795_246_200_000_000,
    link: { state: 'up', since: 0, standing: 'active' },
    catalog: { version: 1 },
    day_confirmed: true,
    room_left: true,
    ladder: { hours_offline: 0, level: 'full', allows: ['queue', 'sales', 'voids', 'first_sign_in'] },
    ...over,
  };
}

const page = (data: unknown[]) => ({
  body: { data, links: {}, meta: { current_page: 1, last_page: 1, per_page: 1, total: 1 } },
});

function desk(...replies: Parameters<typeof edgeThat>) {
  const { edge, calls } = edgeThat(...replies);
  const rows = new Rows(edge);
  const refused: string[] = [];
  const around = { edge, rows, clock: new Clock(), notices: new Notices(), i18n: new I18n() };
  const it = new Desk({ ...around, refuse: (problem) => refused.push(problem.title) });
  rows.tickets.take(ticket(1));
  return { desk: it, rows, calls, refused, notices: around.notices };
}

test('an act shows before it is answered, and stays when it is done', async () => {
  const done = ticket(1, {
    state: 'called',
    revision: 2,
    before: { state: 'waiting', calls: 0, position: 1 },
  });
  const {
    desk: it,
    rows,
    notices,
  } = desk({ body: { data: done, session: null, command: { id: 'c', seq: 1 } } });
  const asked = it.act(ticket(1), 'call');
  expect(rows.tickets.get('t1')?.state).toBe('called');
  expect(it.busy.has('t1')).toBe(true);
  await asked;
  expect(rows.tickets.get('t1')).toEqual(done);
  expect(it.busy.has('t1')).toBe(false);
  expect(notices.all[0]).toMatchObject({ text: 'A-001 dipanggil', action: { label: 'Urungkan' } });
});

test('a refused act is taken back, and why is told', async () => {
  const {
    desk: it,
    rows,
    refused,
  } = desk(refusal(409, 'wrong_ticket_state', 'Status tiket tidak mengizinkan ini'));
  await it.act(ticket(1), 'call');
  expect(rows.tickets.get('t1')?.state).toBe('waiting');
  expect(refused).toEqual(['Status tiket tidak mengizinkan ini']);
});

test('the same wish after no answer carries the same key', async () => {
  const { desk: it, calls } = desk('broken');
  await it.act(ticket(1), 'call');
  await it.act(ticket(1), 'call');
  await it.act(ticket(1, { revision: 2 }), 'call');
  const keys = calls.map((call) => call.key);
  expect(keys[0]).toBe(keys[5]);
  expect(keys[6]).not.toBe(keys[0]);
});

test('events patch the rows; a new listener or a lost one starts from the rows again', async () => {
  const { edge, calls } = edgeBy((path) => {
    if (path === '/api/outlet') return { body: { data: view() } };
    return path.endsWith('/queue') ? page([ticket(1)]) : { body: { data: [] } };
  });
  const rows = new Rows(edge);
  let heard: Heard | undefined;
  const live = new Live(edge, rows, new Clock(), (told) => {
    heard = told;
    return () => undefined;
  });
  await live.look();
  expect(live.contact).toBe('live');
  heard?.open();
  await live.reload();
  expect(rows.tickets.get('t1')?.state).toBe('waiting');

  const { told: _, ...row } = ticket(1, { state: 'called', revision: 2 });
  const changes: Change[] = [
    { table: 'ticket', row },
    { table: 'session', row: session() },
    { table: 'room', row: room({ state: 'in_use', session: 's1' }) },
  ];
  changes.forEach((change) => heard?.change(change));
  expect(rows.rooms[0]).toMatchObject({
    room: { state: 'in_use' },
    ticket: { told: 'A-001', state: 'called' },
  });

  const fetched = calls.length;
  heard?.reload();
  await live.reload();
  expect(calls.slice(fetched).map((call) => call.path)).toContain('/api/outlet/queue');
});

test('a broken line is shown as lost, an unpaired screen as unpaired', async () => {
  const { edge } = edgeThat('broken');
  const live = new Live(edge, new Rows(edge), new Clock(), () => () => undefined);
  await live.look();
  expect(live.contact).toBe('lost');
  live.unpaired();
  await live.look();
  expect(live.contact).toBe('unpaired');
});

test('wrong PINs count down, then lock for as long as the edge says', async () => {
  const locked = { ...(refusal(423, 'locked', 'Terkunci') as object), headers: { 'Retry-After': '900' } };
  const { edge } = edgeThat(refusal(401, 'pin_wrong', 'PIN salah', { attempts_left: 1 }), locked);
  let now = 0;
  const staff = new Staff(edge, () => now);
  expect(await staff.signIn('u1', '000000')).toEqual({ is: 'wrong', attemptsLeft: 1 });
  expect(await staff.signIn('u1', '000000')).toEqual({ is: 'locked' });
  expect([staff.lockedFor('u1'), staff.lockedFor('u2')]).toEqual([900_000, 0]);
  now = 900_000;
  expect(staff.lockedFor('u1')).toBe(0);
});

test('the outlet offers what it has rooms for, and says why it does not', () => {
  const rooms = [
    { studio: { id: 'a', name: 'A', serves: ['photobooth'] }, room: room({ id: 'a' }) },
    { studio: { id: 'b', name: 'B', serves: ['highAngle'] }, room: room({ id: 'b', state: 'fault' }) },
  ];
  const products = [
    product(),
    product({ id: 'p2', category: 'thematic', available_in: ['bandung-dago'] }),
    product({ id: 'p3', category: 'studioPro' }),
    product({ id: 'p4', category: 'highAngle' }),
    product({ id: 'p5', category: 'retailProduct' }),
  ];
  const absent = Object.fromEntries(
    offers(view(), products, rooms).map((offer) => [offer.category, offer.absent]),
  );
  expect(absent).toEqual({
    photobooth: null,
    thematic: 'whyElsewhere',
    studioPro: 'whyNoRoom',
    highAngle: 'whyFault',
    wideAngle: 'whyNothing',
    professionalFoto: 'whyNothing',
    additional: 'whyNothing',
    retailProduct: null,
  });
  expect(offers(view(), [], rooms).every((offer) => offer.absent === 'whyCatalog')).toBe(true);
});

test('the sync desk counts each list by what the edge counts, and shows none to whoever may not see them', async () => {
  const command = { id: 'c1', seq: 4, state: 'waiting', kind: 'sale.sell' };
  let allowed = true;
  const { edge, calls } = edgeBy((path) => {
    if (path === '/api/outlet/sync') return { body: { data: { backlog: 140 } } };
    if (!allowed) return refusal(403, 'not_allowed', 'Tidak boleh');
    return { body: { data: [command], links: {}, meta: { total: 140 } } };
  });
  const rows = new Rows(edge);
  await rows.loadSync();
  expect(rows.commands?.waiting).toEqual({ commands: [command], total: 140 });
  expect(calls.filter(({ path }) => path.endsWith('/commands'))).toHaveLength(3);
  allowed = false;
  await rows.loadSync();
  expect(rows.commands).toBeNull();
});

test('a remedy names the command, and carries the key it was tapped with', async () => {
  const { edge, calls } = edgeThat('broken', { body: { data: [] } });
  const answer = await edge.remedy('c1', { remedy: 'void_sale', reason: 'Salah hitung' }, 'key-1');
  expect(answer.ok).toBe(true);
  expect(calls.map(({ path, key }) => [path, key])).toEqual([
    ['/api/outlet/sync/commands/c1/remedy', 'key-1'],
    ['/api/outlet/sync/commands/c1/remedy', 'key-1'],
  ]);
  expect(calls[1]?.body).toEqual({ remedy: 'void_sale', reason: 'Salah hitung' });
});
