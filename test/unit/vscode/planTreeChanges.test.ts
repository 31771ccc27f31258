import { expect, test } from "vitest";
import type { TaskReport } from "../../../src/engine/runReports";
import type { PlanSnapshot } from "../../../src/vscode/sidebar/planSnapshot";
import { changedTasks } from "../../../src/vscode/sidebar/planTreeChanges";
import { taskReport } from "../../support/taskReport";

interface Shape {
  readonly version?: number;
  readonly phase?: string;
  readonly gate?: boolean;
  readonly tasks: readonly TaskReport[];
}

function snapshot({ version = 1, phase = "pending", gate = false, tasks }: Shape): PlanSnapshot {
  return {
    row: { id: "p_1", current_version: version },
    status: {
      phases: [{ phase_id: "1", status: phase, done: 0, total: tasks.length }],
      waiting: gate ? [{ kind: "gate", phase: "1" }] : [],
    },
    tasks: new Map(tasks.map((one) => [one.task_id, { report: one }])),
  } as unknown as PlanSnapshot;
}

test("WV-32 only rows that read differently are drawn anew", () => {
  const before = snapshot({
    tasks: [taskReport("T-01"), taskReport("T-02"), taskReport("T-03", { subtasks: { a: "pending" } })],
  });
  expect(changedTasks(before, before)).toEqual([]);
  // Time that goes by is on no row.
  const later = [
    taskReport("T-01", { worked_ms: 900 }),
    taskReport("T-02"),
    taskReport("T-03", { subtasks: { a: "pending" } }),
  ];
  expect(changedTasks(before, snapshot({ tasks: later }))).toEqual([]);
  const moved = [
    taskReport("T-01", { status: "in_progress", attempts: 1 }),
    taskReport("T-02"),
    taskReport("T-03", { subtasks: { a: "completed" } }),
  ];
  expect(changedTasks(before, snapshot({ tasks: moved }))).toEqual(["T-01", "T-03"]);
});

test("WV-32 another plan, version, phase status or gate draws the whole tree", () => {
  const tasks = [taskReport("T-01")];
  const before = snapshot({ tasks });
  expect(changedTasks(null, before)).toBeNull();
  expect(changedTasks(before, null)).toBeNull();
  expect(changedTasks(null, null)).toEqual([]);
  expect(changedTasks(before, snapshot({ tasks, version: 2 }))).toBeNull();
  expect(changedTasks(before, snapshot({ tasks, phase: "completed" }))).toBeNull();
  expect(changedTasks(before, snapshot({ tasks, gate: true }))).toBeNull();
  expect(changedTasks(before, snapshot({ tasks: [...tasks, taskReport("T-02")] }))).toBeNull();
});

test("WV-32 many changed rows at once draw the whole tree", () => {
  const ids = Array.from({ length: 60 }, (_, index) => `T-${String(index)}`);
  const before = snapshot({ tasks: ids.map((id) => taskReport(id)) });
  const after = snapshot({ tasks: ids.map((id) => taskReport(id, { status: "cancelled" })) });
  expect(changedTasks(before, after)).toBeNull();
});
