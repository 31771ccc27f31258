import { isProtected } from "../change/path/protectedFiles";
import { tasksOf, type Plan, type Task } from "./plan";

/** Files and globs that a task says it writes. */
export function taskWrites(task: Task): readonly string[] {
  return unique([...(task.file_scope?.write ?? []), ...(task.expected_outputs?.files ?? [])]);
}

/** Every file and glob that carrying out the plan may write, sorted. */
export function planFiles(plan: Plan): readonly string[] {
  return unique([
    ...(plan.files ?? []).map((file) => file.path),
    ...plan.phases.flatMap((phase) => [...(phase.files_create ?? []), ...(phase.files_modify ?? [])]),
    ...tasksOf(plan).flatMap(({ task }) => taskWrites(task)),
  ]).sort();
}

/** Of those, the ones that name a protected file; a person grants each of them by name. */
export function planProtectedFiles(plan: Plan): readonly string[] {
  return planFiles(plan).filter(isProtected);
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)];
}
