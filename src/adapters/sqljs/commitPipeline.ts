import { isMasterPlanError, MasterPlanError } from "../../core/errors";
import type { RunId } from "../../core/ids";
import type { Run } from "../../core/run/run";
import type { StoreCommit } from "../../ports/store";
import { isPlain, isProved } from "./apply/commitKinds";
import { FollowingTables, type Entry } from "./apply/followingTables";
import { QueuedRuns } from "./apply/queuedRuns";
import { encodeCommit } from "./image/replay";
import type { RunStates } from "./apply/runStates";
import type { SqlDatabase } from "./sqlDatabase";

/** What makes a batch of payloads durable: the journal, and in front of it the lease. */
export interface DurableLog {
  /** LSN of the last confirmed frame. */
  readonly lsn: number;
  /** Writes the payloads; settles when they are safe to acknowledge, and rejects when they are not. */
  append(payloads: readonly Uint8Array[]): Promise<void>;
  /** Nothing may be written any more. */
  giveUp(reason: MasterPlanError): void;
}

interface Pending extends Entry {
  readonly payload: Buffer;
  readonly resolve: (lsn: number) => void;
  readonly reject: (error: unknown) => void;
}

/** Acknowledged commits without rows, after which the next batch waits for the tables. */
const mostOwed = 64;

/**
 * Takes commits in order, checks them against the queued head and makes all that wait durable with one sync. What no
 * table can refuse is acknowledged as soon as it is durable, and its rows follow before anyone looks: working on them
 * while the disk works was measured to delay the acknowledgement and to show them no sooner. Everything else is tried
 * out in a transaction before it is written.
 */
