import type { Category, Edge, Product, Ticket, Trouble } from '../api';
import { Keys } from './keys';

export type Step = 'attract' | 'category' | 'product' | 'party' | 'ticket';

export const MAX_PARTY = 50;
export const MAX_NAME = 40;

/** One customer's way from the start screen to a number. Nothing of it outlives `wipe`. */
export class Visit {
  step = $state<Step>('attract');
  category = $state<Category | null>(null);
  product = $state.raw<Product | null>(null);
  party = $state(2);
  name = $state('');
  ticket = $state<string | null>(null);
  asking = $state(false);
  problem = $state.raw<Trouble | null>(null);
  /** Rises with every wipe; the screen is built anew for each. */
  customer = $state(0);
  #edge: Edge;
  #keys = new Keys();
  #leave = new AbortController();

  constructor(edge: Edge) {
    this.#edge = edge;
  }

  begin() {
    this.step = 'category';
  }

  chooseCategory(category: Category) {
    this.category = category;
    this.step = 'product';
  }

  chooseProduct(product: Product) {
    this.product = product;
    this.step = 'party';
  }

  setParty(size: number) {
    this.party = Math.min(MAX_PARTY, Math.max(1, size));
  }

  setName(name: string) {
    this.name = name.slice(0, MAX_NAME);
  }

  back() {
    this.problem = null;
    if (this.step === 'party') this.step = 'product';
    else if (this.step === 'product') this.step = 'category';
    else this.wipe();
  }

  async takeNumber(found: (ticket: Ticket) => void) {
    if (!this.product || this.asking) return;
    const { signal } = this.#leave;
    const holder = this.name.trim();
    const body = { product: this.product.id, party_size: this.party, ...(holder ? { holder } : {}) };
    this.asking = true;
    this.problem = null;
    const answer = await this.#edge.issue(body, this.#keys.for(body), signal);
    // Whoever left meanwhile took their screen with them.
    if (signal.aborted) return;
    this.asking = false;
    if (answer.ok) {
      this.#keys.settle(body);
      found(answer.data);
      this.ticket = answer.data.id;
      this.step = 'ticket';
      return;
    }
    if (!answer.problem.unanswered) this.#keys.settle(body);
    this.problem = answer.problem;
  }

  wipe() {
    this.#leave.abort();
    this.#leave = new AbortController();
    this.#keys.clear();
    this.step = 'attract';
    this.category = null;
    this.product = null;
    this.party = 2;
    this.name = '';
    this.ticket = null;
    this.asking = false;
    this.problem = null;
    this.customer += 1;
  }
}
