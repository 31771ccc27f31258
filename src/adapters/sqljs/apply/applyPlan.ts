import { MasterPlanError } from "../../../core/errors";
import type { PlanId, RunId } from "../../../core/ids";
import type { JsonObject } from "../../../core/json";
import type { ClaimedState, Plan } from "../../../core/plan/plan";
import type { StoreCommit } from "../../../ports/store";
import type { JiraMappingRow, PlanRow, PlanVersionRow } from "../../../ports/storeRows";
import { showJiraKey } from "./applyRow";
import { projectWholeRun } from "./applyRun";
import { clear, layOut } from "./layOutPlan";
import type { RunStates } from "./runStates";
import { json, type SqlDatabase } from "../sqlDatabase";

export function putPlan(database: SqlDatabase, row: PlanRow): void {
  const ended = (status: PlanRow["status"]): number | null => (row.status === status ? row.updated_at : null);
  database.run(
    `INSERT INTO masterplans (masterplan_id, workspace_id, discovery_id, project_name, user_request_original, status,
       stack, entities, created_at, updated_at, completed_at, cancelled_at, current_version, title, origin, claimed)
     VALUES (?, 'workspace', ?, ?, '', ?, '{}', '[]', ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (masterplan_id) DO UPDATE SET discovery_id = excluded.discovery_id, status = excluded.status,
       updated_at = excluded.updated_at, completed_at = COALESCE(completed_at, excluded.completed_at),
       cancelled_at = COALESCE(cancelled_at, excluded.cancelled_at), current_version = excluded.current_version,
       title = excluded.title, origin = excluded.origin, claimed = excluded.claimed`,
    [
      row.id,
      row.discovery_id,
      row.title,
      row.status,
      row.created_at,
      row.updated_at,
      ended("completed"),
      ended("cancelled"),
      row.current_version,
      row.title,
      row.origin,
      json(row.claimed),
    ],
  );
}

export function putVersion(database: SqlDatabase, row: PlanVersionRow): void {
  const before = database.get("SELECT hash FROM masterplan_versions WHERE version_id = ?", [
    versionId(row.plan_id, row.version),
  ]);
  if (before !== undefined && before["hash"] !== row.hash) {
    throw new MasterPlanError(
      "store.failed",
      `Version ${row.version} of plan ${row.plan_id} exists with other content`,
    );
  }
  if (before !== undefined) return;
  const parent = row.parent_version === null ? null : versionId(row.plan_id, row.parent_version);
  database.run(
    `INSERT INTO masterplan_versions (version_id, masterplan_id, version_number, hash, plan_snapshot, change_summary,
       change_type, changes_detail, created_at, created_by, parent_version_id, progress_at_creation)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      versionId(row.plan_id, row.version),
      row.plan_id,
      row.version,
      row.hash,
      json(row.plan),
      row.change_summary,
      row.change_type,
      json(row.changes_detail),
      row.created_at,
      row.created_by,
      parent,
      json(row.progress_at_creation),
    ],
  );
}

/** Tasks of a plan by status, as a version records it; null for a plan without tasks. */
export function progressOf(database: SqlDatabase, plan: PlanId): JsonObject | null {
  const counts = database.all(
    "SELECT status, COUNT(*) AS n FROM masterplan_tasks WHERE masterplan_id = ? GROUP BY status ORDER BY status",
    [plan],
  );
  return counts.length === 0
    ? null
    : Object.fromEntries(counts.map((row) => [String(row["status"]), Number(row["n"])]));
}

/** Writes down what a new version has to remember, so that replay needs nothing but the journal. */
export function withRecordedProgress(
  commit: StoreCommit,
  progress: (plan: PlanId) => JsonObject | null,
): StoreCommit {
  const missing = commit.changes.some(
    (change) => change.kind === "version.put" && change.row.progress_at_creation === undefined,
  );
  if (!missing) return commit;
  const changes = commit.changes.map((change) =>
    change.kind === "version.put" && change.row.progress_at_creation === undefined
      ? { ...change, row: { ...change.row, progress_at_creation: progress(change.row.plan_id) } }
      : change,
  );
  return { ...commit, changes };
}

export function versionId(plan: PlanId, version: number): string {
  return `${plan}@${version}`;
}

/**
 * Lays the current version out as rows and puts the state of the latest run on them. Without `force` only when
 * another version than before has become the current one. Yields now and then, because a large plan takes its time.
 */
export function* rebuildPlan(
  database: SqlDatabase,
  runs: RunStates,
  id: PlanId,
  force: boolean,
): Generator<void, void> {
  const plan = database.get(
    "SELECT current_version, projected_version, latest_run, claimed, created_at FROM masterplans WHERE masterplan_id = ?",
    [id],
  );
  if (plan === undefined) throw new MasterPlanError("store.failed", `There is no plan ${id}`);
  if (!force && plan["current_version"] === plan["projected_version"]) return;
  const version = database.get(
    "SELECT version_number, plan_snapshot, created_at FROM masterplan_versions WHERE masterplan_id = ? AND version_number = ?",
    [id, plan["current_version"] ?? null],
  );
  if (version === undefined) return;
  const content = JSON.parse(String(version["plan_snapshot"])) as Plan;
  const claimed = plan["claimed"] === null ? null : (JSON.parse(String(plan["claimed"])) as ClaimedState);
  yield;
  yield* clear(database, id);
  yield* layOut(database, id, content, claimed, Number(version["created_at"]));
  database.run(
    `UPDATE masterplans SET projected_version = current_version, project_name = ?, user_request_original = ?, stack = ?,
       business_logic = ?, entities = ? WHERE masterplan_id = ?`,
    [
      content.project_name,
      content.user_request_original,
      json(content.stack ?? {}),
      json(content.business_logic),
      json(content.entities ?? []),
      id,
    ],
  );
  const latest = plan["latest_run"] as RunId | null;
  const run = latest === null ? null : runs.get(latest);
  if (run !== null) projectWholeRun(database, run);
  for (const row of database.all("SELECT * FROM jira_mapping WHERE masterplan_id = ?", [id])) {
    showJiraKey(database, { ...row, plan_id: id } as unknown as JiraMappingRow);
  }
}