export class CommitPipeline {
  #database: SqlDatabase;
  #runs: RunStates;
  readonly #log: DurableLog;
  #tables: FollowingTables;
  readonly #queuedRuns = new QueuedRuns();
  readonly #knownPlans = new Set<string>();
  readonly #onApplied: (commit: StoreCommit, lsn: number) => void;
  #queue: Pending[] = [];
  #working: Promise<void> | null = null;
  /** Tasks that wait to run between two batches. */
  #alone = 0;

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
    this.#tables = this.#attach();
  }

  #attach(): FollowingTables {
    this.#knownPlans.clear();
    for (const row of this.#database.all("SELECT masterplan_id FROM masterplans"))
      this.#knownPlans.add(String(row["masterplan_id"]));
    return new FollowingTables(this.#database, this.#runs, this.#queuedRuns.reductions, (error) => {
      const reason = new MasterPlanError("store.failed", "A saved change could not be put into the tables", {
        hint: "It is safe in the journal; reload the window",
        cause: error,
      });
      this.#log.giveUp(reason);
    });
  }

  /** Goes on with another database; only inside `exclusively`. */
  replaceState(database: SqlDatabase, runs: RunStates): void {
    this.#database = database;
    this.#runs = runs;
    this.#tables = this.#attach();
    this.#queuedRuns.forget();
  }

  /**
   * Nothing more is committed about these runs, what waits included, until they are opened again. Only inside
   * `exclusively`, so that whatever is committed about them is on disk.
   */
  closeRuns(runs: readonly RunId[]): void {
    this.#queue = this.#queuedRuns.close(runs, this.#queue);
  }

  /** The runs stay after all. */
  openRuns(runs: readonly RunId[]): void {
    this.#queuedRuns.open(runs);
  }

  commit(commit: StoreCommit): Promise<number> {
    return new Promise((resolve, reject) => {
      const runs = this.#queuedRuns.check(commit, (run) => this.#tables.run(run));
      this.#queue.push({ commit, runs, payload: encodeCommit(commit), resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Runs `task` between two batches, when nothing is being written and the tables have followed. */
  async exclusively<T>(task: () => Promise<T>): Promise<T> {
    // Whoever commits without a break must not keep this waiting for ever.
    this.#alone += 1;
    while (this.#working !== null) await this.#working;
    this.#alone -= 1;
    let result: Promise<T> | undefined;
    this.#tables.finish();
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
    while (this.#working !== null || this.#queue.length > 0) await this.#working;
  }

  /** Makes the database show acknowledged commits and nothing else; called before every read of it. */
  beforeRead(): void {
    this.#tables.beforeRead();
  }

  /** Like `beforeRead`, for readers that need a database without an open transaction. */
  settle(): void {
    this.#tables.beforeRead();
    this.#tables.finish();
  }

  /** The acknowledged state of a run, which needs no rows. */
  run(id: RunId): Run | null {
    return this.#tables.run(id);
  }

  async #work(): Promise<void> {
    // One turn later, so that commits made side by side share a sync from the start.
    await Promise.resolve();
    while ((this.#queue.length > 0 && this.#alone === 0) || this.#tables.owed > 0) {
      if (this.#owedFirst()) {
        // Those who waited for the disk go on first.
        await nextTurn();
        if (this.#owedFirst()) this.#tables.applyOwed();
        continue;
      }
      const batch = this.#queue;
      this.#queue = [];
      await this.#commitBatch(batch);
    }
    this.#tables.finishIfLarge();
    if (this.#queue.length === 0) this.#queuedRuns.settle();
    this.#working = null;
  }

  #owedFirst(): boolean {
    return this.#queue.length === 0 || this.#alone > 0 || this.#tables.owed > mostOwed;
  }

  async #commitBatch(all: readonly Pending[]): Promise<void> {
    const before = this.#log.lsn;
    let batch = all;
    // Events that passed the reducer always fit; rows of other kinds are tried out before anything is written.
    const proved =
      !this.#queuedRuns.doubted && batch.every(({ commit }) => isProved(commit, this.#knownPlans));
    if (!proved) {
      batch = await this.#tryOut(all, before);
      if (batch.length === 0) return;
    }
    try {
      await this.#log.append(batch.map((pending) => pending.payload));
    } catch (error) {
      this.#tables.rollBack();
      this.#queuedRuns.doubt();
      for (const pending of batch) pending.reject(error);
      return;
    }
    await this.#acknowledge(batch, before, proved);
  }

  /** Applies commits one by one before they are written; those that do not fit are refused. */
  async #tryOut(all: readonly Pending[], before: number): Promise<readonly Pending[]> {
    this.#tables.catchUp();
    for (let tries = 0; ; tries += 1) {
      const batch: Pending[] = [];
      const refused: { readonly pending: Pending; readonly error: unknown }[] = [];
      for (const pending of all) {
        const failure = await this.#tables.tryOut(pending, before + batch.length + 1, restOf(tries));
        if (failure === "interrupted") break;
        if (failure === null) batch.push(pending);
        else refused.push({ pending, error: failure.error });
      }
      if (batch.length + refused.length < all.length) continue;
      if (refused.length > 0) this.#queuedRuns.doubt();
      for (const { pending, error } of refused) pending.reject(refusal(error));
      if (batch.length === 0) this.#tables.rollBack();
      return batch;
    }
  }

  /** Applies one commit whose frame is durable; null when it fits. */
  async #applyDurable(pending: Pending, lsn: number): Promise<{ readonly error: unknown } | null> {
    this.#tables.catchUp();
    for (let tries = 0; ; tries += 1) {
      const failure = await this.#tables.tryOut(pending, lsn, restOf(tries));
      if (failure === "interrupted") continue;
      this.#tables.keep();
      return failure;
    }
  }

  /**
   * The frames are durable. What cannot fail any more is acknowledged at once; the rest when it is applied. Replay will
   * meet every frame, so each is applied or left out exactly as replay does it.
   */
  async #acknowledge(batch: readonly Pending[], before: number, proved: boolean): Promise<void> {
    const applied = this.#tables.keep();
    const acknowledged: { readonly commit: StoreCommit; readonly lsn: number }[] = [];
    const announce = (): void => {
      for (const { commit, lsn } of acknowledged.splice(0)) this.#onApplied(commit, lsn);
    };
    for (const [index, pending] of batch.entries()) {
      const { commit, resolve, reject } = pending;
      const lsn = before + index + 1;
      if (index >= applied) {
        if (proved && !this.#queuedRuns.doubted && isPlain(commit)) this.#tables.owe(pending, lsn);
        else {
          announce();
          const failure = await this.#applyDurable(pending, lsn);
          if (failure !== null) {
            this.#queuedRuns.doubt();
            reject(refusal(failure.error));
            continue;
          }
        }
      }
      for (const change of commit.changes)
        if (change.kind === "plan.put") this.#knownPlans.add(change.row.id);
      acknowledged.push({ commit, lsn });
      resolve(lsn);
    }
    announce();
  }
}

/** Large commits are applied piece by piece; after many readers have interrupted that, in one go. */
function restOf(tries: number): (() => Promise<void>) | null {
  return tries < 5 ? nextTurn : null;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function refusal(error: unknown): MasterPlanError {
  if (isMasterPlanError(error)) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new MasterPlanError("store.failed", `The change does not fit the stored state: ${why}`, {
    cause: error,
  });
}
