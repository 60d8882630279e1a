import { expect, test } from 'vitest';
import { edgeThat, product, refusal, ticket } from '../testing';
import { Cart, likelyCash } from './cart.svelte';

const album = product({ id: 'album', category: 'retailProduct', price: 45_000 });
const sold = { status: 201, body: { data: { id: 's', total: 90_000 }, command: { id: 'c', seq: 1 } } };

function filled(...replies: Parameters<typeof edgeThat>) {
  const { edge, calls } = edgeThat(...replies);
  const cart = new Cart(edge);
  cart.pick(album);
  cart.pick(album);
  cart.setTendered(100_000);
  return { cart, calls };
}

test('total, change and lines', () => {
  const { cart } = filled(sold);
  expect([cart.total, cart.change, cart.ready]).toEqual([90_000, 10_000, true]);
  cart.setTendered(80_000);
  expect([cart.change, cart.ready]).toEqual([-10_000, false]);
  cart.add({ product: album, packet: null }, -1);
  cart.add({ product: album, packet: null }, -1);
  expect(cart.items).toEqual([]);
});

test('a sale without an answer is locked and repeated with its own key', async () => {
  const { cart, calls } = filled('broken', 'broken', 'broken', sold);
  await cart.sell(() => undefined);
  expect([cart.uncertain, cart.sold]).toEqual([true, null]);
  cart.pick(album);
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

const gold = { name: 'Emas', price: 1_100_000 };
const shoot = product({ id: 'f', name: 'Fotografer', price: 1, display: { packets: [gold] } });
const print = product({ id: 'x', name: 'Cetak 4R', category: 'additional', price: 15_000 });
const all = [album, shoot, print];
const wanted = { packet: 'Emas', extras: [{ product: 'x', name: 'Cetak 4R', quantity: 2 }] };
const guest = ticket(1, { product: { ...shoot, minutes: 30 }, wanted });

test('with a ticket comes what its guest chose, and goes when another is served', async () => {
  const { edge, calls } = edgeThat(sold);
  const cart = new Cart(edge);
  cart.pick(album);
  cart.serve(guest, all);
  expect([cart.total, cart.ticket]).toEqual([45_000 + 1_100_000 + 30_000, 't1']);
  cart.serve(null);
  expect([cart.total, cart.ticket]).toEqual([45_000, null]);
  cart.serve(guest, all);
  cart.serve(guest, all);
  expect(cart.total).toBe(45_000 + 1_130_000);
  cart.setTendered(2_000_000);
  await cart.sell(() => undefined);
  expect(calls[0]?.body).toEqual({
    lines: [
      { product: 'album', quantity: 1 },
      { product: 'f', quantity: 1, packet: 'Emas' },
      { product: 'x', quantity: 2 },
    ],
    tendered: 2_000_000,
    ticket: 't1',
  });
});

test('what is paid already is not charged again', () => {
  const cart = new Cart(edgeThat(sold).edge);
  cart.serve(guest, all, true);
  expect([cart.total, cart.ticket]).toEqual([0, 't1']);
});

test('a product sold in packets asks which, and leaves with its ticket', () => {
  const cart = new Cart(edgeThat(sold).edge);
  cart.pick(shoot);
  expect([cart.open?.id, cart.items]).toEqual(['f', []]);
  cart.choosePacket(null);
  expect(cart.items).toEqual([]);
  cart.serve(ticket(2, { product: { ...shoot, minutes: 30 } }), all);
  expect(cart.open?.id).toBe('f');
  cart.choosePacket(gold);
  expect(cart.total).toBe(1_100_000);
  cart.serve(null);
  expect(cart.items).toEqual([]);
});
