import type { Logger } from "../../ports/logger";
import type { StoreCommit } from "../../ports/store";

export type CommitListener = (commit: StoreCommit, lsn: number) => void;

/** Whoever wants to hear of acknowledged commits. What one of them throws harms nobody else. */
export class CommitListeners {
  readonly #listeners = new Set<CommitListener>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(listener: CommitListener): { dispose(): void } {
    // Wrapped, so that one function may listen twice.
    const entry: CommitListener = (commit, lsn) => listener(commit, lsn);
    this.#listeners.add(entry);
    return { dispose: () => void this.#listeners.delete(entry) };
  }

  tell(commit: StoreCommit, lsn: number): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(commit, lsn);
      } catch (error) {
        this.#logger.log("error", "A commit listener failed", { error: String(error) });
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
