import type { Task } from "../../core/plan/plan";
import type { StatusReport, TaskReport } from "../../engine/runReports";

/** What can be done with a task, as the words that menus ask for; sorted. */
export function taskFlags(
  task: Pick<Task, "executor">,
  report: Pick<TaskReport, "status" | "attempts" | "evidence" | "commit" | "by_hand" | "worktree">,
): readonly string[] {
  const flags = ["task"];
  const manual = report.by_hand === true;
  if (report.status === "in_review") flags.push("review");
  if (["in_progress", "ready_for_test", "tested"].includes(report.status) && !manual) flags.push("running");
  if (manual) flags.push("manual");
  if (report.worktree !== undefined) flags.push("fix");
  if (report.status === "claimed") flags.push("claimed");
  if (["failed", "blocked", "skipped"].includes(report.status)) flags.push("retry");
  if (["pending", "failed", "blocked", "in_review"].includes(report.status) || manual) flags.push("skip");
  if (report.attempts > 0 && report.evidence.length > 0 && task.executor !== "manual") flags.push("change");
  if (report.commit !== null) flags.push("landed");
  return flags.sort();
}

/**
 * What the palette may offer for the plan in hand: whatever some task's row offers, and `gate` when a phase or the end
 * of the run asks for a person's word. A plan without a run has nothing to act on.
 */
export function offersOf(
  status: Pick<StatusReport, "run" | "waiting">,
  tasks: Iterable<{ readonly spec: Task; readonly report: TaskReport }>,
): string {
  const flags = new Set<string>();
  for (const { spec, report } of tasks) for (const flag of taskFlags(spec, report)) flags.add(flag);
  if (status.waiting.some(({ kind }) => kind === "gate")) flags.add("gate");
  return status.run === null ? "" : [...flags].sort().join(";");
}
