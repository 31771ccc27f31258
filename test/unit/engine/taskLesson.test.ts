import { expect, it } from "vitest";
import { lessonsOf } from "../../../src/engine/attempt/taskLesson";
import { aPlan, aRun, aTask } from "../../support/builders";

it("LE-1 an analysis gives the latest failure its root cause and what was missing", () => {
  const run = aRun(aPlan([aTask("T1")]));
  const failure = {
    lesson_id: "l_1",
    signature: "types: N errors",
    root_cause: "types: 2 errors",
    context: JSON.stringify({ attempt: 2, cause_from: "check" }),
    missing: null,
    solution: null,
    worked_ms: 70,
    at: 1,
  };
  const asked: unknown[] = [];
  const store = {
    rows: (table: string, where?: unknown) => {
      asked.push([table, where]);
      return [failure];
    },
  };
  const analysis = {
    root_cause: "The model has no id",
    hidden_dependency: "T0",
    conclusion: "Make T0 first",
  };
  const changes = lessonsOf(store, run, [{ type: "failure.analysed", task_id: "T1", analysis }], 9);
  expect(changes).toEqual([
    {
      kind: "lesson.add",
      row: {
        id: "l_1",
        plan_id: run.plan_id,
        run_id: run.id,
        task_id: "T1",
        kind: "failure",
        signature: "types: N errors",
        root_cause: "The model has no id",
        context: { attempt: 2, cause_from: "analysis", analysis },
        missing: "T0",
        solution: null,
        worked_ms: 70,
        at: 9,
      },
    },
  ]);
  expect(asked).toEqual([["lessons", expect.objectContaining({ task_id: "T1", kind: "failure" })]]);
});
