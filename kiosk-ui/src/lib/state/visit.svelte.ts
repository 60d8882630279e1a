import type { Answer, Category, Edge, Find, Packet, Product, Ticket, Trouble, Wait } from '../api';
import { chosen, MAX_EXTRA, packetsOf, wantedOf, type Extras, type Item } from './bill';
import { Keys } from './keys';
import { ofOurs } from './scan';

export type Step = 'attract' | 'identify' | 'category' | 'product' | 'customise' | 'pay' | 'ticket';

/** The steps that are counted to the customer. */
export const COUNTED: readonly Step[] = ['category', 'product', 'customise', 'pay'];

/** The letters of numbers that were taken from afar: bookings, and the app. */
export type Series = 'B' | 'M';
/** By what somebody who has joined from afar is found: a number of theirs, or their phone's. */
export type Way = Series | 'phone';

export const MAX_DIGITS = 6;
/** Of a phone's number, with the country's in front. */
export const MAX_PHONE = 15;
const LEAST_PHONE = 9;
export const MAX_PARTY = 50;
export const MAX_NAME = 40;
/** Which wording of the consent is shown; raised when the words come to mean something else. */
export const CONSENT_WORDING = 1;

/** A phone's number as it is shown once it was asked for: who reads over a shoulder learns little. */
export function maskedPhone(digits: string): string {
  const hidden = digits.slice(0, 2) + '•'.repeat(Math.max(0, digits.length - 5)) + digits.slice(-3);
  return hidden.replace(/(.{4})(?=.)/g, '$1 ');
}

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
  way = $state<Way>('B');
  /** What is being typed; a phone's number stands here until it was asked for, and no longer. */
  digits = $state('');
  /** The number that was asked for, as far as it is shown. */
  masked = $state('');
  /** Who was found by it; null while nobody was asked for. */
  finds = $state.raw<readonly Find[] | null>(null);
  finding = $state(false);
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

  /** What was chosen so far, priced by the catalogue. */
  items(all: readonly Product[]): Item[] {
    return this.product ? chosen(this.product, this.packet, this.extras, all) : [];
  }

  toPay() {
    this.step = 'pay';
  }

  back() {
    if (this.step === 'identify' && this.masked) return this.#forgetFinds();
    this.problem = null;
    this.misread = false;
    if (this.step === 'pay') this.step = 'customise';
    else if (this.step === 'customise') this.step = 'product';
    else if (this.step === 'product') this.step = 'category';
    else this.wipe();
  }

  /** Asks for the number. The next screen shows at once; the number only when the edge has told it. */
  async takeNumber(found: (ticket: Ticket) => void, all: readonly Product[], promised: Wait | null = null) {
    if (!this.product || this.asking) return;
    this.promised = promised;
    const holder = this.name.trim();
    const wanted = wantedOf(this.items(all));
    const body = {
      product: this.product.id,
      party_size: this.party,
      consent: { wording: CONSENT_WORDING, publicity: this.publicity },
      ...(holder ? { holder } : {}),
      ...(wanted ? { wanted } : {}),
    };
    await this.#ask(body, 'pay', found, (key, signal) => this.#edge.issue(body, key, signal));
  }

  chooseWay(way: Way) {
    this.#forgetFinds();
    this.way = way;
    this.digits = '';
  }

  typeDigit(digit: string) {
    this.#forgetFinds();
    const most = this.way === 'phone' ? MAX_PHONE : MAX_DIGITS;
    this.digits = (this.digits + digit).slice(0, most);
  }

  eraseDigit() {
    this.digits = this.digits.slice(0, -1);
  }

  /** Whether what is typed can be asked for. */
  get typed(): boolean {
    return this.digits.length >= (this.way === 'phone' ? LEAST_PHONE : 1);
  }

  /** Asks for what was typed: checks its holder in, or looks for whom a phone's number belongs to. */
  async askTyped(found: (ticket: Ticket) => void) {
    if (!this.typed || this.asking || this.finding) return;
    if (this.way === 'phone') await this.#lookUp();
    else await this.#checkIn(`${this.way}-${this.digits}`, found);
  }

  /** Checks in one of those who were found. */
  async chooseFind(find: Find, found: (ticket: Ticket) => void) {
    if (!this.asking) await this.#checkIn(find.id, found);
  }

  /** From here on only the masked number is anywhere on this screen. */
  async #lookUp() {
    const { signal } = this.#leave;
    const phone = this.digits;
    this.#forgetFinds();
    this.digits = '';
    this.masked = maskedPhone(phone);
    this.finding = true;
    const answer = await this.#edge.lookUp(phone, signal);
    if (signal.aborted) return;
    this.finding = false;
    if (!answer.ok) {
      this.problem = answer.problem;
      return;
    }
    this.masked = answer.data.phone;
    this.finds = answer.data.finds;
  }

  #forgetFinds() {
    this.problem = null;
    this.misread = false;
    this.masked = '';
    this.finds = null;
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
    this.way = 'B';
    this.digits = '';
    this.masked = '';
    this.finds = null;
    this.finding = false;
    this.customer += 1;
  }
}
