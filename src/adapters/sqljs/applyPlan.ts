import { MasterPlanError } from "../../core/errors";
import type { PlanId, RunId } from "../../core/ids";
import type { JsonObject } from "../../core/json";
import type { ClaimedState, Milestone, Phase, Plan, Task } from "../../core/plan/plan";
import type { JiraMappingRow, PlanRow, PlanVersionRow, StoreCommit } from "../../ports/store";
import { showJiraKey } from "./applyRow";
import { projectWholeRun } from "./applyRun";
import type { RunStates } from "./runStates";
import { json, type SqlDatabase } from "./sqlDatabase";

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
 * another version than before has become the current one.
 */
export function rebuildPlan(database: SqlDatabase, runs: RunStates, id: PlanId, force: boolean): void {
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
  layOut(database, id, content, claimed, Number(version["created_at"]));
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

function layOut(
  database: SqlDatabase,
  id: PlanId,
  plan: Plan,
  claimed: ClaimedState | null,
  at: number,
): void {
  database.run("DELETE FROM masterplan_phases WHERE masterplan_id = ?", [id]);
  const tasks = plan.phases.flatMap((phase) => phase.milestones.flatMap((milestone) => milestone.tasks));
  const blocks = new Map<string, string[]>();
  for (const task of tasks) {
    for (const on of new Set(task.depends_on)) blocks.set(on, [...(blocks.get(on) ?? []), task.task_id]);
  }
  const known = new Set(tasks.map((task) => task.task_id));
  const isClaimed = (task: string): boolean => claimed?.tasks[task]?.state === "done";
  let position = 0;
  for (const [order, phase] of plan.phases.entries()) {
    putPhase(
      database,
      id,
      phase,
      order + 1,
      at,
      phase.milestones.flatMap((milestone) => milestone.tasks),
      isClaimed,
    );
    for (const [place, milestone] of phase.milestones.entries()) {
      putMilestone(database, id, phase, milestone, place + 1, at, isClaimed);
      for (const task of milestone.tasks) {
        const dependencies = [...new Set(task.depends_on)].filter((on) => known.has(on));
        const waiting = dependencies.filter((on) => !isClaimed(on)).length;
        position += 1;
        putTask(database, id, milestone, task, {
          position,
          waiting,
          at,
          claimed: isClaimed(task.task_id),
          blocks: blocks.get(task.task_id) ?? [],
        });
        for (const on of dependencies) {
          database.run(
            "INSERT INTO masterplan_task_dependencies (masterplan_id, depends_on, task_id) VALUES (?, ?, ?)",
            [id, on, task.task_id],
          );
        }
      }
    }
  }
}

function putPhase(
  database: SqlDatabase,
  id: PlanId,
  phase: Phase,
  order: number,
  at: number,
  tasks: readonly Task[],
  isClaimed: (task: string) => boolean,
): void {
  database.run(
    `INSERT INTO masterplan_phases (masterplan_id, phase_id, name, description, order_number, c_total, c_finished,
       estimated_duration_hours, depends_on_phases, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      id,
      phase.phase_id,
      phase.name,
      phase.description ?? phase.goal ?? "",
      order,
      tasks.length,
      tasks.filter((task) => isClaimed(task.task_id)).length,
      phase.estimated_duration_hours ?? null,
      json(phase.depends_on_phases ?? []),
      at,
    ],
  );
}

function putMilestone(
  database: SqlDatabase,
  id: PlanId,
  phase: Phase,
  milestone: Milestone,
  order: number,
  at: number,
  isClaimed: (task: string) => boolean,
): void {
  database.run(
    `INSERT INTO masterplan_milestones (masterplan_id, milestone_id, phase_id, name, description, order_number, c_total,
       c_finished, acceptance_criteria, estimated_duration_hours, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      id,
      milestone.milestone_id,
      phase.phase_id,
      milestone.name,
      milestone.description ?? "",
      order,
      milestone.tasks.length,
      milestone.tasks.filter((task) => isClaimed(task.task_id)).length,
      json(milestone.acceptance_criteria ?? []),
      milestone.estimated_duration_hours ?? null,
      at,
    ],
  );
}

function putTask(
  database: SqlDatabase,
  id: PlanId,
  milestone: Milestone,
  task: Task,
  place: {
    readonly position: number;
    readonly waiting: number;
    readonly at: number;
    readonly claimed: boolean;
    readonly blocks: readonly string[];
  },
): void {
  database.run(
    `INSERT INTO masterplan_tasks (masterplan_id, task_id, milestone_id, title, description, task_type, priority,
       complexity, estimated_time_minutes, story_points, acceptance_criteria, labels, depends_on, blocks, assigned_agent,
       status, max_attempts, waiting_on, position, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      id,
      task.task_id,
      milestone.milestone_id,
      task.title,
      task.description,
      task.task_type,
      task.priority ?? null,
      task.complexity ?? null,
      task.estimated_time_minutes ?? null,
      task.story_points ?? null,
      json(task.acceptance_criteria ?? []),
      json(task.labels ?? []),
      json(task.depends_on),
      json(place.blocks),
      task.assigned_agent ?? null,
      place.claimed ? "claimed" : "pending",
      task.max_attempts ?? 3,
      place.waiting,
      place.position,
      place.at,
    ],
  );
  for (const label of new Set(task.labels ?? [])) {
    database.run("INSERT INTO masterplan_task_labels (masterplan_id, task_id, label) VALUES (?, ?, ?)", [
      id,
      task.task_id,
      label,
    ]);
  }
  for (const subtask of task.subtasks ?? []) {
    database.run(
      `INSERT INTO masterplan_subtasks (masterplan_id, subtask_id, task_id, title, description, estimated_minutes,
         created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [
        id,
        subtask.subtask_id,
        task.task_id,
        subtask.title,
        subtask.description ?? null,
        subtask.estimated_minutes ?? null,
        place.at,
      ],
    );
  }
}
