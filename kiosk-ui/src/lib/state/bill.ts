/** What a visit will cost at the counter, as far as a customer has chosen. Nothing is sold by it. */
import type { Packet, Product } from '../api';

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

export function bill(product: Product, packet: Packet | null, extras: Extras, all: readonly Product[]): Bill {
  const chosen: BillLine = {
    id: product.id,
    name: packet ? `${product.name}, ${packet.name}` : product.name,
    quantity: 1,
    amount: packet?.price ?? product.price,
  };
  const added = all.flatMap((extra) => {
    const quantity = extras[extra.id] ?? 0;
    return quantity > 0 ? [{ id: extra.id, name: extra.name, quantity, amount: extra.price * quantity }] : [];
  });
  const lines = [chosen, ...added];
  return { lines, total: lines.reduce((sum, line) => sum + line.amount, 0) };
}

/** The lowest price of a product: that of its cheapest packet where it has some. */
export function cheapest(product: Product): number {
  return Math.min(...packetsOf(product).map((packet) => packet.price), product.price);
}
