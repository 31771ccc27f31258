import type { Clock } from "../../ports/clock";

/**
 * Gathers bursts of changes into one snapshot at a time: whatever happens while one is made leads to exactly one more.
 * The pause before the next is at least as long as the last one took, so that a large plan never keeps the host busy
 * for more than half of the time. While nobody can see the result, nothing is made.
 */
export class SnapshotLoop {
  readonly #make: () => Promise<void>;
  readonly #clock: Clock;
  readonly #pauseMs: number;
  readonly #closed = new AbortController();
  #running = false;
  #again = false;
  #seen = true;
  #lastTookMs = 0;

  constructor(options: {
    readonly make: () => Promise<void>;
    readonly clock: Clock;
    /** Shortest pause before a snapshot, in milliseconds. */
    readonly pauseMs: number;
  }) {
    this.#make = options.make;
    this.#clock = options.clock;
    this.#pauseMs = options.pauseMs;
  }

  /** Asks for a snapshot soon. `make` must deal with its own failures. */
  request(): void {
    this.#again = true;
    this.#start();
  }

  /** What was asked for out of sight is made when somebody looks again. */
  setSeen(seen: boolean): void {
    this.#seen = seen;
    this.#start();
  }

  dispose(): void {
    this.#closed.abort();
  }

  #start(): void {
    if (!this.#running && this.#isDue()) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#isDue()) {
      await this.#clock.sleep(Math.max(this.#pauseMs, this.#lastTookMs), this.#closed.signal);
      if (!this.#isDue()) break;
      this.#again = false;
      const begun = this.#clock.now();
      await this.#make();
      this.#lastTookMs = this.#clock.now() - begun;
    }
    this.#running = false;
  }

  #isDue(): boolean {
    return this.#again && this.#seen && !this.#closed.signal.aborted;
  }
}
