import type { RunId } from "../../core/ids";
import type { Run } from "../../core/run/run";
import type { StoreCommit } from "../../ports/store";
import { CommitApplier, type Reductions } from "./commitApplier";
import type { RunStates } from "./runStates";
import type { SqlDatabase } from "./sqlDatabase";

/** A commit on its way into the tables. */
export interface Entry {
  readonly commit: StoreCommit;
  /** Runs as this commit leaves them. */
  readonly runs: ReadonlyMap<RunId, Run>;
}

/**
 * The tables, which follow the journal. Commits that are acknowledged may be owed for a moment: the next read, or the
 * next quiet turn, writes their rows. Commits that tables might refuse are applied before they are made durable, in an
 * open transaction that a read rolls back, so that nobody sees what may still fail.
 */
export class FollowingTables {
  readonly #database: SqlDatabase;
  readonly #runs: RunStates;
  readonly #applier: CommitApplier;
  readonly #onBroken: (error: unknown) => void;
  /** Acknowledged, in order, without rows so far. Empty whenever something uncertain is applied. */
  #owed: { readonly entry: Entry; readonly lsn: number }[] = [];
  /** States of runs that the owed commits lead to. */
  readonly #ahead = new Map<RunId, Run>();
  #open = false;
  /** Everything in the open transaction is acknowledged, so it can be read and only has to be ended some time. */
  #kept = false;
  #tentative = 0;
  /** How often something uncertain was taken back. */
  #rolledBack = 0;

  /** `onBroken` hears when rows of an acknowledged commit could not be written, which no legal commit can bring about. */
  constructor(
    database: SqlDatabase,
    runs: RunStates,
    reductions: Reductions,
    onBroken: (error: unknown) => void,
  ) {
    this.#database = database;
    this.#runs = runs;
    this.#applier = new CommitApplier(database, runs, { reductions });
    this.#onBroken = onBroken;
  }

  /** How many acknowledged commits have no rows so far. */
  get owed(): number {
    return this.#owed.length;
  }

  /** The acknowledged state of a run. */
  run(id: RunId): Run | null {
    return this.#ahead.get(id) ?? this.#runs.kept(id);
  }

  /** Shows exactly what is acknowledged. */
  beforeRead(): void {
    this.rollBack();
    this.catchUp();
  }

  catchUp(): void {
    while (this.#owed.length > 0) this.applyOwed();
  }

  /** Writes the rows of the oldest owed commit. */
  applyOwed(): void {
    const next = this.#owed.shift();
    if (next === undefined) return;
    this.#begin();
    try {
      this.#applier.apply(next.entry.commit, next.lsn);
      this.keep();
      if (this.#owed.length === 0) this.#ahead.clear();
    } catch (error) {
      this.rollBack();
      this.#onBroken(error);
    }
  }

  /** Takes over a commit that is acknowledged and will be applied later. */
  owe(entry: Entry, lsn: number): void {
    this.#owed.push({ entry, lsn });
    for (const [id, run] of entry.runs) this.#ahead.set(id, run);
  }

  /**
   * Applies a commit in a transaction that may still be taken back, with `rest` awaited between two pieces of work. A
   * failure takes back this commit alone. A reader may take everything back meanwhile; then the answer is `interrupted`.
   */
  async tryOut(
    entry: Entry,
    lsn: number,
    rest: (() => Promise<void>) | null,
  ): Promise<{ readonly error: unknown } | "interrupted" | null> {
    this.#begin();
    const turn = this.#rolledBack;
    this.#database.run("SAVEPOINT one");
    const runs = this.#runs.mark();
    let failure: { readonly error: unknown } | null = null;
    try {
      const steps = this.#applier.steps(entry.commit, lsn);
      while (steps.next().done !== true) {
        if (rest === null) continue;
        await rest();
        if (turn !== this.#rolledBack) return "interrupted";
      }
      this.#tentative += 1;
    } catch (error) {
      this.#database.run("ROLLBACK TO one");
      runs.restore();
      failure = { error };
    }
    this.#database.run("RELEASE one");
    return failure;
  }

  /** What is in the open transaction has become certain. Answers how many commits that are. */
  keep(): number {
    const kept = this.#tentative;
    this.#runs.keep();
    this.#kept = this.#open;
    this.#tentative = 0;
    return kept;
  }

  /** Ends the transaction of what is certain. Put off until there is time, or until somebody needs it. */
  finish(): void {
    if (!this.#kept) return;
    this.#database.run("COMMIT");
    this.#open = false;
    this.#kept = false;
  }

  /** Takes back what is not certain. */
  rollBack(): void {
    if (!this.#open || this.#kept) return;
    this.#database.run("ROLLBACK");
    this.#rolledBack += 1;
    this.#runs.drop();
    this.#open = false;
    this.#tentative = 0;
  }

  #begin(): void {
    this.finish();
    if (this.#open) return;
    this.#database.run("BEGIN");
    this.#open = true;
  }
}
