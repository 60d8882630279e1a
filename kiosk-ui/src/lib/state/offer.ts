/** What this outlet offers, by category, or why it does not. */
import type { Category, OutletView, Product, RoomView } from '../api';
import { serves } from './queue';

export const CATEGORIES: readonly Category[] = [
  'photobooth',
  'thematic',
  'studioPro',
  'highAngle',
  'wideAngle',
  'professionalFoto',
  'additional',
  'retailProduct',
];

export type Absence = 'whyCatalog' | 'whyElsewhere' | 'whyNoRoom' | 'whyFault' | 'whyNothing';

export interface Offer {
  category: Category;
  products: Product[];
  /** Why nothing of it can be had here just now. */
  absent: Absence | null;
  /** Bought at the counter, without a ticket. */
  counter: boolean;
}

export function needsRoom(category: Category): boolean {
  return category !== 'additional' && category !== 'retailProduct';
}

export function offeredHere(product: Product, location: string): boolean {
  const places = product.available_in ?? [];
  return places.length === 0 || places.includes(location);
}

export function offers(view: OutletView, products: readonly Product[], rooms: readonly RoomView[]): Offer[] {
  return CATEGORIES.map((category) => {
    const all = products.filter((product) => product.category === category);
    const here = all.filter((product) => offeredHere(product, view.outlet.location));
    const counter = !needsRoom(category);
    const absent = counter && here.length > 0 ? null : why(category, products, all, here, rooms);
    return { category, products: absent ? [] : here, absent, counter };
  });
}

function why(
  category: Category,
  catalogue: readonly Product[],
  all: readonly Product[],
  here: readonly Product[],
  rooms: readonly RoomView[],
): Absence | null {
  if (catalogue.length === 0) return 'whyCatalog';
  if (all.length === 0) return 'whyNothing';
  if (here.length === 0) return 'whyElsewhere';
  const suited = rooms.filter((view) => serves(view.studio, category));
  if (suited.length === 0) return 'whyNoRoom';
  if (suited.every((view) => view.room.state === 'fault')) return 'whyFault';
  return null;
}
