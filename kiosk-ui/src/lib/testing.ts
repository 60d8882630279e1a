/** Made-up rows and a made-up edge, for unit tests only. */
import { Edge, type Outlet, type Product, type Room, type Session, type Ticket } from './api';

export const OUTLET = '0193aaaa-0000-7000-8000-000000000001';
const studio = (at: number, serves: string[]) => ({ id: `studio-${at}`, name: `Ruang ${at}`, serves });

export function outlet(over: Partial<Outlet> = {}): Outlet {
  return {
    id: OUTLET,
    code: 'JKT01',
    name: 'Gerai Kemang',
    city: 'Jakarta',
    address: 'Jl. Kemang Raya 12',
    location: 'jakarta-kemang',
    zone: 'WIB',
    day_starts_at: 240,
    hours: Array.from({ length: 7 }, () => ({ opens: 600, closes: 1_320 })),
    studios: [studio(1, ['photobooth']), studio(2, ['studioPro'])],
    ...over,
  };
}

export function product(over: Partial<Product> = {}): Product {
  return { id: 'p1', name: 'Klasik', category: 'photobooth', price: 35_000, duration_minutes: 10, ...over };
}

export function ticket(number: number, over: Partial<Ticket> = {}): Ticket {
  return {
    id: `t${number}`,
    outlet: OUTLET,
    day: '2026-11-21',
    series: 'walk_in',
    number,
    told: `A-${String(number).padStart(3, '0')}`,
    product: { id: 'p1', name: 'Klasik', category: 'photobooth', minutes: 10 },
    party_size: 2,
    lane: 'regular',
    state: 'waiting',
    calls: 0,
    position: number * 1_024,
    issued_at: 0,
    changed_at: 0,
    revision: 1,
    ...over,
  };
}

export function session(over: Partial<Session> = {}): Session {
  return {
    id: 's1',
    outlet: OUTLET,
    day: '2026-11-21',
    ticket: 't1',
    studio: 'studio-1',
    product: 'p1',
    state: 'running',
    minutes: 10,
    extended_minutes: 0,
    started_at: 0,
    revision: 1,
    ...over,
  };
}

export function room(over: Partial<Room> = {}): Room {
  return { id: 'studio-1', outlet: OUTLET, state: 'free', since: 0, revision: 1, ...over };
}

export interface Call {
  method: string;
  path: string;
  key: string | null;
  language: string | null;
  body: unknown;
}

export type Reply = { status?: number; body?: unknown; headers?: Record<string, string> } | 'broken';

/** A client whose line answers with what it is given, in order; the last answer stays. */
export function edgeThat(...replies: Reply[]): { edge: Edge; calls: Call[] } {
  let at = 0;
  return edgeBy(() => replies[Math.min(at++, replies.length - 1)]);
}

/** A client whose line answers by what is asked. */
export function edgeBy(answer: (path: string) => Reply | undefined): { edge: Edge; calls: Call[] } {
  const calls: Call[] = [];
  const send = async (input: RequestInfo | URL): Promise<Response> => {
    const request = input as Request;
    const text = await request.text();
    const path = new URL(request.url).pathname;
    calls.push({
      method: request.method,
      path,
      key: request.headers.get('Idempotency-Key'),
      language: request.headers.get('Accept-Language'),
      body: text ? JSON.parse(text) : null,
    });
    const reply = answer(path);
    if (!reply || reply === 'broken') throw new TypeError('network');
    const { status = 200, body, headers } = reply;
    return new Response(body === undefined ? null : JSON.stringify(body), {
      status,
      headers: { 'Content-Type': 'application/json', ...headers },
    });
  };
  const edge = new Edge({
    origin: 'http://edge.test',
    language: () => 'en',
    fetch: send,
    patience: { timeout: 1_000, pauses: [1, 1], sleep: () => Promise.resolve(), random: () => 0 },
  });
  return { edge, calls };
}

export function refusal(status: number, code: string, title: string, more: object = {}): Reply {
  return { status, body: { type: 'about:blank', status, code, title, ...more } };
}
