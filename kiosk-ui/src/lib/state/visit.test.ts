import { expect, test } from 'vitest';
import { edgeThat, product, refusal, ticket } from '../testing';
import { Visit } from './visit.svelte';

const issued = { status: 201, body: { data: ticket(7), command: { id: 'c', seq: 1 } } };

function chosen(...replies: Parameters<typeof edgeThat>) {
  const { edge, calls } = edgeThat(...replies);
  const visit = new Visit(edge);
  visit.begin();
  visit.chooseCategory('photobooth');
  visit.chooseProduct(product());
  return { visit, calls };
}

test('from product to number', async () => {
  const { visit, calls } = chosen(issued);
  visit.setParty(4);
  visit.setName('  Sari ');
  const found: string[] = [];
  await visit.takeNumber((row) => found.push(row.told));
  expect(visit.step).toBe('ticket');
  expect(found).toEqual(['A-007']);
  expect(calls[0]?.body).toEqual({ product: 'p1', party_size: 4, holder: 'Sari' });
});

test('asking again after no answer cannot make a second ticket', async () => {
  const { visit, calls } = chosen('broken', 'broken', 'broken', issued);
  await visit.takeNumber(() => undefined);
  expect(visit.problem?.unanswered).toBe(true);
  await visit.takeNumber(() => undefined);
  expect(visit.step).toBe('ticket');
  expect(new Set(calls.map((call) => call.key)).size).toBe(1);
});

test('a refusal is shown, and the next attempt is a new one', async () => {
  const { visit, calls } = chosen(refusal(409, 'not_offered_here', 'Tidak ada di gerai ini'), issued);
  await visit.takeNumber(() => undefined);
  expect([visit.step, visit.problem?.title]).toEqual(['party', 'Tidak ada di gerai ini']);
  await visit.takeNumber(() => undefined);
  expect(calls[0]?.key).not.toBe(calls[1]?.key);
});

test('a wipe leaves nothing, and an answer that comes late is not shown to the next customer', async () => {
  const { visit } = chosen(issued);
  visit.setName('Sari');
  visit.setParty(9);
  const found: string[] = [];
  const late = visit.takeNumber((row) => found.push(row.told));
  visit.wipe();
  await late;
  expect(found).toEqual([]);
  expect(visit).toMatchObject({
    step: 'attract',
    name: '',
    party: 2,
    product: null,
    category: null,
    ticket: null,
  });
  expect([visit.asking, visit.problem]).toEqual([false, null]);
});

test('party size stays in bounds', () => {
  const { visit } = chosen(issued);
  visit.setParty(0);
  expect(visit.party).toBe(1);
  visit.setParty(51);
  expect(visit.party).toBe(50);
});
