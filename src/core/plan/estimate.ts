import { tasksOf, type Plan, type Task } from "./plan";
import { taskGraph, type TaskGraph } from "./taskGraph";

/** Minutes of work: everything one after the other, and the longest chain when enough hands are there. */
export interface Estimate {
  readonly min: number;
  readonly expected: number;
  readonly max: number;
  readonly critical_path: number;
}

/** What a task is taken for when the plan says nothing, by complexity: one sitting of an agent. */
const typicalMinutes = { low: 5, medium: 10, high: 15 };

/** Smallest, likely and largest minutes of one task; a missing end is taken from what is there. */
export function taskMinutes(task: Task): {
  readonly min: number;
  readonly expected: number;
  readonly max: number;
} {
  const given = task.estimated_time_minutes ?? middle(task.estimate_min_minutes, task.estimate_max_minutes);
  const subtasks = (task.subtasks ?? []).reduce((sum, subtask) => sum + (subtask.estimated_minutes ?? 0), 0);
  const expected = given ?? (subtasks > 0 ? subtasks : typicalMinutes[task.complexity ?? "medium"]);
  return {
    min: Math.min(expected, task.estimate_min_minutes ?? expected),
    expected,
    max: Math.max(expected, task.estimate_max_minutes ?? expected),
  };
}

/** Minutes for the whole plan, without the tasks in `done`. */
export function estimate(
  plan: Plan,
  done: ReadonlySet<string> = new Set(),
  graph: TaskGraph = taskGraph(plan),
): Estimate {
  let min = 0;
  let expected = 0;
  let max = 0;
  for (const { task } of tasksOf(plan)) {
    if (done.has(task.task_id)) continue;
    const minutes = taskMinutes(task);
    min += minutes.min;
    expected += minutes.expected;
    max += minutes.max;
  }
  const path = graph.criticalPath((task) => (done.has(task.task_id) ? 0 : taskMinutes(task).expected));
  return { min, expected, max, critical_path: path.weight };
}

function middle(min: number | undefined, max: number | undefined): number | undefined {
  if (min === undefined || max === undefined) return min ?? max;
  return (min + max) / 2;
}
