import type { Attempt, Run, TaskState } from "../../../core/run/run";
import type { RunEvent } from "../../../core/run/runEvent";
import type { StoreCommit } from "../../../ports/store";
import { putAttempt } from "./applyAttempt";
import { endPhase, putTaskState } from "./applyTask";
import { flag, json, type SqlDatabase } from "../sqlDatabase";

/** What the rows of most tasks say, so that they need not be asked one by one. */
const usualAttempts = 3;

export function insertEvent(
  database: SqlDatabase,
  run: string,
  seq: number,
  event: RunEvent,
  commit: StoreCommit,
  lsn: number,
): void {
  const task = "task_id" in event ? event.task_id : null;
  database.run(
    `INSERT INTO run_events (run_id, seq, lsn, at, type, task_id, actor, correlation_id, event)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [run, seq, lsn, event.at, event.type, task, commit.actor, commit.correlation_id, JSON.stringify(event)],
  );
}

/**
 * Writes the rows of a run after `events`. What is written depends on the reduced state only. For a new run the rows
 * of its plan are left to the caller.
 */
export function projectRun(
  database: SqlDatabase,
  before: Run | null,
  after: Run,
  events: readonly RunEvent[],
): void {
  if (before === null || runChanged(before, after)) putRun(database, before === null, after);
  if (before === null) {
    database.run("UPDATE masterplans SET latest_run = ? WHERE masterplan_id = ?", [after.id, after.plan_id]);
    return;
  }
  const shown = database.get("SELECT latest_run FROM masterplans WHERE masterplan_id = ?", [after.plan_id]);
  const isLatest = shown?.["latest_run"] === after.id;
  const tasks = new Set<string>();
  const attempts = new Set<string>();
  for (const event of events) {
    if ("task_id" in event && event.task_id !== null) tasks.add(event.task_id);
    if ("attempt_id" in event) attempts.add(event.attempt_id);
    if (event.type === "intent.opened") putIntent(database, after, event.intent.key);
    if (event.type === "intent.settled") putIntent(database, after, event.key);
    if (event.type === "subtask.status" && isLatest) putSubtask(database, after, event);
  }
  for (const id of attempts) {
    const attempt = after.attempts.get(id as Attempt["id"]);
    if (attempt !== undefined) putAttempt(database, after, attempt, before.attempts.get(attempt.id) ?? null);
  }
  if (!isLatest) return;
  for (const id of tasks) {
    const task = after.tasks.get(id);
    const known = before.tasks.get(id);
    if (task === undefined || known === undefined) continue;
    putTaskState(database, after, task, { run: before, task: known });
  }
  putPhases(database, before, after);
}

/** Puts the whole state of the latest run onto the rows of its plan, which have just been laid out. */
export function projectWholeRun(database: SqlDatabase, run: Run): void {
  // The gate decides when a phase is through, once there is a run.
  database.run(
    "UPDATE masterplan_phases SET run_status = 'pending', gate = 'none', started_at = NULL, completed_at = NULL WHERE masterplan_id = ?",
    [run.plan_id],
  );
  database.run(
    "UPDATE masterplan_milestones SET started_at = NULL, completed_at = NULL WHERE masterplan_id = ?",
    [run.plan_id],
  );
  const unusual = new Map(
    database
      .all(
        `SELECT task_id, status, max_attempts FROM masterplan_tasks
         WHERE masterplan_id = ? AND (status <> 'pending' OR max_attempts <> ${usualAttempts})`,
        [run.plan_id],
      )
      .map((row) => [String(row["task_id"]), row]),
  );
  for (const task of run.tasks.values()) {
    const row = unusual.get(task.task_id);
    const isShown =
      isUntouched(task) &&
      task.status === (row?.["status"] ?? "pending") &&
      task.max_attempts === (row?.["max_attempts"] ?? usualAttempts);
    if (!isShown) putTaskState(database, run, task, null);
  }
  // The state of a run says where its subtasks stand, its events when they got there.
  const steps = database.all(
    "SELECT event FROM run_events WHERE run_id = ? AND type = 'subtask.status' ORDER BY seq",
    [run.id],
  );
  for (const step of steps) putSubtask(database, run, JSON.parse(String(step["event"])) as SubtaskStep);
  putPhases(database, null, run);
}

/** As a run begins: its row says the rest already. */
function isUntouched(task: TaskState): boolean {
  return (
    task.history.length === 0 &&
    task.attempt_ids.length === 0 &&
    task.reason === null &&
    task.commit === null &&
    task.failed_attempts === 0 &&
    task.worked_ms === 0
  );
}

/** Most events are about a task and leave the run's own row as it is. */
function runChanged(before: Run, after: Run): boolean {
  return (
    before.status !== after.status ||
    before.reason !== after.reason ||
    before.options !== after.options ||
    before.base !== after.base ||
    before.tip !== after.tip ||
    before.cost !== after.cost ||
    before.started_at !== after.started_at ||
    before.ended_at !== after.ended_at
  );
}

function putRun(database: SqlDatabase, isNew: boolean, run: Run): void {
  const state = [
    run.status,
    run.reason,
    json(run.options),
    json(run.base),
    run.tip,
    run.cost.usd,
    run.cost.tokens,
    run.cost.cached,
    flag(run.cost.recorded),
    run.started_at,
    run.ended_at,
  ];
  if (isNew) {
    database.run(
      `INSERT INTO runs (status, reason, options, base, tip, cost_usd, cost_tokens, cost_cached, recorded, started_at,
         ended_at, run_id, masterplan_id, approval_id, version, hash, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [...state, run.id, run.plan_id, run.approval_id, run.version, run.hash, run.created_at],
    );
  } else {
    database.run(
      `UPDATE runs SET status = ?, reason = ?, options = ?, base = ?, tip = ?, cost_usd = ?, cost_tokens = ?,
         cost_cached = ?, recorded = ?, started_at = ?, ended_at = ? WHERE run_id = ?`,
      [...state, run.id],
    );
  }
}

function putIntent(database: SqlDatabase, run: Run, key: string): void {
  const intent = run.intents.get(key);
  if (intent === undefined) return;
  database.run(
    `INSERT OR REPLACE INTO intents (run_id, key, kind, task_id, attempt_id, spec, opened_at, outcome)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      run.id,
      intent.key,
      intent.kind,
      intent.task_id,
      intent.attempt_id,
      json(intent.spec),
      intent.opened_at,
      intent.outcome,
    ],
  );
}

type SubtaskStep = Extract<RunEvent, { type: "subtask.status" }>;

function putSubtask(database: SqlDatabase, run: Run, event: SubtaskStep): void {
  const key = [run.plan_id, event.task_id, event.subtask_id];
  const started = event.status === "in_progress" ? event.at : null;
  const completed = event.status === "completed" ? event.at : null;
  // One that was never said to have begun has an end, but no duration.
  database.run(
    `UPDATE masterplan_subtasks SET status = ?, started_at = COALESCE(started_at, ?), completed_at = ?,
       actual_minutes = ROUND((? - started_at) / 60000.0, 2)
     WHERE masterplan_id = ? AND task_id = ? AND subtask_id = ?`,
    [event.status, started, completed, completed, ...key],
  );
}

function putPhases(database: SqlDatabase, before: Run | null, after: Run): void {
  for (const [id, phase] of after.phases) {
    if (before?.phases.get(id) === phase) continue;
    database.run(
      "UPDATE masterplan_phases SET run_status = ?, gate = ? WHERE masterplan_id = ? AND phase_id = ?",
      [phase.status, phase.gate, after.plan_id, id],
    );
    endPhase(database, after.plan_id, id);
  }
}
