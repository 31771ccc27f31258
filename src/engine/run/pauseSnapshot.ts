import { MasterPlanError } from "../../core/errors";
import type { JsonObject } from "../../core/json";
import type { Run } from "../../core/run/run";
import type { Store, StoreChange } from "../../ports/store";
import type { SnapshotRow } from "../../ports/storeRows";

/** The snapshot a paused run goes on from: the latest of its pauses that nobody has resumed; null when there is none. */
export function openSnapshot(store: Store, run: Run): SnapshotRow | null {
  if (run.status !== "paused") return null;
  const row = store.rows("masterplan_execution_snapshots", { run_id: run.id, resumed_at: null }).at(-1);
  if (row === undefined) return null;
  return {
    id: String(row["snapshot_id"]),
    plan_id: run.plan_id,
    run_id: run.id,
    paused_at: Number(row["paused_at"]),
    paused_by: String(row["paused_by"]),
    reason: String(row["reason"]),
    tasks_state: parsed(row["tasks_state"]) as JsonObject,
    in_progress_tasks: parsed(row["in_progress_tasks"]) as readonly string[],
    scratchpad_state: parsed(row["scratchpad_state"] ?? null) as JsonObject | null,
    can_resume: row["can_resume"] === 1,
    resumed_at: null,
  };
}

/** Refuses a snapshot that the run has left behind: a run only ever goes on from where it stopped. */
export function refuseOtherSnapshot(store: Store, run: Run, asked: string | undefined): void {
  if (asked === undefined) return;
  const open = openSnapshot(store, run);
  if (open?.id === asked) return;
  throw new MasterPlanError(
    "usage.invalid",
    open === null
      ? `Run ${run.id} is ${run.status} and has no snapshot to go on from, so not ${asked}`
      : `Run ${run.id} goes on from snapshot ${open.id}, its latest; ${asked} is not that one`,
    { hint: "Resume without a snapshot to go on from where the run stopped" },
  );
}

/** Marks the open snapshot as used; nothing when the run has none. */
export function snapshotUsed(store: Store, run: Run, at: number): readonly StoreChange[] {
  const open = openSnapshot(store, run);
  return open === null ? [] : [{ kind: "snapshot.put", row: { ...open, resumed_at: at } }];
}

function parsed(value: unknown): unknown {
  return JSON.parse(String(value));
}
