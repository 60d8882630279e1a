/** The edge's time, kept by this screen's monotonic clock between two looks at it. */
export class Clock {
  /** Milliseconds since 1970, by the edge; changes once a second. */
  now = $state(Date.now());
  #offset = Date.now() - performance.now();

  /** The edge's time just now, in microseconds. */
  set(time: number) {
    this.#offset = time / 1_000 - performance.now();
    this.tick();
  }

  tick() {
    this.now = this.#offset + performance.now();
  }

  start(): () => void {
    const timer = setInterval(() => this.tick(), 1_000);
    return () => clearInterval(timer);
  }
}
