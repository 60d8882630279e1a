import { freshKey, type Edge, type Product, type Sale, type SellBody, type Trouble } from '../api';

export interface CartLine {
  product: Product;
  quantity: number;
}

const NOTES = [10_000, 20_000, 50_000, 100_000];

/** The sums a customer is likely to hand over, above the exact one. */
export function likelyCash(total: number): number[] {
  const sums = NOTES.map((note) => Math.ceil(total / note) * note);
  return [...new Set(sums)].filter((sum) => sum > total).slice(0, 3);
}

/** A cash sale being put together. While nobody knows whether it was booked it can only be sent again as it is. */
export class Cart {
  lines = $state<CartLine[]>([]);
  tendered = $state(0);
  ticket = $state<string | null>(null);
  selling = $state(false);
  uncertain = $state(false);
  problem = $state.raw<Trouble | null>(null);
  sold = $state.raw<Sale | null>(null);
  #edge: Edge;
  #key: string | null = null;

  constructor(edge: Edge) {
    this.#edge = edge;
  }

  get locked(): boolean {
    return this.selling || this.uncertain;
  }

  get total(): number {
    return this.lines.reduce((sum, line) => sum + line.product.price * line.quantity, 0);
  }

  get change(): number {
    return this.tendered - this.total;
  }

  get ready(): boolean {
    return this.lines.length > 0 && this.change >= 0 && !this.selling;
  }

  quantityOf(product: string): number {
    return this.lines.find((line) => line.product.id === product)?.quantity ?? 0;
  }

  add(product: Product, by = 1) {
    if (this.locked) return;
    const quantity = Math.min(1_000, Math.max(0, this.quantityOf(product.id) + by));
    const known = this.lines.some((line) => line.product.id === product.id);
    const lines = this.lines.map((line) => (line.product.id === product.id ? { product, quantity } : line));
    if (!known) lines.push({ product, quantity });
    this.lines = lines.filter((line) => line.quantity > 0);
    this.#key = null;
  }

  setTendered(amount: number) {
    if (this.locked) return;
    this.tendered = Math.min(amount, 999_999_999);
    this.#key = null;
  }

  setTicket(ticket: string | null) {
    if (this.locked) return;
    this.ticket = ticket;
    this.#key = null;
  }

  async sell(booked: (sale: Sale) => void) {
    if (!this.ready) return;
    const body: SellBody = {
      lines: this.lines.map((line) => ({ product: line.product.id, quantity: line.quantity })),
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
    this.lines = [];
    this.tendered = 0;
    this.ticket = null;
    this.uncertain = false;
    this.problem = null;
    this.sold = null;
    this.#key = null;
  }
}
