import type { Run, TaskState, TaskStatus } from "../../../core/run/run";
import { satisfies } from "../../../core/run/transitions";
import { flag, json, type SqlDatabase } from "../sqlDatabase";

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

/** Where a task's row stands in the plan. */
interface Place {
  readonly milestone_id: string;
  readonly phase_id: string;
  readonly phase_status: string;
}

const updateStatus = `UPDATE masterplan_tasks SET status = ?, status_metadata = ?, status_history = ?, started_at = ?,
   completed_at = ?, failed_at = ?, definition_of_done_satisfied = ? WHERE masterplan_id = ? AND task_id = ?`;
const updateEffort = `UPDATE masterplan_tasks SET attempt_count = ?, max_attempts = ?, worked_ms = ?,
   actual_time_minutes = ? WHERE masterplan_id = ? AND task_id = ?`;
const updateOutcome = `UPDATE masterplan_tasks SET output = ?, test_results = ?, validation_results = ?
   WHERE masterplan_id = ? AND task_id = ?`;

/** Writes a task's state onto its row. `shown` is what the row says so far; null when all of it has to be written. */
export function putTaskState(
  database: SqlDatabase,
  run: Run,
  task: TaskState,
  shown: { readonly run: Run; readonly task: TaskState } | null,
): void {
  const key = [run.plan_id, task.task_id];
  const before =
    shown?.task.status ??
    (database.get("SELECT status FROM masterplan_tasks WHERE masterplan_id = ? AND task_id = ?", key)?.[
      "status"
    ] as TaskStatus | undefined);
  if (before === undefined) return;
  const lastAt = (status: TaskStatus): number | null =>
    task.history.findLast((step) => step.to === status)?.at ?? null;
  const started = startOf(task);
  const found = database.change(updateStatus, [
    task.status,
    task.reason === null ? null : json({ reason: task.reason }),
    json(task.history),
    started,
    task.status === "done" ? lastAt("done") : null,
    task.status === "failed" ? lastAt("failed") : null,
    flag(task.status === "done"),
    ...key,
  ]);
  // The plan may have been changed since the run began.
  if (found === 0) return;
  putEffort(database, key, task, shown?.task ?? null);
  putOutcome(database, run, task, shown);
  countStatus(database, run, task, before);
  const begun = shown === null ? null : startOf(shown.task);
  if (started !== null && started !== begun) putStart(database, key, started);
  if (counters[task.status] === "c_finished" || counters[before] === "c_finished") putEnds(database, key);
}

function startOf(task: TaskState): number | null {
  return task.history.find((step) => step.to === "in_progress")?.at ?? null;
}

function putEffort(
  database: SqlDatabase,
  key: readonly string[],
  task: TaskState,
  shown: TaskState | null,
): void {
  if (
    shown?.failed_attempts === task.failed_attempts &&
    shown.max_attempts === task.max_attempts &&
    shown.worked_ms === task.worked_ms &&
    shown.attempt_ids.length === task.attempt_ids.length
  )
    return;
  database.run(updateEffort, [
    task.failed_attempts,
    task.max_attempts,
    task.worked_ms,
    task.attempt_ids.length === 0 ? null : Math.round(task.worked_ms / 600) / 100,
    ...key,
  ]);
}

/** What the last attempt came to, which is long and seldom changes. */
function putOutcome(
  database: SqlDatabase,
  run: Run,
  task: TaskState,
  shown: { readonly run: Run; readonly task: TaskState } | null,
): void {
  const last = task.attempt_ids.at(-1);
  const attempt = last === undefined ? undefined : run.attempts.get(last);
  if (
    shown !== null &&
    shown.task.commit === task.commit &&
    shown.task.attempt_ids.at(-1) === last &&
    (last === undefined || shown.run.attempts.get(last) === attempt)
  )
    return;
  const evidence = attempt?.evidence ?? [];
  database.run(updateOutcome, [
    attempt === undefined
      ? null
      : json({ summary: attempt.summary, change_hash: attempt.change_hash, commit: task.commit }),
    evidence.some((item) => item.layer === "tests")
      ? json(evidence.filter((item) => item.layer === "tests"))
      : null,
    evidence.length === 0 ? null : json(evidence),
    run.plan_id,
    task.task_id,
  ]);
}

