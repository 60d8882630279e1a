import { expect, test } from 'vitest';
import { Idle } from './idle.svelte';

function resting() {
  const at = { now: 0, wipes: 0 };
  const idle = new Idle({ now: () => at.now, wipe: () => (at.wipes += 1) });
  const to = (seconds: number) => {
    at.now = seconds * 1_000;
    idle.tick();
  };
  return { at, idle, to };
}

test('asks after a minute, wipes twenty seconds later', () => {
  const { at, idle, to } = resting();
  to(59.9);
  expect(idle.left).toBeNull();
  to(60);
  expect(idle.left).toBe(20);
  to(79.9);
  expect([idle.left, at.wipes]).toEqual([1, 0]);
  to(80);
  expect([idle.left, at.wipes]).toEqual([null, 1]);
});

test('a touch answers the question and starts the minute anew', () => {
  const { at, idle, to } = resting();
  to(70);
  idle.touch();
  expect(idle.left).toBeNull();
  to(129);
  expect(idle.left).toBeNull();
  to(130);
  expect(idle.left).toBe(20);
  expect(at.wipes).toBe(0);
});

test('the question stands for twenty seconds even when the machine slept', () => {
  const { at, idle, to } = resting();
  to(3_600);
  expect([idle.left, at.wipes]).toEqual([20, 0]);
  to(3_619);
  expect(at.wipes).toBe(0);
  to(3_620);
  expect(at.wipes).toBe(1);
});
