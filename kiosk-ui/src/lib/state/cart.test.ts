import { expect, test } from 'vitest';
import { edgeThat, product, refusal } from '../testing';
import { Cart, likelyCash } from './cart.svelte';

const album = product({ id: 'album', category: 'retailProduct', price: 45_000 });
const sold = { status: 201, body: { data: { id: 's', total: 90_000 }, command: { id: 'c', seq: 1 } } };

function filled(...replies: Parameters<typeof edgeThat>) {
  const { edge, calls } = edgeThat(...replies);
  const cart = new Cart(edge);
  cart.add(album);
  cart.add(album);
  cart.setTendered(100_000);
  return { cart, calls };
}

test('total, change and lines', () => {
  const { cart } = filled(sold);
  expect([cart.total, cart.change, cart.ready]).toEqual([90_000, 10_000, true]);
  cart.setTendered(80_000);
  expect([cart.change, cart.ready]).toEqual([-10_000, false]);
  cart.add(album, -1);
  cart.add(album, -1);
  expect(cart.lines).toEqual([]);
});

test('a sale without an answer is locked and repeated with its own key', async () => {
  const { cart, calls } = filled('broken', 'broken', 'broken', sold);
  await cart.sell(() => undefined);
  expect([cart.uncertain, cart.sold]).toEqual([true, null]);
  cart.add(album);
  cart.setTendered(1);
  expect([cart.total, cart.tendered]).toEqual([90_000, 100_000]);
  await cart.sell(() => undefined);
  expect([cart.uncertain, cart.sold?.id]).toEqual([false, 's']);
  expect(new Set(calls.map((call) => call.key)).size).toBe(1);
});

test('being signed out meanwhile does not make an uncertain sale a new one', async () => {
  const refused = refusal(403, 'staff_needed', 'Masuk dulu');
  const { cart, calls } = filled('broken', 'broken', 'broken', refused, sold);
  await cart.sell(() => undefined);
  await cart.sell(() => undefined);
  expect(cart.uncertain).toBe(true);
  await cart.sell(() => undefined);
  expect(cart.sold?.id).toBe('s');
  expect(new Set(calls.map((call) => call.key)).size).toBe(1);
});

test('after a refusal the cart can be mended and is sent as a new sale', async () => {
  const { cart, calls } = filled(refusal(422, 'unknown_product', 'Produk tidak ditemukan'), sold);
  await cart.sell(() => undefined);
  expect([cart.locked, cart.problem?.title]).toEqual([false, 'Produk tidak ditemukan']);
  await cart.sell(() => undefined);
  expect(calls[0]?.key).not.toBe(calls[1]?.key);
});

test('cash people are likely to hand over', () => {
  expect(likelyCash(47_000)).toEqual([50_000, 60_000, 100_000]);
  expect(likelyCash(100_000)).toEqual([]);
});
