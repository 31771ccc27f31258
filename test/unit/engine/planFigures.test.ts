import { expect, it } from "vitest";
import { planFigures } from "../../../src/engine/run/planFigures";
import type { Attempt, Run, TaskState } from "../../../src/core/run/run";
import { aPlan, aRun, aTask } from "../../support/builders";

const minute = 60_000;
const plan = aPlan([
  aTask("A", { estimated_time_minutes: 10 }),
  aTask("B", { estimated_time_minutes: 30 }),
  aTask("C"),
  aTask("D", { estimated_time_minutes: 5 }),
]);

/** A run of the plan with these states; each attempt is given by its outcome. */
function ran(
  states: Readonly<Record<string, Pick<TaskState, "status" | "worked_ms"> & { tries: readonly string[] }>>,
): Run {
  const run = aRun(plan);
  const attempts = new Map<string, Attempt>();
  const tasks = new Map(run.tasks);
  for (const [id, { tries, ...state }] of Object.entries(states)) {
    const ids = tries.map((outcome, i) => {
      attempts.set(`${id}${i}`, { id: `${id}${i}`, task_id: id, outcome } as unknown as Attempt);
      return `${id}${i}`;
    });
    const task = run.tasks.get(id);
    if (task !== undefined) tasks.set(id, { ...task, ...state, attempt_ids: ids } as unknown as TaskState);
  }
  return { ...run, tasks, attempts } as unknown as Run;
}

it("LE-5 compares what a plan promised with what its run took", () => {
  const run = ran({
    A: { status: "done", worked_ms: 20 * minute, tries: ["succeeded"] },
    B: { status: "done", worked_ms: 30 * minute, tries: ["failed", "succeeded"] },
    C: { status: "done", worked_ms: 35_000, tries: ["interrupted", "succeeded"] },
    D: { status: "failed", worked_ms: minute, tries: ["failed", "failed", "failed"] },
  });
  expect(planFigures(plan, 3, run)).toEqual({
    success_rate: 0.75,
    first_time_success_rate: 0.5,
    estimated_minutes: 45,
    actual_minutes: 51.58,
    time_variance_minutes: 10,
    estimation_accuracy: 0.75,
    modifications_count: 2,
  });
});

it("LE-5 says nothing where there is nothing to compare", () => {
  expect(planFigures(plan, 1, aRun(plan))).toMatchObject({
    success_rate: 0,
    first_time_success_rate: null,
    time_variance_minutes: null,
    estimation_accuracy: null,
    modifications_count: 0,
  });
});
