interface Rest {
  /** Quiet time until the question, in milliseconds. */
  after?: number;
  /** How long the question stands, in milliseconds. */
  warning?: number;
  now?: () => number;
  wipe: () => void;
}

/** Asks "still there?" after a quiet minute, and wipes what the last customer left when nobody answers. */
export class Idle {
  /** Seconds until the wipe, while the question stands. */
  left = $state<number | null>(null);
  #after: number;
  #warning: number;
  #now: () => number;
  #wipe: () => void;
  #touchedAt: number;
  #askedAt: number | null = null;

  constructor({ after = 60_000, warning = 20_000, now = () => performance.now(), wipe }: Rest) {
    this.#after = after;
    this.#warning = warning;
    this.#now = now;
    this.#wipe = wipe;
    this.#touchedAt = now();
  }

  touch() {
    this.#touchedAt = this.#now();
    this.#askedAt = null;
    this.left = null;
  }

  /** Called often. The question always stands in full, even when the machine slept through the minute. */
  tick() {
    const now = this.#now();
    if (this.#askedAt === null) {
      if (now - this.#touchedAt < this.#after) return;
      this.#askedAt = now;
    }
    const left = this.#warning - (now - this.#askedAt);
    if (left > 0) {
      this.left = Math.ceil(left / 1_000);
      return;
    }
    this.touch();
    this.#wipe();
  }

  start(): () => void {
    this.touch();
    const timer = setInterval(() => this.tick(), 250);
    return () => clearInterval(timer);
  }
}
