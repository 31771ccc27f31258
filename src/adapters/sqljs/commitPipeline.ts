import { isMasterPlanError, MasterPlanError } from "../../core/errors";
import type { RunId } from "../../core/ids";
import type { Run } from "../../core/run/run";
import { replayRun } from "../../core/run/runReducer";
import type { StoreCommit } from "../../ports/store";
import { CommitApplier, groupsOf, type Reductions } from "./commitApplier";
import { encodeCommit } from "./replay";
import type { RunStates } from "./runStates";
import type { SqlDatabase } from "./sqlDatabase";

/** What makes a batch of payloads durable: the journal, and in front of it the lease. */
export interface DurableLog {
  /** LSN of the last confirmed frame. */
  readonly lsn: number;
  /** Writes the payloads; `durable` settles when they are safe to acknowledge, or rejects when they are not. */
  append(payloads: readonly Uint8Array[]): { readonly durable: Promise<void> };
}

interface Pending {
  readonly commit: StoreCommit;
  readonly payload: Buffer;
  readonly resolve: (lsn: number) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Takes commits in order, checks them against the queued head, makes all that wait durable with one sync, and applies
 * them to the database meanwhile, in a transaction that is kept only when the sync succeeds. A read in between rolls
 * that transaction back and sees exactly the acknowledged state; the rows are then written again.
 */
export class CommitPipeline {
  #database: SqlDatabase;
  #runs: RunStates;
  readonly #log: DurableLog;
  #applier: CommitApplier;
  readonly #reductions: Reductions = new WeakMap();
  readonly #knownPlans = new Set<string>();
  readonly #onApplied: (commit: StoreCommit, lsn: number) => void;
  /** States of runs after everything queued; empty when nothing waits. */
  readonly #head = new Map<RunId, Run>();
  #queue: Pending[] = [];
  #working: Promise<void> | null = null;
  /** The transaction of the batch that is being made durable is open. */
  #open = false;
  #applyAgain = false;
  #distrust = false;

  constructor(
    database: SqlDatabase,
    runs: RunStates,
    log: DurableLog,
    onApplied: (commit: StoreCommit, lsn: number) => void,
  ) {
    this.#database = database;
    this.#runs = runs;
    this.#log = log;
    this.#onApplied = onApplied;
    this.#applier = this.#attach();
  }

  #attach(): CommitApplier {
    this.#knownPlans.clear();
    for (const row of this.#database.all("SELECT masterplan_id FROM masterplans"))
      this.#knownPlans.add(String(row["masterplan_id"]));
    return new CommitApplier(this.#database, this.#runs, { reductions: this.#reductions });
  }

  /** Goes on with another database; only inside `exclusively`. */
  replaceState(database: SqlDatabase, runs: RunStates): void {
    this.#database = database;
    this.#runs = runs;
    this.#applier = this.#attach();
    this.#doubt();
  }

  commit(commit: StoreCommit): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#check(commit);
      this.#queue.push({ commit, payload: encodeCommit(commit), resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Runs `task` between two batches, when nothing is being written. */
  async exclusively<T>(task: () => Promise<T>): Promise<T> {
    while (this.#working !== null) await this.#working;
    let result: Promise<T> | undefined;
    this.#working = (async () => {
      result = task();
      await result.catch(() => undefined);
      this.#working = null;
      if (this.#queue.length > 0) this.#working = this.#work();
    })();
    await this.#working;
    if (result === undefined) throw new Error("unreachable: the task has run");
    return result;
  }

  async idle(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  /** Makes the database show acknowledged commits only; called before every read. */
  beforeRead(): void {
    if (!this.#open) return;
    this.#rollBack();
    this.#applyAgain = true;
  }

  /** Throws `run.illegalTransition` when an event does not follow what is committed and queued. */
  #check(commit: StoreCommit): void {
    const after = new Map<RunId, Run>();
    for (const group of groupsOf(commit.changes)) {
      if (group.kind !== "events") continue;
      const before = after.get(group.run) ?? this.#head.get(group.run) ?? this.#runs.kept(group.run);
      const run = replayRun(before, group.events);
      if (run.id !== group.run) {
        throw new MasterPlanError(
          "run.illegalTransition",
          `Events of run ${run.id} were filed under ${group.run}`,
        );
      }
      after.set(group.run, run);
      const [first] = group.events;
      if (first !== undefined) this.#reductions.set(first, { before, after: run });
    }
    for (const [id, run] of after) this.#head.set(id, run);
  }

  async #work(): Promise<void> {
    // One turn later, so that commits made side by side share a sync from the start.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      await this.#commitBatch(batch);
    }
    this.#head.clear();
    this.#distrust = false;
    this.#working = null;
  }

