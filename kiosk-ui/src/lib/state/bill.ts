/** What things cost: the one way to price, for guests who choose and for whoever sells. Nothing is sold by it. */
import type { Packet, Product, Ticket, WantedBody } from '../api';

/** Something to be had: which product, in which packet, how often. */
export interface Item {
  product: Product;
  packet: Packet | null;
  quantity: number;
}

export interface BillLine {
  id: string;
  name: string;
  quantity: number;
  amount: number;
}

export interface Bill {
  lines: BillLine[];
  total: number;
}

/** How often each add-on is wanted, by its product's id. */
export type Extras = Readonly<Record<string, number>>;

export const MAX_EXTRA = 20;

export function packetsOf(product: Product | null): readonly Packet[] {
  return product?.display?.packets ?? [];
}

/** Of the same product in the same packet there is one line. */
export function idOf({ product, packet }: Pick<Item, 'product' | 'packet'>): string {
  return packet ? `${product.id} ${packet.name}` : product.id;
}

/** A product and its packet, as the edge tells them, too. */
export function inPacket(name: string, packet: string | null | undefined): string {
  return packet ? `${name} · ${packet}` : name;
}

/** A packet's price stands in the place of the product's. */
export function bill(items: readonly Item[]): Bill {
  const lines = items.map((item): BillLine => {
    const { product, packet, quantity } = item;
    const price = packet?.price ?? product.price;
    return { id: idOf(item), name: inPacket(product.name, packet?.name), quantity, amount: price * quantity };
  });
  return { lines, total: lines.reduce((sum, line) => sum + line.amount, 0) };
}

/** What a guest chose, in the catalogue's order; what is gone from it is not had. */
export function chosen(
  product: Product,
  packet: Packet | null,
  extras: Extras,
  all: readonly Product[],
): Item[] {
  const added = all.flatMap((extra) => {
    const quantity = extras[extra.id] ?? 0;
    return quantity > 0 ? [{ product: extra, packet: null, quantity }] : [];
  });
  return [{ product, packet, quantity: 1 }, ...added];
}

/** What is kept with the number beside its product; nothing when nothing was chosen. */
export function wantedOf([first, ...added]: readonly Item[]): WantedBody | undefined {
  const packet = first?.packet?.name;
  if (!packet && added.length === 0) return undefined;
  const extras = added.map(({ product, quantity }) => ({ product: product.id, quantity }));
  return { ...(packet ? { packet } : {}), extras };
}

/** What is to be paid for a ticket. */
export interface Due {
  items: Item[];
  /** Names of what the catalogue has no longer. */
  gone: string[];
  /** A product sold in packets, of which nobody has said the one. */
  open: Product | null;
}

export function dueOf(ticket: Ticket, all: readonly Product[]): Due {
  const due: Due = { items: [], gone: [], open: null };
  const find = (id: string) => all.find((product) => product.id === id);
  const { packet: name, extras = [] } = ticket.wanted ?? {};
  const product = find(ticket.product.id);
  const packets = packetsOf(product ?? null);
  const packet = packets.find((one) => one.name === name) ?? null;
  if (!product || (name && !packet)) due.gone.push(inPacket(ticket.product.name, name));
  if (product && packets.length > 0 && !packet) due.open = product;
  else if (product && (packet || !name)) due.items.push({ product, packet, quantity: 1 });
  for (const extra of extras) {
    const added = find(extra.product);
    if (added) due.items.push({ product: added, packet: null, quantity: extra.quantity });
    else due.gone.push(extra.name);
  }
  return due;
}

/** The lowest price of a product: that of its cheapest packet where it has some. */
export function cheapest(product: Product): number {
  const prices = packetsOf(product).map((packet) => packet.price);
  return prices.length > 0 ? Math.min(...prices) : product.price;
}
