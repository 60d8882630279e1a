/** How far this screen reaches, link by link, and what can be done with that. */
import type { Link } from '$lib/api';
import type { Contact } from '$lib/state/live.svelte';

export const STEPS = ['edge', 'lan', 'internet', 'central', 'supplier'] as const;
export type StepName = (typeof STEPS)[number];
export type Reached = 'yes' | 'no' | 'unknown';

export const WORKS = ['queue', 'sale', 'catalog', 'remote', 'sending', 'cashless'] as const;
export type WorkName = (typeof WORKS)[number];

/** Beyond the first broken link nothing is known. Suppliers are central's alone: it does not tell of them yet. */
export function reach(
  contact: Contact,
  link: Link['state'] | undefined,
): { name: StepName; reached: Reached }[] {
  const broken = contact === 'live' ? (link ?? 'edge') : 'edge';
  const at = broken === 'up' ? STEPS.indexOf('supplier') : STEPS.indexOf(broken);
  return STEPS.map((name, place) => {
    if (name === 'supplier') return { name, reached: 'unknown' };
    return { name, reached: place < at ? 'yes' : place === at ? 'no' : 'unknown' };
  });
}

/** What works just now: what happens in the outlet needs the edge alone. */
export function works(steps: ReturnType<typeof reach>): { name: WorkName; can: boolean }[] {
  const has = (name: StepName) => steps.some((step) => step.name === name && step.reached === 'yes');
  const needs: Record<WorkName, boolean> = {
    queue: has('edge'),
    sale: has('edge'),
    catalog: has('edge'),
    remote: has('central'),
    sending: has('central'),
    cashless: false,
  };
  return WORKS.map((name) => ({ name, can: needs[name] }));
}
