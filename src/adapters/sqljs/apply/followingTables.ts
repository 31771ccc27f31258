import type { RunId } from "../../../core/ids";
import type { Run } from "../../../core/run/run";
import type { StoreCommit } from "../../../ports/store";
import { CommitApplier, type Reductions } from "./commitApplier";
import type { RunStates } from "./runStates";
import type { SqlDatabase } from "../sqlDatabase";

/** A commit on its way into the tables. */
export interface Entry {
  readonly commit: StoreCommit;
  /** Runs as this commit leaves them. */
  readonly runs: ReadonlyMap<RunId, Run>;
}

/** Plain commits that share a transaction: ending one copies every page it touched, which is most of what rows cost. */
const mostTogether = 64;

/**
 * The tables, which follow the journal. Commits that are acknowledged may be owed for a moment: the next read, or the
 * next quiet turn, writes their rows. Commits that tables might refuse are applied before they are made durable, behind
 * a savepoint that a read goes back to, so that nobody sees what may still fail.
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
  /** What follows the savepoint in the open transaction is not certain; everything before it is acknowledged. */
  #guarded = false;
  /** Commits behind the savepoint. */
  #tentative = 0;
  /** Plain commits in the open transaction, and whether there are others. */
  #together = 0;
  #others = false;
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
      this.#together += 1;
      this.keep();
      if (this.#owed.length === 0) this.#ahead.clear();
    } catch (error) {
      // What others acknowledged before it stands in the same transaction and stays.
      this.#runs.drop();
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
    if (!this.#guarded) this.#database.run("SAVEPOINT uncertain");
    this.#guarded = true;
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
    if (this.#guarded) {
      this.#database.run("RELEASE uncertain");
      this.#others = true;
    }
    this.#guarded = false;
    this.#tentative = 0;
    return kept;
  }

  /** Ends the transaction when it has become large enough to be worth it; called when there is time. */
  finishIfLarge(): void {
    if (this.#others || this.#together >= mostTogether) this.finish();
  }

  /** Ends the transaction of what is certain, for those who cannot work inside one. */
  finish(): void {
    if (!this.#open || this.#guarded) return;
    this.#database.run("COMMIT");
    this.#open = false;
    this.#together = 0;
    this.#others = false;
  }

  /** Takes back what is not certain. */
  rollBack(): void {
    if (!this.#guarded) return;
    this.#database.run("ROLLBACK TO uncertain");
    this.#database.run("RELEASE uncertain");
    this.#rolledBack += 1;
    this.#runs.drop();
    this.#guarded = false;
    this.#tentative = 0;
  }

  #begin(): void {
    if (this.#open) return;
    this.#database.run("BEGIN");
    this.#open = true;
  }
}
