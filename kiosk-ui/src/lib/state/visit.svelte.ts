import type { Answer, Category, Edge, Packet, Product, Ticket, Trouble, Wait } from '../api';
import { MAX_EXTRA, packetsOf, type Extras } from './bill';
import { Keys } from './keys';
import { ofOurs } from './scan';

export type Step = 'attract' | 'identify' | 'category' | 'product' | 'customise' | 'pay' | 'ticket';

/** The steps that are counted to the customer. */
export const COUNTED: readonly Step[] = ['category', 'product', 'customise', 'pay'];

/** The letters of numbers that were taken from afar: bookings, and the app. */
export type Series = 'B' | 'M';

export const MAX_DIGITS = 6;
export const MAX_PARTY = 50;
export const MAX_NAME = 40;
/** Which wording of the consent is shown; raised when the words come to mean something else. */
export const CONSENT_WORDING = 1;

/** One customer's way from the start screen to a number. Nothing of it outlives `wipe`. */
export class Visit {
  step = $state<Step>('attract');
  category = $state<Category | null>(null);
  product = $state.raw<Product | null>(null);
  packet = $state.raw<Packet | null>(null);
  extras = $state.raw<Extras>({});
  party = $state(2);
  name = $state('');
  /** The chain may show their photos: only when they say so themselves. */
  publicity = $state(false);
  ticket = $state<string | null>(null);
  /** Where its holder follows it: told with the number, and to nobody else. */
  follow = $state<string | null>(null);
  /** How long a wait was said when the number was asked for. */
  promised = $state.raw<Wait | null>(null);
  asking = $state(false);
  problem = $state.raw<Trouble | null>(null);
  series = $state<Series>('B');
  digits = $state('');
  /** A code was scanned that is none of ours. */
  misread = $state(false);
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

  identify() {
    this.step = 'identify';
  }

  chooseCategory(category: Category) {
    this.category = category;
    this.step = 'product';
  }

  chooseProduct(product: Product) {
    this.product = product;
    this.packet = packetsOf(product)[0] ?? null;
    this.step = 'customise';
  }

  choosePacket(packet: Packet) {
    this.packet = packet;
  }

  setParty(size: number) {
    this.party = Math.min(MAX_PARTY, Math.max(1, size));
  }

  setExtra(id: string, quantity: number) {
    this.extras = { ...this.extras, [id]: Math.min(MAX_EXTRA, Math.max(0, quantity)) };
  }

  setName(name: string) {
    this.name = name.slice(0, MAX_NAME);
  }

  toPay() {
    this.step = 'pay';
  }

  back() {
    this.problem = null;
    this.misread = false;
    if (this.step === 'pay') this.step = 'customise';
    else if (this.step === 'customise') this.step = 'product';
    else if (this.step === 'product') this.step = 'category';
    else this.wipe();
  }

  /** Asks for the number. The next screen shows at once; the number only when the edge has told it. */
  async takeNumber(found: (ticket: Ticket) => void, promised: Wait | null = null) {
    if (!this.product || this.asking) return;
    this.promised = promised;
    const holder = this.name.trim();
    const consent = { wording: CONSENT_WORDING, publicity: this.publicity };
    const body = { product: this.product.id, party_size: this.party, consent, ...(holder ? { holder } : {}) };
    await this.#ask(body, 'pay', found, (key, signal) => this.#edge.issue(body, key, signal));
  }

  typeDigit(digit: string) {
    this.problem = null;
    this.misread = false;
    this.digits = (this.digits + digit).slice(0, MAX_DIGITS);
  }

  eraseDigit() {
    this.digits = this.digits.slice(0, -1);
  }

  /** Checks in whoever holds the number that was typed. */
  async checkInTyped(found: (ticket: Ticket) => void) {
    if (this.digits && !this.asking) await this.#checkIn(`${this.series}-${this.digits}`, found);
  }

  /** Checks in whoever holds this QR code. */
  async scan(code: string, found: (ticket: Ticket) => void) {
    if (this.asking) return;
    this.misread = !ofOurs(code);
    if (this.misread) {
      this.problem = null;
      this.step = 'identify';
      return;
    }
    await this.#checkIn(code.trim(), found);
  }

  #checkIn(code: string, found: (ticket: Ticket) => void) {
    return this.#ask({ code }, 'identify', found, (key, signal) => this.#edge.checkIn(code, key, signal));
  }

  async #ask(
    wish: object,
    from: Step,
    found: (ticket: Ticket) => void,
    ask: (key: string, signal: AbortSignal) => Promise<Answer<Ticket>>,
  ) {
    const { signal } = this.#leave;
    this.asking = true;
    this.problem = null;
    this.step = 'ticket';
    const answer = await ask(this.#keys.for(wish), signal);
    // Whoever left meanwhile took their screen with them.
    if (signal.aborted) return;
    this.asking = false;
    if (answer.ok) {
      this.#keys.settle(wish);
      found(answer.data);
      this.follow = answer.data.status_url ?? null;
      this.ticket = answer.data.id;
      return;
    }
    if (!answer.problem.unanswered) this.#keys.settle(wish);
    this.problem = answer.problem;
    this.step = from;
  }

  wipe() {
    this.#leave.abort();
    this.#leave = new AbortController();
    this.#keys.clear();
    this.step = 'attract';
    this.category = null;
    this.product = null;
    this.packet = null;
    this.extras = {};
    this.party = 2;
    this.name = '';
    this.publicity = false;
    this.ticket = null;
    this.follow = null;
    this.promised = null;
    this.asking = false;
    this.problem = null;
    this.misread = false;
    this.series = 'B';
    this.digits = '';
    this.customer += 1;
  }
}
