import { MasterPlanError } from "../../../core/errors";
import type { RunId } from "../../../core/ids";
import type { Run } from "../../../core/run/run";
import { replayRun } from "../../../core/run/runReducer";
import type { StoreCommit } from "../../../ports/store";
import { ClosedRuns } from "../purge/closedRuns";
import { groupsOf, type Reductions } from "./commitApplier";

/** The states of runs after everything that waits to be written, against which the next commit is checked. */
export class QueuedRuns {
  /** What the reducer made of each event, so that it need not be asked again. */
  readonly reductions: Reductions = new WeakMap();
  readonly #closed = new ClosedRuns();
  /** Empty when nothing waits. */
  readonly #head = new Map<RunId, Run>();
  #doubted = false;

  /** True once a commit was refused, until nothing waits: what is queued behind it may rest on what never happened. */
  get doubted(): boolean {
    return this.#doubted;
  }

  doubt(): void {
    this.#head.clear();
    this.#doubted = true;
  }

  /** Nothing waits any more. */
  settle(): void {
    this.#head.clear();
    this.#doubted = false;
  }

  /**
   * Throws `run.illegalTransition` when an event does not follow what is acknowledged and queued, and `run.unknown` when
   * its run has been removed.
   */
  check(commit: StoreCommit, acknowledged: (run: RunId) => Run | null): ReadonlyMap<RunId, Run> {
    this.#closed.refuse(commit);
    const after = new Map<RunId, Run>();
    for (const group of groupsOf(commit.changes)) {
      if (group.kind !== "events") continue;
      const before = after.get(group.run) ?? this.#head.get(group.run) ?? acknowledged(group.run);
      const run = replayRun(before, group.events);
      if (run.id !== group.run) {
        throw new MasterPlanError(
          "run.illegalTransition",
          `Events of run ${run.id} were filed under ${group.run}`,
        );
      }
      after.set(group.run, run);
      const [first] = group.events;
      if (first !== undefined) this.reductions.set(first, { before, after: run });
    }
    for (const [id, run] of after) this.#head.set(id, run);
    return after;
  }

  /** Nothing more is said about these runs. Gives back what still may be said, and rejects the rest. */
  close<T extends { readonly commit: StoreCommit; readonly reject: (error: unknown) => void }>(
    runs: readonly RunId[],
    waiting: readonly T[],
  ): T[] {
    this.#closed.close(runs);
    for (const run of runs) this.#head.delete(run);
    const rest: T[] = [];
    for (const pending of waiting) {
      try {
        this.#closed.refuse(pending.commit);
        rest.push(pending);
      } catch (error) {
        pending.reject(error);
      }
    }
    if (rest.length < waiting.length) this.doubt();
    return rest;
  }

  /** The runs stay after all. */
  open(runs: readonly RunId[]): void {
    this.#closed.open(runs);
  }

  /** Goes on with another state, in which other runs exist. */
  forget(): void {
    this.#closed.clear();
    this.doubt();
  }
}
