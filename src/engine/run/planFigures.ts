import { tasksOf, type Plan } from "../../core/plan/plan";
import type { Attempt, Run, TaskState } from "../../core/run/run";

/** What a plan promised against what its run took; a figure without anything to compute it from is null. */
export interface PlanFigures {
  /** Done tasks among all of the plan, 0 to 1. */
  readonly success_rate: number | null;
  /** Tasks done by their first attempt that was not merely interrupted, among all that were attempted, 0 to 1. */
  readonly first_time_success_rate: number | null;
  /** Estimates of all tasks, in minutes. */
  readonly estimated_minutes: number;
  /** Work on all tasks, in minutes: pauses and waiting left out. */
  readonly actual_minutes: number;
  /** Work less estimate, in minutes, over done tasks that have an estimate. */
  readonly time_variance_minutes: number | null;
  /** How near the estimates of done tasks were, 1 when each was met; the smaller of both times by the larger. */
  readonly estimation_accuracy: number | null;
  /** Versions after the first. */
  readonly modifications_count: number;
}

export function planFigures(plan: Plan, version: number, run: Run): PlanFigures {
  const estimates = new Map(
    tasksOf(plan).map(({ task }) => [task.task_id, task.estimated_time_minutes ?? null]),
  );
  const tasks = [...run.tasks.values()];
  const done = tasks.filter((task) => task.status === "done");
  const attempted = tasks.filter((task) => countingAttempts(run, task).length > 0);
  const compared = done.flatMap((task) => {
    const estimate = estimates.get(task.task_id) ?? null;
    return estimate === null || estimate <= 0 ? [] : [{ estimate, actual: task.worked_ms / 60_000 }];
  });
  return {
    success_rate: ratio(done.length, tasks.length),
    first_time_success_rate: ratio(
      attempted.filter((task) => isFirstTime(run, task)).length,
      attempted.length,
    ),
    estimated_minutes: [...estimates.values()].reduce((sum: number, one) => sum + (one ?? 0), 0),
    actual_minutes: rounded(tasks.reduce((sum, task) => sum + task.worked_ms, 0) / 60_000),
    time_variance_minutes:
      compared.length === 0
        ? null
        : rounded(compared.reduce((sum, { estimate, actual }) => sum + actual - estimate, 0)),
    estimation_accuracy: ratio(
      compared.reduce(
        (sum, { estimate, actual }) => sum + Math.min(estimate, actual) / Math.max(estimate, actual),
        0,
      ),
      compared.length,
    ),
    modifications_count: version - 1,
  };
}

function isFirstTime(run: Run, task: TaskState): boolean {
  return task.status === "done" && countingAttempts(run, task).length === 1;
}

function countingAttempts(run: Run, task: TaskState): readonly Attempt[] {
  return task.attempt_ids.flatMap((id) => {
    const attempt = run.attempts.get(id);
    const counts =
      attempt !== undefined && attempt.outcome !== "interrupted" && attempt.outcome !== "cancelled";
    return counts ? [attempt] : [];
  });
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}

/** To hundredths. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
