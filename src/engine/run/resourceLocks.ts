import { MasterPlanError } from "../../core/errors";

interface Waiter {
  readonly names: readonly string[];
  readonly grant: () => void;
}

/**
 * Named locks such as `build`, `test` or `port:3000`. A holder gets all the names it asked for at once or none of
 * them, so that two holders can never wait for each other; whoever asked first is served first where names overlap.
 */
export class ResourceLocks {
  readonly #held = new Set<string>();
  #waiting: readonly Waiter[] = [];

  /** Resolves with the function that gives the names back. Rejects with `cancelled` when the signal aborts first. */
  async acquire(names: readonly string[], signal: AbortSignal): Promise<() => void> {
    const wanted = [...new Set(names)];
    if (signal.aborted) throw cancelledWait(wanted);
    await new Promise<void>((resolve, reject) => {
      const onAbort = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter);
        this.#serve();
        reject(cancelledWait(wanted));
      };
      const waiter: Waiter = {
        names: wanted,
        grant: () => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting = [...this.#waiting, waiter];
      this.#serve();
    });
    let released = false;
    return () => {
      if (released) return;
      released = true;
      for (const name of wanted) this.#held.delete(name);
      this.#serve();
    };
  }

  /** Runs `work` while the names are held, whatever becomes of it. */
  async withLocks<T>(names: readonly string[], signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const release = await this.acquire(names, signal);
    try {
      return await work();
    } finally {
      release();
    }
  }

  /** Names that somebody holds now, sorted. */
  held(): readonly string[] {
    return [...this.#held].sort();
  }

  /** A later waiter may pass an earlier one only when it wants none of the names the earlier one waits for. */
  #serve(): void {
    const spokenFor = new Set(this.#held);
    const left: Waiter[] = [];
    for (const waiter of this.#waiting) {
      const free = waiter.names.every((name) => !spokenFor.has(name));
      for (const name of waiter.names) spokenFor.add(name);
      if (free) {
        for (const name of waiter.names) this.#held.add(name);
        waiter.grant();
      } else {
        left.push(waiter);
      }
    }
    this.#waiting = left;
  }
}

function cancelledWait(names: readonly string[]): MasterPlanError {
  return new MasterPlanError("cancelled", `Waiting for ${names.join(", ")} was cancelled`);
}
