import { MasterPlanError } from "../../../core/errors";
import type { PlanId, RunId } from "../../../core/ids";
import type { Run } from "../../../core/run/run";
import type { RunEvent } from "../../../core/run/runEvent";
import { replayRun } from "../../../core/run/runReducer";
import type { StoreChange, StoreCommit } from "../../../ports/store";
import { insertEvent, projectRun, projectWholeRun } from "./applyRun";
import { applyRow } from "./applyRow";
import { putPlan, putVersion, rebuildPlan } from "./applyPlan";
import { purgeRunRows } from "./applyPurge";
import type { RunStates } from "./runStates";
import type { SqlDatabase } from "../sqlDatabase";

interface Waiting {
  readonly before: Run | null;
  readonly events: RunEvent[];
}

/** Results of the reducer that were worked out when a commit was checked, by the first event of each group. */
export type Reductions = WeakMap<RunEvent, { readonly before: Run | null; readonly after: Run }>;

/**
 * Turns commits into rows: the one way for live commits, for replay and for checkpoints. Rows of a run are a function
 * of its reduced state, so replay may gather the events of many commits and write the rows once (`gather`).
 */
export class CommitApplier {
  readonly #database: SqlDatabase;
  readonly #runs: RunStates;
  readonly #reductions: Reductions | null;
  readonly #gather: boolean;
  readonly #waiting = new Map<RunId, Waiting>();

  constructor(
    database: SqlDatabase,
    runs: RunStates,
    options: { readonly reductions?: Reductions; readonly gather?: boolean } = {},
  ) {
    this.#database = database;
    this.#runs = runs;
    this.#reductions = options.reductions ?? null;
    this.#gather = options.gather ?? false;
  }

  /** Applies one commit inside the caller's transaction. Throws when a row or event does not fit; nothing is undone. */
  apply(commit: StoreCommit, lsn: number): void {
    const steps = this.steps(commit, lsn);
    while (steps.next().done !== true);
  }

  /** Like `apply`, a piece of work at a time. */
  *steps(commit: StoreCommit, lsn: number): Generator<void, void> {
    // Rows that others refer to come first, so that the order inside one commit does not matter.
    for (const change of commit.changes)
      if (change.kind === "discovery.put") applyRow(this.#database, change, commit, lsn, 0);
    for (const change of commit.changes) {
      if (change.kind !== "plan.put") continue;
      this.settle();
      putPlan(this.#database, change.row);
    }
    for (const group of groupsOf(commit.changes)) {
      if (group.kind === "events") yield* this.#applyEvents(group.run, group.events, commit, lsn);
      else yield* this.#applyChange(group.change, commit, lsn, group.ordinal);
    }
    for (const change of commit.changes) {
      if (change.kind === "plan.put") yield* rebuildPlan(this.#database, this.#runs, change.row.id, false);
      if (change.kind === "discovery.put") applyRow(this.#database, change, commit, lsn, 0);
    }
  }

  *#applyChange(
    change: Exclude<StoreChange, { kind: "run.event" }>,
    commit: StoreCommit,
    lsn: number,
    ordinal: number,
  ): Generator<void, void> {
    switch (change.kind) {
      case "plan.put":
      case "discovery.put":
        return;
      case "version.put":
        this.settle();
        // A large plan is long to take in, quite apart from its rows.
        yield;
        putVersion(this.#database, change.row);
        yield;
        yield* rebuildPlan(this.#database, this.#runs, change.row.plan_id, true);
        return;
      case "state.import":
        throw new MasterPlanError(
          "internal",
          "An imported state replaces the database and is never applied to one",
        );
      case "runs.purge":
        this.settle();
        for (const id of change.runs) {
          // The state first: it is read from the rows when it is not known.
          this.#runs.set(id, null);
          purgeRunRows(this.#database, id);
        }
        return;
      default:
        applyRow(this.#database, change, commit, lsn, ordinal);
    }
  }

  *#applyEvents(
    id: RunId,
    events: readonly RunEvent[],
    commit: StoreCommit,
    lsn: number,
  ): Generator<void, void> {
    const waiting = this.#waiting.get(id) ?? { before: this.#runs.get(id), events: [] };
    const first = (waiting.before?.seq ?? 0) + waiting.events.length + 1;
    // The run's row must exist before its first event can refer to it.
    const begins = waiting.before === null;
    if (begins) yield* this.#project(id, null, events);
    for (const [index, event] of events.entries())
      insertEvent(this.#database, id, first + index, event, commit, lsn);
    if (begins) return;
    if (this.#gather) {
      for (const event of events) waiting.events.push(event);
      this.#waiting.set(id, waiting);
    } else yield* this.#project(id, waiting.before, events);
  }

  /** Writes the rows of gathered events; a no-op for live commits. */
  settle(): void {
    for (const [id, { before, events }] of this.#waiting) {
      const steps = this.#project(id, before, events);
      while (steps.next().done !== true);
    }
    this.#waiting.clear();
  }

  *#project(id: RunId, before: Run | null, events: readonly RunEvent[]): Generator<void, void> {
    const [first] = events;
    if (first === undefined) return;
    const known = this.#reductions?.get(first);
    const after = known?.before === before ? known.after : replayRun(before, events);
    if (after.id !== id)
      throw new MasterPlanError("run.illegalTransition", `Events of run ${after.id} were filed under ${id}`);
    const earlier = before === null && hasRun(this.#database, after.plan_id);
    projectRun(this.#database, before, after, events);
    this.#runs.set(id, after);
    if (before !== null) return;
    // A new run starts from the bare plan: nothing of the run before it may show through.
    if (earlier) yield* rebuildPlan(this.#database, this.#runs, after.plan_id, true);
    else projectWholeRun(this.#database, after);
  }
}

function hasRun(database: SqlDatabase, plan: PlanId): boolean {
  const row = database.get("SELECT latest_run FROM masterplans WHERE masterplan_id = ?", [plan]);
  return row?.["latest_run"] !== null && row !== undefined;
}

interface EventGroup {
  readonly kind: "events";
  readonly run: RunId;
  readonly events: RunEvent[];
}

interface ChangeGroup {
  readonly kind: "change";
  readonly change: Exclude<StoreChange, { kind: "run.event" }>;
  readonly ordinal: number;
}

/** Neighbouring events of one run together; a run's first event stands alone, because its rows must exist first. */
export function groupsOf(changes: readonly StoreChange[]): readonly (EventGroup | ChangeGroup)[] {
  const groups: (EventGroup | ChangeGroup)[] = [];
  for (const [ordinal, change] of changes.entries()) {
    const last = groups.at(-1);
    if (change.kind !== "run.event") groups.push({ kind: "change", change, ordinal });
    else if (
      last?.kind === "events" &&
      last.run === change.run &&
      !begins(last.events[0]) &&
      !begins(change.event)
    ) {
      last.events.push(change.event);
    } else groups.push({ kind: "events", run: change.run, events: [change.event] });
  }
  return groups;
}

function begins(event: RunEvent | undefined): boolean {
  return event?.type === "run.queued";
}