const ownMilestone = "(SELECT milestone_id FROM masterplan_tasks WHERE masterplan_id = ? AND task_id = ?)";
const ownPhase = `(SELECT phase_id FROM masterplan_milestones WHERE masterplan_id = ? AND milestone_id = ${ownMilestone})`;
const addCounts = `c_finished = c_finished + ?, c_failed = c_failed + ?, c_blocked = c_blocked + ?,
  c_cancelled = c_cancelled + ?, c_active = c_active + ?`;
const countMilestone = `UPDATE masterplan_milestones SET ${addCounts} WHERE masterplan_id = ? AND milestone_id = ${ownMilestone}`;
const countPhase = `UPDATE masterplan_phases SET ${addCounts} WHERE masterplan_id = ? AND phase_id = ${ownPhase}`;

function countStatus(database: SqlDatabase, run: Run, task: TaskState, before: TaskStatus): void {
  const opened = Number(satisfies(before)) - Number(satisfies(task.status));
  if (opened !== 0) {
    database.run(
      `UPDATE masterplan_tasks SET waiting_on = waiting_on + ? WHERE masterplan_id = ? AND task_id IN
         (SELECT task_id FROM masterplan_task_dependencies WHERE masterplan_id = ? AND depends_on = ?)`,
      [opened, run.plan_id, run.plan_id, task.task_id],
    );
  }
  const from = counters[before];
  const to = counters[task.status];
  if (from === to) return;
  const change = (counter: Counter): number => Number(to === counter) - Number(from === counter);
  const deltas = [
    change("c_finished"),
    change("c_failed"),
    change("c_blocked"),
    change("c_cancelled"),
    change("c_active"),
  ];
  const key = [run.plan_id, task.task_id];
  database.run(countMilestone, [...deltas, run.plan_id, ...key]);
  database.run(countPhase, [...deltas, run.plan_id, run.plan_id, ...key]);
}

const earlier = "started_at = ? WHERE (started_at IS NULL OR started_at > ?) AND masterplan_id = ?";
const startMilestone = `UPDATE masterplan_milestones SET ${earlier} AND milestone_id = ${ownMilestone}`;
const startPhase = `UPDATE masterplan_phases SET ${earlier} AND phase_id = ${ownPhase}`;

/** The earliest start of any task, whatever the order in which rows are written. */
function putStart(database: SqlDatabase, key: readonly string[], started: number): void {
  const plan = key[0] ?? "";
  database.run(startMilestone, [started, started, plan, ...key]);
  database.run(startPhase, [started, started, plan, plan, ...key]);
}

function putEnds(database: SqlDatabase, key: readonly string[]): void {
  const place = database.get(
    `SELECT t.milestone_id, m.phase_id, p.status AS phase_status
     FROM masterplan_tasks t
     CROSS JOIN masterplan_milestones m ON m.masterplan_id = t.masterplan_id AND m.milestone_id = t.milestone_id
     CROSS JOIN masterplan_phases p ON p.masterplan_id = m.masterplan_id AND p.phase_id = m.phase_id
     WHERE t.masterplan_id = ? AND t.task_id = ?`,
    key,
  ) as Place | undefined;
  const plan = key[0];
  if (place === undefined || plan === undefined) return;
  endMilestone(database, plan, place.milestone_id);
  if (place.phase_status === "completed") endPhase(database, plan, place.phase_id);
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

/** Writes when a phase ended, or that it has not. */
export function endPhase(database: SqlDatabase, plan: string, phase: string): void {
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
