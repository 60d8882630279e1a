import type {
  Category,
  Change,
  Device,
  Devices,
  Edge,
  Expected,
  Link,
  Listed,
  OutletView,
  Product,
  QueueHead,
  Room,
  RoomView,
  Sale,
  Session,
  Sync,
  Ticket,
  Wait,
} from '../api';
import { SvelteMap } from 'svelte/reactivity';
import { asTold } from './queue';
import { Table } from './table.svelte';

/** What is not settled, in the order it is looked at. */
export const UNSETTLED = ['excepted', 'waiting', 'held'] as const;
type Unsettled = (typeof UNSETTLED)[number];

/** What this screen knows of the outlet: fetched once, then kept fresh by events. */
export class Rows {
  outlet = $state.raw<OutletView | null>(null);
  products = $state.raw<Product[]>([]);
  sync = $state.raw<Sync | null>(null);
  /** What the sync desk lists; null for whoever may not see it. */
  commands = $state.raw<Record<Unsettled, Listed> | null>(null);
  queueHead = $state.raw<QueueHead>({});
  /** Null until the edge has told of them. */
  devices = $state.raw<Devices | null>(null);
  /** Who is expected today; only staff are told. */
  expected = $state.raw<Expected[]>([]);
  tickets = new Table<Ticket>(
    (known, row) =>
      known?.revision === row.revision &&
      known.holder === row.holder &&
      Boolean(known.wanted) === Boolean(row.wanted) &&
      known.status_url === row.status_url &&
      known.estimate?.low === row.estimate?.low &&
      known.estimate?.high === row.estimate?.high,
  );
  sessions = new Table<Session>();
  roomRows = new Table<Room>();
  #sales = new SvelteMap<string, Sale>();
  #edge: Edge;

  constructor(edge: Edge) {
    this.#edge = edge;
  }

  get rooms(): RoomView[] {
    const outlet = this.outlet?.outlet;
    return (outlet?.studios ?? []).map((studio) => {
      const free: Room = { id: studio.id, outlet: outlet?.id ?? '', state: 'free', since: 0, revision: 0 };
      const room = this.roomRows.get(studio.id) ?? free;
      const session = this.sessions.get(room.session) ?? null;
      return { studio, room, session, ticket: this.tickets.get(session?.ticket) ?? null };
    });
  }

  /** The day's sales, the latest first. */
  get sales(): Sale[] {
    return [...this.#sales.values()].sort((a, b) => b.receipt - a.receipt);
  }

  /** Whether what a ticket is for has been paid: its product stands on a sale of its own. */
  isPaid({ id, product }: Ticket): boolean {
    return this.sales.some(
      (sale) => sale.ticket === id && !sale.void && sale.lines.some((line) => line.product === product.id),
    );
  }

  /** Cameras of a room that do not answer, by the room's name. */
  silentCameras(studio: string): Device[] {
    const cameras = this.devices?.data.filter(({ kind }) => kind === 'camera') ?? [];
    return cameras.filter((camera) => camera.studio === studio && camera.state !== 'ready');
  }

  sale(id: string): Sale | undefined {
    return this.#sales.get(id);
  }

  roomName(id: string | null | undefined): string | null {
    return this.outlet?.outlet.studios.find((studio) => studio.id === id)?.name ?? null;
  }

  takeOutlet(view: OutletView): { newDay: boolean } {
    const newDay = this.outlet !== null && this.outlet.day !== view.day;
    this.outlet = view;
    return { newDay };
  }

  takeLink(link: Link) {
    if (this.outlet) this.outlet = { ...this.outlet, link };
    if (this.sync) this.sync = { ...this.sync, link };
  }

  takeDevices(devices: Devices) {
    this.devices = devices;
  }

  takeSale(sale: Sale) {
    this.#sales.set(sale.id, sale);
  }

  /** How long somebody who comes now will wait: for a category, or at all. */
  waitFor(category: Category | null): Wait | null {
    const { wait, wait_by_category } = this.queueHead;
    return (category && wait_by_category?.[category]) ?? wait ?? null;
  }

  /** An event's row does not carry what only lists tell. */
  #takeTicket(ticket: Ticket) {
    const known = this.tickets.get(ticket.id);
    this.tickets.take({ ...ticket, estimate: known?.estimate, status_url: known?.status_url });
  }

  /** Takes a committed change in. */
  apply(change: Change) {
    switch (change.table) {
      case 'ticket':
        return this.#takeTicket(asTold(change.row));
      case 'session':
        return this.sessions.take(change.row);
      case 'room':
        return this.roomRows.take(change.row);
      case 'sale': {
        const code = this.outlet?.outlet.code ?? '';
        const receipt = String(change.row.receipt).padStart(4, '0');
        const receipt_code = `${code}-${change.row.day.replaceAll('-', '')}-${receipt}`;
        const known = this.#sales.get(change.row.id)?.void ?? null;
        return this.takeSale({ ...change.row, receipt_code, void: known });
      }
      case 'sale_void': {
        const sale = this.#sales.get(change.row.sale);
        if (sale) this.takeSale({ ...sale, void: change.row });
        return;
      }
      case 'answer':
        return;
    }
  }

  async loadQueue(): Promise<boolean> {
    this.tickets.expect();
    const answer = await this.#edge.queue();
    if (!answer.ok) return false;
    this.tickets.replace(answer.data.tickets);
    this.queueHead = answer.data.head;
    return true;
  }

  async loadQueueHead(): Promise<boolean> {
    const answer = await this.#edge.queueHead();
    if (answer.ok) this.queueHead = answer.data;
    return answer.ok;
  }

  async loadExpected(): Promise<boolean> {
    const answer = await this.#edge.expected();
    if (answer.ok) this.expected = answer.data;
    return answer.ok;
  }

  async loadRooms(): Promise<boolean> {
    this.roomRows.expect();
    this.sessions.expect();
    const answer = await this.#edge.rooms();
    if (!answer.ok) return false;
    this.roomRows.replace(answer.data.map((view) => view.room));
    this.sessions.replace(answer.data.flatMap((view) => (view.session ? [view.session] : [])));
    return true;
  }

  async loadDevices(): Promise<boolean> {
    const answer = await this.#edge.devices();
    if (answer.ok) this.devices = answer.data;
    return answer.ok;
  }

  async loadProducts(): Promise<boolean> {
    const answer = await this.#edge.products();
    if (answer.ok) this.products = answer.data;
    return answer.ok;
  }

  async loadSync(): Promise<boolean> {
    const [sync, ...lists] = await Promise.all([
      this.#edge.sync(),
      ...UNSETTLED.map((state) => this.#edge.commands(state)),
    ]);
    if (sync.ok) this.sync = sync.data;
    const [excepted, waiting, held] = lists;
    if (excepted?.ok && waiting?.ok && held?.ok)
      this.commands = { excepted: excepted.data, waiting: waiting.data, held: held.data };
    else if (lists.some((list) => !list.ok && list.problem.status === 403)) this.commands = null;
    return sync.ok;
  }

  async loadSales(): Promise<boolean> {
    const answer = await this.#edge.sales();
    if (!answer.ok) return false;
    this.#sales.clear();
    answer.data.forEach((sale) => this.takeSale(sale));
    return true;
  }

  /** Forgets what only staff may see. */
  forgetStaffRows() {
    this.#sales.clear();
    this.expected = [];
    this.sync = null;
    this.commands = null;
  }
}
