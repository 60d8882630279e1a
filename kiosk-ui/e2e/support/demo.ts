/** Starts the demo for the tests, in a folder and on ports of its own, and stops it when they are done. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { programs, target } from './places';

const HOME = target('e2e/demo');
const READY = path.join(HOME, 'ready.json');
const LOG = target('e2e/demo.log');
const UP_WITHIN_MS = 120_000;
/** From the day's start to the next: whatever the hour of a test run, the outlets are open. */
export const ALWAYS = { opens: 240, closes: 1_680 };

export interface Person {
  name: string;
  pin: string;
}

export interface Edge {
  outlet: string;
  url: string;
  pid: number;
  /** A file the edge reads at its start. */
  settings: string;
  screen_token: string;
  staff: Person[];
}

export interface Ready {
  central: string;
  admin: { url: string; email: string; password: string };
  control: string;
  edges: Edge[];
}

export function ready(): Ready {
  return JSON.parse(readFileSync(READY, 'utf8')) as Ready;
}

/** Playwright's global setup; what it gives back stops the demo. */
export default async function start(): Promise<() => Promise<void>> {
  mkdirSync(target('e2e'), { recursive: true });
  // What a run that was killed has left says nothing about this one.
  rmSync(READY, { force: true });
  const log = openSync(LOG, 'w');
  const demo = spawn(path.join(programs, 'gerai-demo'), ['--fresh', '--apart', HOME], {
    env: { ...process.env, GERAI_BIN_DIR: programs },
    stdio: ['ignore', log, log],
  });
  await isUp(demo);
  await prepare();
  return () => stop(demo);
}

async function isUp(demo: ChildProcess) {
  let broken: Error | null = null;
  demo.on('error', (error) => (broken = error));
  for (const start = performance.now(); !existsSync(READY); await turn()) {
    if (broken) throw broken;
    if (demo.exitCode !== null) throw new Error(`the demo ended with ${demo.exitCode}; see ${LOG}`);
    if (performance.now() - start > UP_WITHIN_MS) throw new Error(`the demo did not come up; see ${LOG}`);
  }
}

async function stop(demo: ChildProcess) {
  if (demo.exitCode !== null) return;
  const ended = once(demo, 'exit');
  demo.kill('SIGTERM');
  await ended;
}

/** Between two looks at a state. */
export const turn = () => new Promise((resolve) => setTimeout(resolve, 100));

/** As an admin would: through central, from where the edges hear of it. */
async function prepare() {
  const { edges, control } = ready();
  const ask = await admin();
  for (const [at, edge] of edges.entries()) {
    // Outlets alike: what stands in one is plugged in by the story that needs it.
    writeFileSync(edge.settings, '');
    for (const act of ['kill', 'start']) await fetch(`${control}/edges/${at + 1}/${act}`, { method: 'POST' });
    await setHours(ask, edge, ALWAYS);
    for (const other of edges.filter((one) => one !== edge)) await lend(ask, other, edge);
    while (!(await hasHeard(edge, edges))) await turn();
  }
}

type Ask = (method: string, path: string, body?: object) => Promise<any>;

/** Central, as an admin asks it. */
export async function admin(): Promise<Ask> {
  const { admin } = ready();
  const token = await signIn(admin);
  return (method, path, body) =>
    asked(new Request(admin.url + path, { method, body: body ? JSON.stringify(body) : null }), token);
}

/** A customer with an account of their own, as their phone asks central. */
export async function registered(name: string, phone: string): Promise<Ask> {
  const { admin } = ready();
  const email = `${crypto.randomUUID()}@pelanggan.example`;
  const body = JSON.stringify({ name, email, phone, password: 'rahasia-banget-1' });
  const request = new Request(`${admin.url}/api/auth/register`, { method: 'POST', body });
  const token = (await asked(request)).access_token;
  return (method, path, body) =>
    asked(new Request(admin.url + path, { method, body: body ? JSON.stringify(body) : null }), token);
}

/** When an outlet is open, every day of the week. */
export async function setHours(ask: Ask, edge: Edge, open: { opens: number; closes: number }) {
  const { data } = await ask('GET', `/api/outlets/${edge.outlet}`);
  const { code, name, city, address, location, zone, day_starts_at, studios } = data;
  const draft = { code, name, city, address, location, zone, day_starts_at, studios };
  const hours = Array.from({ length: 7 }, () => open);
  await ask('PUT', `/api/admin/outlets/${edge.outlet}`, { ...draft, hours });
}

/** Whoever works at one outlet may sign in at the other: enough names to lock some of them. */
async function lend(ask: Ask, from: Edge, to: Edge) {
  const { data: grants } = await ask('GET', `/api/admin/grants?outlet=${from.outlet}&per_page=100`);
  for (const { name, pin } of from.staff) {
    const { staff, permissions } = grants.find((grant: { name: string }) => grant.name === name);
    await ask('POST', `/api/admin/staff/${staff}/grants`, { outlet: to.outlet, permissions, pin, name });
  }
}

async function hasHeard(edge: Edge, edges: Edge[]): Promise<boolean> {
  const headers = { 'gerai-screen': edge.screen_token };
  const read = async (path: string) => (await (await fetch(edge.url + path, { headers })).json()) as any;
  const { outlet } = (await read('/api/outlet')).data;
  const names = (await read('/api/outlet/staff')).data.map((person: { name: string }) => person.name);
  const all = edges.flatMap(({ staff }) => staff);
  return outlet.hours[0]?.closes === ALWAYS.closes && all.every(({ name }) => names.includes(name));
}

async function signIn(admin: Ready['admin']): Promise<string> {
  const body = JSON.stringify({ login: admin.email, password: admin.password });
  const request = new Request(`${admin.url}/api/auth/login`, { method: 'POST', body });
  return (await asked(request)).access_token;
}

async function asked(request: Request, token?: string): Promise<any> {
  request.headers.set('content-type', 'application/json');
  request.headers.set('idempotency-key', crypto.randomUUID());
  if (token) request.headers.set('authorization', `Bearer ${token}`);
  const answer = await fetch(request);
  if (!answer.ok)
    throw new Error(`${request.method} ${request.url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
