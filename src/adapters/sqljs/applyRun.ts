import type { Attempt, Run, TaskState, TaskStatus } from "../../core/run/run";
import type { RunEvent } from "../../core/run/runEvent";
import { satisfies } from "../../core/run/transitions";
import type { StoreCommit } from "../../ports/store";
import { putAttempt } from "./applyAttempt";
import { flag, json, type SqlDatabase } from "./sqlDatabase";

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
    if (task !== undefined) putTaskState(database, after, task);
  }
  putPhases(database, before, after);
}

/** Puts the whole state of the latest run onto the rows of its plan. */
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
  for (const task of run.tasks.values()) {
    putTaskState(database, run, task);
    for (const [id, status] of task.subtasks) {
      database.run(
        "UPDATE masterplan_subtasks SET status = ?, started_at = NULL, completed_at = NULL WHERE masterplan_id = ? AND task_id = ? AND subtask_id = ?",
        [status, run.plan_id, task.task_id, id],
      );
    }
  }
  putPhases(database, null, run);
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

function putSubtask(
  database: SqlDatabase,
  run: Run,
  event: Extract<RunEvent, { type: "subtask.status" }>,
): void {
  const started = event.status === "in_progress" ? event.at : null;
  const completed = event.status === "completed" ? event.at : null;
  database.run(
    `UPDATE masterplan_subtasks SET status = ?, started_at = COALESCE(started_at, ?), completed_at = ?
     WHERE masterplan_id = ? AND task_id = ? AND subtask_id = ?`,
    [event.status, started, completed, run.plan_id, event.task_id, event.subtask_id],
  );
}

type Counter = "c_finished" | "c_failed" | "c_blocked" | "c_cancelled" | "c_active";

const counters: Readonly<Record<TaskStatus, Counter | null>> = {
  pending: null,
  claimed: "c_finished",
  in_progress: "c_active",
  ready_for_test: "c_active",
  tested: "c_active",
  in_review: "c_active",
  done: "c_finished",
  failed: "c_failed",
  blocked: "c_blocked",
  skipped: "c_finished",
  cancelled: "c_cancelled",
};

interface Place {
  readonly status: TaskStatus;
  readonly milestone_id: string;
  readonly phase_id: string;
  readonly milestone_done: number;
  readonly milestone_started: number | null;
  readonly phase_status: string;
  readonly phase_started: number | null;
}

function putTaskState(database: SqlDatabase, run: Run, task: TaskState): void {
  const place = database.get(
    `SELECT t.status, t.milestone_id, m.phase_id, m.c_finished = m.c_total AS milestone_done,
       m.started_at AS milestone_started, p.status AS phase_status, p.started_at AS phase_started
     FROM masterplan_tasks t
     JOIN masterplan_milestones m ON m.masterplan_id = t.masterplan_id AND m.milestone_id = t.milestone_id
     JOIN masterplan_phases p ON p.masterplan_id = m.masterplan_id AND p.phase_id = m.phase_id
     WHERE t.masterplan_id = ? AND t.task_id = ?`,
    [run.plan_id, task.task_id],
  ) as Place | undefined;
  if (place === undefined) return;
  const last = task.attempt_ids.at(-1);
  const attempt = last === undefined ? undefined : run.attempts.get(last);
  const evidence = attempt?.evidence ?? [];
  const lastAt = (status: TaskStatus): number | null =>
    task.history.findLast((step) => step.to === status)?.at ?? null;
  const started = task.history.find((step) => step.to === "in_progress")?.at ?? null;
  database.run(
    `UPDATE masterplan_tasks SET status = ?, status_metadata = ?, status_history = ?, output = ?, test_results = ?,
       validation_results = ?, definition_of_done_satisfied = ?, attempt_count = ?, max_attempts = ?, worked_ms = ?,
       actual_time_minutes = ?, started_at = ?, completed_at = ?, failed_at = ? WHERE masterplan_id = ? AND task_id = ?`,
    [
      task.status,
      task.reason === null ? null : json({ reason: task.reason }),
      json(task.history),
      attempt === undefined
        ? null
        : json({ summary: attempt.summary, change_hash: attempt.change_hash, commit: task.commit }),
      evidence.some((item) => item.layer === "tests")
        ? json(evidence.filter((item) => item.layer === "tests"))
        : null,
      evidence.length === 0 ? null : json(evidence),
      flag(task.status === "done"),
      task.failed_attempts,
      task.max_attempts,
      task.worked_ms,
      task.attempt_ids.length === 0 ? null : Math.round(task.worked_ms / 60_000),
      started,
      task.status === "done" ? lastAt("done") : null,
      task.status === "failed" ? lastAt("failed") : null,
      run.plan_id,
      task.task_id,
    ],
  );
  const finished = counters[task.status] === "c_finished";
  if (place.status !== task.status) countStatus(database, run, task, place);
  if (started !== null) putStart(database, run.plan_id, place, started);
  if (finished || place.milestone_done === 1) endMilestone(database, run.plan_id, place.milestone_id);
  if (place.phase_status === "completed") endPhase(database, run.plan_id, place.phase_id);
}