  /** A commit was refused, so the checks of those queued behind it may rest on what never happened. */
  #doubt(): void {
    this.#head.clear();
    this.#distrust = true;
  }

  async #commitBatch(all: readonly Pending[]): Promise<void> {
    const before = this.#log.lsn;
    let batch = all;
    // Events that passed the reducer always fit; rows of other kinds are tried out before anything is written.
    const proved =
      !this.#distrust &&
      batch.every(({ commit }) => commit.changes.every((change) => this.#isProved(change)));
    if (!proved) {
      batch = this.#tryOut(all, before);
      if (batch.length === 0) return;
    }
    try {
      const { durable } = this.#log.append(batch.map((pending) => pending.payload));
      // Applying happens while the disk works; a failure here must still wait for the disk.
      const failure = proved ? this.#applyOpen(batch, before) : null;
      await durable;
      if (failure !== null) {
        this.#applySingly(batch, before, failure);
        return;
      }
    } catch (error) {
      if (this.#open) this.#rollBack();
      this.#applyAgain = false;
      this.#doubt();
      for (const pending of batch) pending.reject(error);
      return;
    }
    if (this.#applyAgain) {
      this.#applyAgain = false;
      const failure = this.#applyOpen(batch, before);
      if (failure !== null) {
        this.#applySingly(batch, before, failure);
        return;
      }
    }
    this.#database.run("COMMIT");
    this.#open = false;
    this.#runs.keep();
    this.#acknowledge(batch, before);
  }

  #isProved(change: StoreCommit["changes"][number]): boolean {
    if (change.kind === "run.event") return change.event.type !== "run.queued";
    return change.kind === "history.add" && this.#knownPlans.has(change.row.plan_id);
  }

  /** Applies commits one by one before they are written; those that do not fit are refused. */
  #tryOut(all: readonly Pending[], before: number): readonly Pending[] {
    this.#begin();
    const batch: Pending[] = [];
    for (const pending of all) {
      this.#database.script("SAVEPOINT one");
      const runs = this.#runs.mark();
      try {
        this.#applier.apply(pending.commit, before + batch.length + 1);
        batch.push(pending);
      } catch (error) {
        this.#database.script("ROLLBACK TO one");
        runs.restore();
        this.#doubt();
        pending.reject(refusal(error));
      }
      this.#database.script("RELEASE one");
    }
    if (batch.length === 0) this.#rollBack();
    return batch;
  }

  #applyOpen(batch: readonly Pending[], before: number): unknown {
    this.#begin();
    try {
      for (const [index, pending] of batch.entries()) this.#applier.apply(pending.commit, before + index + 1);
      return null;
    } catch (error) {
      this.#rollBack();
      return error;
    }
  }

  /** The frames are durable, so replay will meet them: each is applied or left out exactly as replay does it. */
  #applySingly(batch: readonly Pending[], before: number, cause: unknown): void {
    for (const [index, pending] of batch.entries()) {
      this.#begin();
      try {
        this.#applier.apply(pending.commit, before + index + 1);
        this.#database.run("COMMIT");
        this.#open = false;
        this.#runs.keep();
        this.#acknowledge([pending], before + index);
      } catch (error) {
        this.#rollBack();
        this.#doubt();
        pending.reject(refusal(error ?? cause));
      }
    }
  }

  #acknowledge(batch: readonly Pending[], lsnBefore: number): void {
    for (const [index, { commit, resolve }] of batch.entries()) {
      for (const change of commit.changes)
        if (change.kind === "plan.put") this.#knownPlans.add(change.row.id);
      resolve(lsnBefore + index + 1);
    }
    for (const [index, { commit }] of batch.entries()) this.#onApplied(commit, lsnBefore + index + 1);
  }

  #begin(): void {
    this.#database.run("BEGIN");
    this.#open = true;
  }

  #rollBack(): void {
    this.#database.run("ROLLBACK");
    this.#runs.drop();
    this.#open = false;
  }
}

function refusal(error: unknown): MasterPlanError {
  if (isMasterPlanError(error)) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new MasterPlanError("store.failed", `The change does not fit the stored state: ${why}`, {
    cause: error,
  });
}
