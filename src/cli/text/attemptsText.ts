import type { TaskReport } from "../../engine/runReports";

/** Attempts that were interrupted or sent back cost nothing and are not counted; empty where none counts. */
export function attemptsText(task: TaskReport): string {
  const { attempts, max_attempts: max } = task;
  const ended = ["pending", "failed", "blocked", "skipped", "cancelled"].includes(task.status);
  const spent =
    task.failed_attempts === undefined
      ? attempts
      : Math.min(task.failed_attempts + (ended ? 0 : 1), attempts);
  if (spent === 0) return "";
  return spent > max ? String(spent) : `${spent}/${max}`;
}
