import {
  freshKey,
  type Edge,
  type Packet,
  type Product,
  type Sale,
  type SellBody,
  type Ticket,
  type Trouble,
} from '../api';
import { bill, dueOf, idOf, packetsOf, type Bill, type Item } from './bill';

type Goods = Pick<Item, 'product' | 'packet'>;
const MOST = 1_000;

const NOTES = [10_000, 20_000, 50_000, 100_000];

/** The sums a customer is likely to hand over, above the exact one. */
export function likelyCash(total: number): number[] {
  const sums = NOTES.map((note) => Math.ceil(total / note) * note);
  return [...new Set(sums)].filter((sum) => sum > total).slice(0, 3);
}

/** A cash sale being put together. While nobody knows whether it was booked it can only be sent again as it is. */
export class Cart {
  items = $state.raw<readonly Item[]>([]);
  tendered = $state(0);
  ticket = $state<string | null>(null);
  /** What its guest wants and the catalogue has no longer, by name. */
  gone = $state.raw<readonly string[]>([]);
  /** A product of which it is not said in which packet. */
  open = $state.raw<Product | null>(null);
  selling = $state(false);
  uncertain = $state(false);
  problem = $state.raw<Trouble | null>(null);
  sold = $state.raw<Sale | null>(null);
  #edge: Edge;
  #key: string | null = null;
  /** What the ticket brought, and takes with it when another is chosen. */
  #brought: readonly Item[] = [];
  #openForTicket = false;

  constructor(edge: Edge) {
    this.#edge = edge;
  }

  get locked(): boolean {
    return this.selling || this.uncertain;
  }

  get bill(): Bill {
    return bill(this.items);
  }

  get total(): number {
    return this.bill.total;
  }

  get change(): number {
    return this.tendered - this.total;
  }

  get ready(): boolean {
    return this.items.length > 0 && this.change >= 0 && !this.selling;
  }

  /** How many of a product, whatever the packet. */
  quantityOf(product: string): number {
    const lines = this.items.filter((item) => item.product.id === product);
    return lines.reduce((sum, { quantity }) => sum + quantity, 0);
  }

  add(goods: Goods, by = 1) {
    if (this.locked) return;
    this.#put(goods, by);
    this.#key = null;
  }

  setTendered(amount: number) {
    if (this.locked) return;
    this.tendered = Math.min(amount, 999_999_999);
    this.#key = null;
  }

  /** Adds one of a product, or asks in which packet. */
  pick(product: Product) {
    if (this.locked) return;
    this.#openForTicket = false;
    if (packetsOf(product).length > 0) this.open = product;
    else this.add({ product, packet: null });
  }

  /** Answers in which packet, or that it is not to be had. */
  choosePacket(packet: Packet | null) {
    const product = this.open;
    this.open = null;
    if (!product || !packet || this.locked) return;
    this.add({ product, packet });
    if (this.#openForTicket) this.#brought = [...this.#brought, { product, packet, quantity: 1 }];
  }

  /** Whom it is for. What a ticket's guest wants comes with it, and goes with it, unless that is `paid` already. */
  serve(ticket: Ticket | null, all: readonly Product[] = [], paid = false) {
    if (this.locked) return;
    for (const item of this.#brought) this.#put(item, -item.quantity);
    const { items, gone, open } = ticket && !paid ? dueOf(ticket, all) : { items: [], gone: [], open: null };
    for (const item of items) this.#put(item, item.quantity);
    this.#brought = items;
    this.#openForTicket = open !== null;
    this.open = open;
    this.gone = gone;
    this.ticket = ticket?.id ?? null;
    this.#key = null;
  }

  #put(goods: Goods, by: number) {
    const id = idOf(goods);
    const known = this.items.some((item) => idOf(item) === id);
    const items = known ? this.items : [...this.items, { ...goods, quantity: 0 }];
    this.items = items
      .map((item) =>
        idOf(item) === id ? { ...item, quantity: Math.min(MOST, Math.max(0, item.quantity + by)) } : item,
      )
      .filter(({ quantity }) => quantity > 0);
  }

  async sell(booked: (sale: Sale) => void) {
    if (!this.ready) return;
    const body: SellBody = {
      lines: this.items.map(({ product, packet, quantity }) => ({
        product: product.id,
        quantity,
        ...(packet ? { packet: packet.name } : {}),
      })),
      tendered: this.tendered,
      ...(this.ticket ? { ticket: this.ticket } : {}),
    };
    this.#key ??= freshKey();
    this.selling = true;
    this.problem = null;
    const answer = await this.#edge.sell(body, this.#key);
    this.selling = false;
    this.uncertain = !answer.ok && this.#leavesOpen(answer.problem);
    if (answer.ok) {
      booked(answer.data);
      this.clear();
      this.sold = answer.data;
      return;
    }
    this.problem = answer.problem;
    if (!this.uncertain) this.#key = null;
  }

  /** Being signed out says nothing about what became of the attempt before. */
  #leavesOpen(problem: Trouble): boolean {
    const shutOut = problem.status === 401 || problem.status === 403;
    return Boolean(problem.unanswered) || (this.uncertain && shutOut);
  }

  clear() {
    this.items = [];
    this.#brought = [];
    this.gone = [];
    this.open = null;
    this.tendered = 0;
    this.ticket = null;
    this.uncertain = false;
    this.problem = null;
    this.sold = null;
    this.#key = null;
  }
}