function countStatus(database: SqlDatabase, run: Run, task: TaskState, place: Place): void {
  const opened = Number(satisfies(place.status)) - Number(satisfies(task.status));
  if (opened !== 0) {
    database.run(
      `UPDATE masterplan_tasks SET waiting_on = waiting_on + ? WHERE masterplan_id = ? AND task_id IN
         (SELECT task_id FROM masterplan_task_dependencies WHERE masterplan_id = ? AND depends_on = ?)`,
      [opened, run.plan_id, run.plan_id, task.task_id],
    );
  }
  const change = (counter: Counter): number =>
    Number(counters[task.status] === counter) - Number(counters[place.status] === counter);
  const deltas = [
    change("c_finished"),
    change("c_failed"),
    change("c_blocked"),
    change("c_cancelled"),
    change("c_active"),
  ];
  if (deltas.every((delta) => delta === 0)) return;
  const set = `c_finished = c_finished + ?, c_failed = c_failed + ?, c_blocked = c_blocked + ?,
    c_cancelled = c_cancelled + ?, c_active = c_active + ?`;
  database.run(`UPDATE masterplan_milestones SET ${set} WHERE masterplan_id = ? AND milestone_id = ?`, [
    ...deltas,
    run.plan_id,
    place.milestone_id,
  ]);
  database.run(`UPDATE masterplan_phases SET ${set} WHERE masterplan_id = ? AND phase_id = ?`, [
    ...deltas,
    run.plan_id,
    place.phase_id,
  ]);
}

/** The earliest start of any task, whatever the order in which rows are written. */
function putStart(database: SqlDatabase, plan: string, place: Place, started: number): void {
  if (place.milestone_started === null || started < place.milestone_started) {
    database.run(
      "UPDATE masterplan_milestones SET started_at = ? WHERE masterplan_id = ? AND milestone_id = ?",
      [started, plan, place.milestone_id],
    );
  }
  if (place.phase_started === null || started < place.phase_started) {
    database.run("UPDATE masterplan_phases SET started_at = ? WHERE masterplan_id = ? AND phase_id = ?", [
      started,
      plan,
      place.phase_id,
    ]);
  }
}

function endMilestone(database: SqlDatabase, plan: string, milestone: string): void {
  const tasks =
    "FROM masterplan_tasks t WHERE t.masterplan_id = m.masterplan_id AND t.milestone_id = m.milestone_id";
  database.run(
    `UPDATE masterplan_milestones AS m SET
       completed_at = CASE WHEN c_finished = c_total THEN (SELECT MAX(t.completed_at) ${tasks}) END,
       actual_duration_hours = CASE WHEN c_finished = c_total THEN (SELECT SUM(t.worked_ms) / 3600000.0 ${tasks}) END
     WHERE masterplan_id = ? AND milestone_id = ?`,
    [plan, milestone],
  );
}

function endPhase(database: SqlDatabase, plan: string, phase: string): void {
  const milestones =
    "FROM masterplan_milestones m WHERE m.masterplan_id = p.masterplan_id AND m.phase_id = p.phase_id";
  database.run(
    `UPDATE masterplan_phases AS p SET
       completed_at = CASE WHEN status = 'completed' THEN (SELECT MAX(m.completed_at) ${milestones}) END,
       actual_duration_hours = CASE WHEN status = 'completed' THEN (SELECT SUM(m.actual_duration_hours) ${milestones}) END
     WHERE masterplan_id = ? AND phase_id = ?`,
    [plan, phase],
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
