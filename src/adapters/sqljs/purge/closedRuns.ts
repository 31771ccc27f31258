import { MasterPlanError } from "../../../core/errors";
import type { RunId } from "../../../core/ids";
import type { StoreCommit } from "../../../ports/store";

/** Runs that are being removed, or have been: nothing more may be said about them. */
export class ClosedRuns {
  readonly #runs = new Set<RunId>();

  close(runs: readonly RunId[]): void {
    for (const run of runs) this.#runs.add(run);
  }

  open(runs: readonly RunId[]): void {
    for (const run of runs) this.#runs.delete(run);
  }

  clear(): void {
    this.#runs.clear();
  }

  /** Throws `run.unknown` for a commit that says something about one of them. */
  refuse(commit: StoreCommit): void {
    if (this.#runs.size === 0) return;
    for (const change of commit.changes) {
      const run =
        change.kind === "run.event" ? change.run : change.kind === "snapshot.put" ? change.row.run_id : null;
      if (run === null || !this.#runs.has(run)) continue;
      throw new MasterPlanError("run.unknown", `The run ${run} has been removed`);
    }
  }
}
