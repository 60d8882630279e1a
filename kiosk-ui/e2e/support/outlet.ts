/** One outlet of the demo, as the tests reach behind its screens: through the same API, never around it. */
import { writeFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import type { components } from '../../src/lib/api/schema';
import { Camera, ReceiptPrinter } from './devices';
import { admin, ALWAYS, ready, registered, setHours, type Edge, type Person } from './demo';

type Schemas = components['schemas'];
export type Ticket = Schemas['TicketView'];
type Room = Schemas['RoomView'];
type Product = Schemas['Product'];

const BACK_OFFICE = 'kantor';
export const PRINTER = 'Printer kasir';
export const CAMERA = 'Kamera depan';

export class Outlet {
  readonly url: string;
  /** Its own first, then those lent by the other. */
  readonly staff: Person[];
  #control: string;
  #edge: Edge;
  #plugged: (ReceiptPrinter | Camera)[] = [];
  #tokens = new Map<string, string>();

  constructor(readonly nth: number) {
    const { edges, control } = ready();
    const edge = edges[nth - 1];
    if (!edge) throw new Error(`the demo has no outlet ${nth}`);
    this.#edge = edge;
    this.url = edge.url;
    this.staff = [...edge.staff, ...edges.filter((other) => other !== edge).flatMap(({ staff }) => staff)];
    this.#control = control;
    this.#tokens.set(BACK_OFFICE, edge.screen_token);
  }

  /** Who may do everything. */
  get manager(): Person {
    return this.person(0);
  }

  person(at: number): Person {
    const person = this.staff[at];
    if (!person) throw new Error(`outlet ${this.nth} has only ${this.staff.length} staff`);
    return person;
  }

  /** The token of a screen by that name, paired when there was none. */
  async token(screen: string): Promise<string> {
    const known = this.#tokens.get(screen);
    if (known) return known;
    const { token } = await this.ask<{ token: string }>('/screens', { name: screen });
    this.#tokens.set(screen, token);
    return token;
  }

  /** Asks the edge as the back office's screen: GET without a body, POST with one. */
  async ask<T>(path: string, body?: object, screen = BACK_OFFICE): Promise<T> {
    const answer = await this.#fetch(path, body, screen);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} at outlet ${this.nth}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text).data : undefined) as T;
  }

  async #fetch(path: string, body?: object, screen = BACK_OFFICE): Promise<Response> {
    const token = await this.token(screen);
    return fetch(`${this.url}/api/outlet${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        'gerai-screen': token,
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  }

  async signIn(screen = BACK_OFFICE, person = this.manager): Promise<void> {
    const names = await this.ask<Schemas['StaffName'][]>('/staff', undefined, screen);
    const staff = names.find(({ name }) => name === person.name)?.id;
    await this.ask('/staff/sign-in', { staff, pin: person.pin }, screen);
  }

  signOut(screen: string): Promise<void> {
    return this.ask('/staff/sign-out', {}, screen);
  }

  tickets(): Promise<Ticket[]> {
    return this.ask('/queue?per_page=1000');
  }

  rooms(): Promise<Room[]> {
    return this.ask('/rooms');
  }

  products(): Promise<Product[]> {
    return this.ask('/products');
  }

  async product(category: Product['category']): Promise<Product> {
    const found = (await this.products()).find((product) => product.category === category);
    if (!found) throw new Error(`outlet ${this.nth} has no product of ${category}`);
    return found;
  }

  /** A product that is had in packets, in a room that is here. */
  async packeted(): Promise<Product> {
    const rooms = await this.rooms();
    const has = ({ category }: Product) =>
      rooms.some(({ studio }) => studio.serves.length === 0 || studio.serves.includes(category));
    const found = (await this.products()).find(
      (product) => (product.display?.packets?.length ?? 0) > 1 && has(product),
    );
    if (!found) throw new Error(`outlet ${this.nth} has no product in packets`);
    return found;
  }

  /** A ticket, taken and (with `to`) moved on. */
  async issue(over: { holder?: string; category?: Product['category'] } = {}): Promise<Ticket> {
    const { category = 'photobooth', ...body } = over;
    const { id } = await this.product(category);
    return this.ask('/tickets', { product: id, party_size: 2, ...body });
  }

  /** Somebody joins from afar, with this phone's number; waits until the outlet has heard of it. */
  async join(phone: string, name: string): Promise<{ id: string; told: string }> {
    const { id: product } = await this.product('photobooth');
    const ask = await registered(name, phone);
    const { data } = await ask('POST', '/api/queue/join', {
      outlet: this.#edge.outlet,
      product,
      party_size: 2,
    });
    const known = async () => (await this.lookUp(phone)) > 0;
    // What is looked up in vain is counted.
    await expect.poll(known, { timeout: 30_000, intervals: [500, 1_000, 2_000, 5_000] }).toBe(true);
    return data;
  }

  /** How many were found by a phone's number. */
  async lookUp(phone: string, screen = BACK_OFFICE): Promise<number> {
    return (await this.ask<unknown[]>('/check-in/look-up', { phone }, screen)).length;
  }

  async ticket(id: string): Promise<Ticket> {
    const found = (await this.tickets()).find((ticket) => ticket.id === id);
    if (!found) throw new Error(`outlet ${this.nth} has no ticket ${id}`);
    return found;
  }

  act(id: string, act: string, body: object = {}): Promise<Ticket> {
    return this.ask(`/tickets/${id}/${act}`, body);
  }

  async flip(to: 'cut' | 'heal' | 'slow' | 'kill' | 'start'): Promise<void> {
    const answer = await fetch(`${this.#control}/edges/${this.nth}/${to}`, { method: 'POST' });
    if (!answer.ok) throw new Error(`${to}: ${await answer.text()}`);
  }

  /** Names a receipt printer and a room's camera in the edge's settings, plugs them in, and starts it anew. */
  async plug(): Promise<{ printer: ReceiptPrinter; camera: Camera; room: string }> {
    const printer = await new ReceiptPrinter().on();
    const camera = await new Camera().on();
    const room = (await this.rooms())[0]?.studio.name ?? '';
    const device = (name: string, kind: string, port: number, more = '') =>
      `[[devices]]\nname = "${name}"\nkind = "${kind}"\naddress = "tcp://127.0.0.1:${port}"\n${more}\n`;
    await this.#settle(
      '[devices_check]\nevery_ms = 200\ntimeout_ms = 500\n\n' +
        device(PRINTER, 'printer', printer.port) +
        device(CAMERA, 'camera', camera.port, `studio = "${room}"`),
    );
    this.#plugged = [printer, camera];
    return { printer, camera, room };
  }

  /** As it was before. */
  async unplug(): Promise<void> {
    if (this.#plugged.length === 0) return;
    await this.#settle('');
    await Promise.all(this.#plugged.map((device) => device.off()));
    this.#plugged = [];
  }

  async #settle(settings: string): Promise<void> {
    writeFileSync(this.#edge.settings, settings);
    await this.flip('kill');
    await this.flip('start');
  }

  /** What central listed of this outlet's commands for a person to look at, and nobody has. */
  async #exceptions(): Promise<{ id: string; reviewed: boolean }[]> {
    const ask = await admin();
    const { data } = await ask('GET', `/api/admin/sync/exceptions?outlet=${this.#edge.outlet}&per_page=100`);
    return data.filter((listed: { reviewed: unknown }) => !listed.reviewed);
  }

  /** Somebody at central has looked at what is listed there. */
  async review(): Promise<void> {
    const ask = await admin();
    for (const { id } of await this.#exceptions())
      await ask('POST', `/api/admin/sync/exceptions/${id}/review`, {});
  }

  /** Central started anew: as one that cannot read what edges of today write yet, or as one of today. */
  async age(of: 'present' | 'behind'): Promise<void> {
    const answer = await fetch(`${this.#control}/central/${of}`, { method: 'POST' });
    if (!answer.ok) throw new Error(`${of}: ${await answer.text()}`);
    await this.#linkIs((state) => state === 'up');
  }

  /** As an admin sets it, for every outlet; gives back what it cost before. */
  async price(product: string, price: number): Promise<number> {
    const ask = await admin();
    const { data } = await ask('GET', '/api/admin/catalog/products?per_page=1000');
    const { id, created_at, updated_at, ...draft } = data.find((one: { id: string }) => one.id === product);
    await ask('PUT', `/api/admin/catalog/products/${id}`, { ...draft, price });
    return draft.price;
  }

  /** As an admin sets it: open at all hours, or shut but for a minute in the small ones. */
  async setOpen(open: boolean): Promise<void> {
    await setHours(await admin(), this.#edge, open ? ALWAYS : { opens: 240, closes: 241 });
    const isOpen = async () => (await this.ask<Schemas['OutletView']>('')).open;
    await expect.poll(isOpen, { timeout: 30_000 }).toBe(open);
  }

  /** Cuts the line, and waits until the edge has noticed. */
  async cut(): Promise<void> {
    await this.flip('cut');
    await this.#linkIs((state) => state !== 'up');
  }

  async heal(): Promise<void> {
    await this.flip('heal');
    await this.#linkIs((state) => state === 'up');
  }

  #linkIs(fits: (state: string) => boolean): Promise<void> {
    const state = async () => fits((await this.ask<Schemas['OutletView']>('')).link.state);
    return expect.poll(state, { timeout: 30_000 }).toBe(true);
  }

  /** An outlet as it is in the morning: line up, rooms free, nobody waiting. */
  async clear(): Promise<void> {
    await this.heal();
    await this.signIn();
    for (const { room, session } of await this.rooms()) {
      if (session?.state === 'running') await this.ask(`/sessions/${session.id}/end`, {});
      if (room.state !== 'free') await this.ask(`/studios/${room.id}/state`, { state: 'free' });
    }
    for (const ticket of await this.tickets()) {
      const open = ['waiting', 'called', 'on_hold', 'no_show'].includes(ticket.state);
      if (open) await this.act(ticket.id, 'cancel', {});
    }
    const shift = await this.ask<Schemas['OpenShiftView'] | null>('/shift');
    if (shift) await this.ask(`/shifts/${shift.id}/close`, { counted: shift.totals.expected });
    await this.ask('/intake', { state: 'open', cap: 0, clear: false });
    await this.ask('/queue/estimate', { adjust_minutes: 0 });
  }
}
