import { SvelteMap } from 'svelte/reactivity';
import type { Edge, Permission, StaffName, StaffSession, Trouble } from '../api';
import { millis } from '../i18n/format';

export type SignInResult =
  | { is: 'in' }
  | { is: 'wrong'; attemptsLeft: number | null }
  | { is: 'locked' }
  | { is: 'refused'; problem: Trouble };

/** Who may sign in at this screen, and who has. The session itself belongs to the screen, at the edge. */
export class Staff {
  names = $state.raw<StaffName[]>([]);
  signedIn = $state.raw<StaffSession | null>(null);
  loaded = $state(false);
  /** Whether the last session ended by itself. */
  expired = $state(false);
  #lockedUntil = new SvelteMap<string, number>();
  #edge: Edge;
  #now: () => number;

  constructor(edge: Edge, now: () => number) {
    this.#edge = edge;
    this.#now = now;
  }

  can(permission: Permission): boolean {
    return this.signedIn?.permissions.includes(permission) ?? false;
  }

  /** Milliseconds until this person may try again; 0 when they may now. */
  lockedFor(staff: string): number {
    return Math.max(0, (this.#lockedUntil.get(staff) ?? 0) - this.#now());
  }

  async load() {
    const answer = await this.#edge.staff();
    if (!answer.ok) return;
    const had = this.signedIn;
    this.names = answer.data.names;
    this.signedIn = answer.data.signedIn;
    this.loaded = true;
    if (had && !this.signedIn) this.expired = true;
  }

  async signIn(staff: string, pin: string, lockedNow = false): Promise<SignInResult> {
    const answer = await this.#edge.signIn(staff, pin);
    if (answer.ok) {
      const { staff: person, expires_at } = answer.data;
      this.#lockedUntil.delete(staff);
      this.expired = false;
      this.signedIn = { ...person, expires_at };
      return { is: 'in' };
    }
    const { problem } = answer;
    if (problem.code === 'pin_wrong') {
      // That was the last one: a locked name is not tried again, only told for how long.
      if (problem.attempts_left === 0 && !lockedNow) return this.signIn(staff, pin, true);
      return { is: 'wrong', attemptsLeft: problem.attempts_left ?? null };
    }
    if (problem.code === 'locked') {
      this.#lockedUntil.set(staff, this.#now() + (problem.retryAfter ?? 60) * 1_000);
      return { is: 'locked' };
    }
    return { is: 'refused', problem };
  }

  async signOut() {
    this.signedIn = null;
    await this.#edge.signOut();
  }

  /** The edge said that nobody is signed in. */
  lost() {
    if (!this.signedIn) return;
    this.signedIn = null;
    this.expired = true;
  }

  /** Asks again once the session should be over: acts made meanwhile may have made it longer. */
  async checkExpiry() {
    if (this.signedIn && millis(this.signedIn.expires_at) <= this.#now()) await this.load();
  }
}
