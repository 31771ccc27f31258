import { taskMinutes } from "../plan/estimate";
import { tasksOf, type Plan, type Task } from "../plan/plan";
import type { TaskState, TaskStatus } from "./run";

/** Minutes of work, pauses and waiting left out. */
export interface RemainingWork {
  readonly min: number;
  readonly max: number;
}

/** So few finished tasks say nothing of how near the plan's times are. */
const fewest = 2;

/** What asks for no more work, unless somebody sends it back. */
const through: readonly TaskStatus[] = ["in_review", "done", "claimed", "skipped", "cancelled"];

/**
 * What is left to work on: the planned times of the open tasks at the pace of the finished ones, from the pace of the
 * faster quarter to that of the slower one. A person's own pace says nothing of a machine's, so manual tasks count as
 * they are planned. Null while too few tasks are finished to tell, and when nothing is left.
 */
export function remainingWork(
  plan: Plan,
  states: Iterable<Pick<TaskState, "task_id" | "status" | "worked_ms">>,
): RemainingWork | null {
  const specs = new Map(tasksOf(plan).map(({ task }) => [task.task_id, task]));
  const measured: { readonly planned: number; readonly worked: number }[] = [];
  const open: Task[] = [];
  for (const { task_id, status, worked_ms } of states) {
    const task = specs.get(task_id);
    if (task === undefined) continue;
    if (!through.includes(status)) open.push(task);
    else if (worked_ms > 0 && task.executor !== "manual")
      measured.push({ planned: taskMinutes(task).expected, worked: worked_ms / 60_000 });
  }
  const pace = paces(measured.filter(({ planned }) => planned > 0));
  if (pace === null || open.length === 0) return null;
  let min = 0;
  let max = 0;
  for (const task of open) {
    const minutes = taskMinutes(task);
    const byHand = task.executor === "manual";
    min += minutes.min * (byHand ? 1 : pace.fast);
    max += minutes.max * (byHand ? 1 : pace.slow);
  }
  return { min, max };
}

/** Worked by planned time; the pace over all of them lies between the two. */
function paces(
  measured: readonly { readonly planned: number; readonly worked: number }[],
): { readonly fast: number; readonly slow: number } | null {
  if (measured.length < fewest) return null;
  const ratios = measured.map(({ planned, worked }) => worked / planned).sort((a, b) => a - b);
  const all =
    measured.reduce((sum, one) => sum + one.worked, 0) / measured.reduce((sum, one) => sum + one.planned, 0);
  const at = (part: number, round: (value: number) => number): number =>
    ratios[round((ratios.length - 1) * part)] ?? all;
  return { fast: Math.min(all, at(0.25, Math.floor)), slow: Math.max(all, at(0.75, Math.ceil)) };
}
