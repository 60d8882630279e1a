import { expect, test } from 'vitest';
import { edgeThat, refusal, ticket } from '../testing';
import { freshKey } from './key';

const body = { product: 'p1', party_size: 2 };
const issued = { status: 201, body: { data: ticket(7), command: { id: 'c', seq: 1 } } };

test('a call whose answer was lost is sent again with the same key and body', async () => {
  const { edge, calls } = edgeThat('broken', { status: 503 }, issued);
  const answer = await edge.issue(body);
  expect(answer.ok && answer.data.told).toBe('A-007');
  expect(calls).toHaveLength(3);
  expect(new Set(calls.map((call) => call.key)).size).toBe(1);
  expect(calls[0]?.key).toMatch(/^[0-9a-f-]{36}$/);
  expect(calls.every((call) => JSON.stringify(call.body) === JSON.stringify(body))).toBe(true);
});

test('two calls have two keys', async () => {
  const { edge, calls } = edgeThat(issued);
  await edge.issue(body);
  await edge.issue(body);
  expect(calls[0]?.key).not.toBe(calls[1]?.key);
});

test('a refusal is final and is told in the words of the edge', async () => {
  const { edge, calls } = edgeThat(
    refusal(409, 'wrong_ticket_state', "The ticket's state does not allow this"),
  );
  const answer = await edge.actOnTicket('t1', 'call');
  expect(calls).toHaveLength(1);
  expect(calls[0]?.language).toBe('en');
  expect(answer).toMatchObject({ ok: false, problem: { code: 'wrong_ticket_state' } });
  expect(!answer.ok && answer.problem.unanswered).toBeFalsy();
});

test('when nothing ever answers that is said, not guessed', async () => {
  const { edge, calls } = edgeThat('broken');
  const answer = await edge.sell({ lines: [], tendered: 0 }, 'k1');
  expect(answer).toMatchObject({ ok: false, problem: { code: 'unanswered', unanswered: true } });
  expect(calls.map((call) => call.key)).toEqual(['k1', 'k1', 'k1']);
});

test('signing in is never repeated by itself', async () => {
  const { edge, calls } = edgeThat('broken');
  await edge.signIn('u1', '123456');
  expect(calls).toHaveLength(1);
  expect(calls[0]?.key).toBeNull();
});

test('a customer who left is not served by a later attempt', async () => {
  const { edge, calls } = edgeThat('broken', issued);
  const leave = new AbortController();
  leave.abort();
  const answer = await edge.issue(body, 'k1', leave.signal);
  expect(answer.ok).toBe(false);
  expect(calls.length).toBeLessThanOrEqual(1);
});

test('the queue is fetched to its last page', async () => {
  const page = (n: number) => ({
    body: { data: [ticket(n)], links: {}, meta: { current_page: n, last_page: 2, per_page: 1, total: 2 } },
  });
  const { edge } = edgeThat(page(1), page(2));
  const answer = await edge.queue();
  expect(answer.ok && answer.data.tickets.map((row) => row.number)).toEqual([1, 2]);
});

test('an answer that is not the edge’s is a problem, not a crash', async () => {
  const { edge } = edgeThat({ status: 403, body: '<html>' });
  expect(await edge.outlet()).toMatchObject({ ok: false, problem: { code: 'unreadable', status: 403 } });
});

test('keys are made where randomUUID is missing, as on plain http', () => {
  const bare = {
    getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes),
  } as unknown as Crypto;
  expect(freshKey(bare)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(freshKey(bare)).not.toBe(freshKey(bare));
});
