import type { Run, TaskState } from "./run";

export interface Progress {
  readonly done: number;
  /** Done by the word of an imported document; its own number, never mixed with what was proved. */
  readonly claimed: number;
  readonly total: number;
  /**
   * Whole percent of tasks that are done or claimed; skipped tasks leave the total, and so do cancelled ones unless the
   * whole run was cancelled: what it did not get to is not done.
   */
  readonly percent: number;
}

export function progressOf(
  tasks: Iterable<TaskState>,
  options: { readonly cancelledCount: boolean } = { cancelledCount: false },
): Progress {
  let done = 0;
  let claimed = 0;
  let total = 0;
  for (const task of tasks) {
    if (task.status === "skipped" || (task.status === "cancelled" && !options.cancelledCount)) continue;
    total += 1;
    if (task.status === "done") done += 1;
    if (task.status === "claimed") claimed += 1;
  }
  return { done, claimed, total, percent: total === 0 ? 0 : Math.floor((100 * (done + claimed)) / total) };
}

/** Attempts without an outcome: what was in flight when the process ended. */
export function openAttempts(run: Run) {
  return [...run.attempts.values()].filter((attempt) => attempt.outcome === null);
}
