import type { Plan, Task } from "../../src/core/plan/plan";
import { tasksOf } from "../../src/core/plan/plan";
import type { Run, RunOptions } from "../../src/core/run/run";
import type { RunEvent, RunPhase } from "../../src/core/run/runEvent";
import { replayRun } from "../../src/core/run/runReducer";

export function aTask(task_id: string, over: Partial<Task> = {}): Task {
  return {
    task_id,
    title: `Task ${task_id}`,
    description: `What ${task_id} does`,
    task_type: "implementation",
    depends_on: [],
    ...over,
  };
}

/** One phase and one milestone unless told otherwise. */
export function aPlan(tasks: readonly Task[], over: Partial<Plan> = {}): Plan {
  return {
    schema_version: 1,
    project_name: "Sample",
    user_request_original: "Do the sample",
    phases: [
      {
        phase_id: "P1",
        name: "First",
        milestones: [{ milestone_id: "P1.M1", name: "All", tasks: [...tasks] }],
      },
    ],
    ...over,
  };
}

export const someRun = "r_01JDABCDEFGHJKMNPQRSTVWXYZ" as const;

/** The first event of a run over a plan. */
export function queued(
  plan: Plan,
  options: Partial<RunOptions> = {},
  claimed: readonly string[] = [],
): RunEvent {
  return {
    at: 1_000,
    type: "run.queued",
    run: someRun,
    plan_id: "d_01JDABCDEFGHJKMNPQRSTVWXYZ",
    version: 1,
    hash: "f".repeat(64),
    approval_id: "a_01JDABCDEFGHJKMNPQRSTVWXYZ",
    options: { concurrency: 1, review: "ask", target: "branch", ...options },
    tasks: tasksOf(plan).map(({ phase, milestone, task }) => ({
      task_id: task.task_id,
      phase_id: phase.phase_id,
      milestone_id: milestone.milestone_id,
      depends_on: task.depends_on,
      max_attempts: task.max_attempts ?? 3,
      status: claimed.includes(task.task_id) ? "claimed" : "pending",
      subtasks: (task.subtasks ?? []).map((one) => one.subtask_id),
    })),
    phases: phasesOf(plan),
    by: "a person",
  };
}

export function phasesOf(plan: Plan): readonly RunPhase[] {
  return plan.phases.map((phase, index) => {
    const before = plan.phases[index - 1]?.phase_id;
    return {
      phase_id: phase.phase_id,
      gate: phase.gate ?? "auto",
      depends_on: phase.depends_on_phases ?? (before === undefined ? [] : [before]),
    };
  });
}

export const started: RunEvent = {
  at: 1_001,
  type: "run.started",
  base: {
    head: "a".repeat(40),
    snapshot: "a".repeat(40),
    original_branch: "main",
    run_branch: "masterplan/sample",
    private_repository: false,
  },
};

export function aRun(plan: Plan, events: readonly RunEvent[] = [], options: Partial<RunOptions> = {}): Run {
  return replayRun(null, [queued(plan, options), started, ...events]);
}
