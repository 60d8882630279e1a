import { listen, type Edge, type Heard, type Trouble } from '../api';
import type { Clock } from './clock.svelte';
import type { Rows } from './rows.svelte';

const LOOK_MS = 10_000;
/** Estimates follow what happened; many acts at once are one look. */
const HEAD_MS = 1_000;
/** A backlog that drains is many events; the desk looks so often. */
const SYNC_MS = 300;

export type Contact = 'starting' | 'live' | 'lost' | 'unpaired';

/** The line between this screen and its edge: events in, a look at the outlet every ten seconds. */
export class Live {
  contact = $state<Contact>('starting');
  /** Why the last look failed. */
  trouble = $state.raw<Trouble | null>(null);
  /** When something was last heard from the edge, in its milliseconds; 0 when nothing ever was. */
  heardAt = $state(0);
  #edge: Edge;
  #rows: Rows;
  #clock: Clock;
  #stopListening: (() => void) | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #loading: Promise<void> | null = null;
  #again = false;
  #watchSync = 0;
  #headTimer: ReturnType<typeof setTimeout> | undefined;
  #syncTimer: ReturnType<typeof setTimeout> | undefined;
  #listen: (heard: Heard) => () => void;

  constructor(
    edge: Edge,
    rows: Rows,
    clock: Clock,
    listener: (heard: Heard) => () => void = (heard) => listen('/api/outlet/events', heard),
  ) {
    this.#edge = edge;
    this.#rows = rows;
    this.#clock = clock;
    this.#listen = listener;
  }

  start(): () => void {
    void this.look();
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
    return () => {
      clearInterval(this.#timer);
      this.#silence();
    };
  }

  /** Asks the edge how things are; finds out a broken line, a new pairing and a new day. */
  async look(): Promise<void> {
    const answer = await this.#edge.outlet();
    if (!answer.ok) {
      this.trouble = answer.problem;
      if (this.contact !== 'unpaired') this.contact = 'lost';
      return;
    }
    this.#clock.set(answer.data.time);
    const { newDay } = this.#rows.takeOutlet(answer.data);
    const back = this.contact !== 'live';
    this.#heard();
    if (!this.#stopListening) this.#listenNow();
    else if (back || newDay) await this.reload();
    // Time alone moves an estimate.
    else void this.#rows.loadQueueHead();
  }

  /** Called when any call was told that this screen is not paired. */
  unpaired() {
    this.contact = 'unpaired';
    this.#silence();
  }

  /** Fetches all rows again; calls while it runs make it run once more, so nothing is missed. */
  reload(): Promise<void> {
    if (this.#loading) {
      this.#again = true;
      return this.#loading;
    }
    this.#loading = this.#load().finally(() => {
      this.#loading = null;
      if (this.#again) {
        this.#again = false;
        void this.reload();
      }
    });
    return this.#loading;
  }

  /** While somebody looks at the sync desk its numbers are kept fresh; gives back how to stop. */
  watchSync(): () => void {
    this.#watchSync += 1;
    void this.#rows.loadSync();
    const timer = setInterval(() => void this.#rows.loadSync(), LOOK_MS / 2);
    return () => {
      this.#watchSync -= 1;
      clearInterval(timer);
    };
  }

  /** While somebody looks at the board, what each ticket is said to wait, and who is expected, is kept fresh. */
  watchQueue(): () => void {
    void this.#rows.loadExpected();
    const timer = setInterval(() => {
      void this.#rows.loadQueue();
      void this.#rows.loadExpected();
    }, LOOK_MS);
    return () => clearInterval(timer);
  }

  async #load() {
    const { loadQueue, loadRooms, loadProducts, loadDevices } = this.#rows;
    await Promise.all([loadQueue, loadRooms, loadProducts, loadDevices].map((load) => load.call(this.#rows)));
  }

  #heard() {
    this.contact = 'live';
    this.trouble = null;
    this.heardAt = this.#clock.now;
  }

  #headSoon() {
    this.#headTimer ??= setTimeout(() => {
      this.#headTimer = undefined;
      void this.#rows.loadQueueHead();
    }, HEAD_MS);
  }

  #syncSoon() {
    this.#syncTimer ??= setTimeout(() => {
      this.#syncTimer = undefined;
      void this.#rows.loadSync();
    }, SYNC_MS);
  }

  #silence() {
    clearTimeout(this.#syncTimer);
    this.#syncTimer = undefined;
    clearTimeout(this.#headTimer);
    this.#headTimer = undefined;
    this.#stopListening?.();
    this.#stopListening = null;
  }

  #listenNow() {
    this.#stopListening = this.#listen({
      // What happened while nobody listened is not told again: start from the rows.
      open: () => void this.reload(),
      lost: () => void this.look(),
      change: (change) => {
        this.#heard();
        this.#rows.apply(change);
        this.#headSoon();
      },
      link: (link) => this.#rows.takeLink(link),
      sync: ({ backlog, acked_seq }) => {
        if (!this.#rows.sync) return;
        this.#rows.sync = { ...this.#rows.sync, backlog, acked_seq };
        if (this.#watchSync > 0) this.#syncSoon();
      },
      devices: (devices) => this.#rows.takeDevices(devices),
      feed: ({ topic }) => {
        if (topic === 'catalog') void this.#rows.loadProducts();
        else void this.look();
      },
      reload: () => void this.reload(),
    });
  }
}
