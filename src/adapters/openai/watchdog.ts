import type { Clock } from "../../ports/clock";

/**
 * Calls `onExpired` when nothing touched it for the limit of the current phase. One sleep per phase, not one per
 * touch, so that a fast stream costs nothing.
 */
export class Watchdog {
  readonly #clock: Clock;
  readonly #onExpired: (phase: string, limitMs: number) => void;
  #stop: AbortController | null = null;
  #touchedAt = 0;

  constructor(clock: Clock, onExpired: (phase: string, limitMs: number) => void) {
    this.#clock = clock;
    this.#onExpired = onExpired;
  }

  /** Starts a phase and ends the one before it. */
  watch(phase: string, limitMs: number): void {
    this.stop();
    const stop = new AbortController();
    this.#stop = stop;
    this.#touchedAt = this.#clock.now();
    void this.#wait(phase, limitMs, stop.signal);
  }

  touch(): void {
    this.#touchedAt = this.#clock.now();
  }

  stop(): void {
    this.#stop?.abort();
    this.#stop = null;
  }

  async #wait(phase: string, limitMs: number, stop: AbortSignal): Promise<void> {
    for (;;) {
      const left = this.#touchedAt + limitMs - this.#clock.now();
      if (left > 0) await this.#clock.sleep(left, stop);
      if (stop.aborted) return;
      if (this.#clock.now() - this.#touchedAt >= limitMs) {
        this.#onExpired(phase, limitMs);
        return;
      }
    }
  }
}
