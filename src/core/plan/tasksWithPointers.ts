import type { Plan, Task } from "./plan";

/** Every task with its RFC 6901 pointer in the plan, in document order. */
export function tasksWithPointers(plan: Plan): { readonly task: Task; readonly pointer: string }[] {
  return plan.phases.flatMap((phase, p) =>
    phase.milestones.flatMap((milestone, m) =>
      milestone.tasks.map((task, t) => ({ task, pointer: `/phases/${p}/milestones/${m}/tasks/${t}` })),
    ),
  );
}
