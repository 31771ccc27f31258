import type { Clock } from "../ports/clock";

/**
 * Gathers bursts of changes into one snapshot at a time: whatever happens while one is made leads to exactly one more.
 */
export class SnapshotLoop {
  readonly #make: () => Promise<void>;
  readonly #clock: Clock;
  readonly #pauseMs: number;
  readonly #closed = new AbortController();
  #running = false;
  #again = false;

  constructor(options: {
    readonly make: () => Promise<void>;
    readonly clock: Clock;
    readonly pauseMs: number;
  }) {
    this.#make = options.make;
    this.#clock = options.clock;
    this.#pauseMs = options.pauseMs;
  }

  /** Asks for a snapshot soon. `make` must deal with its own failures. */
  request(): void {
    this.#again = true;
    if (!this.#running) void this.#run();
  }

  dispose(): void {
    this.#closed.abort();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#again && this.#isOpen()) {
      await this.#clock.sleep(this.#pauseMs, this.#closed.signal);
      this.#again = false;
      if (this.#isOpen()) await this.#make();
    }
    this.#running = false;
  }

  #isOpen(): boolean {
    return !this.#closed.signal.aborted;
  }
}
