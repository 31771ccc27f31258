import { expect, test } from "vitest";
import type { PlanView } from "../../../src/engine/masterPlan";
import type { RunReport } from "../../../src/engine/runReports";
import type { RunRow } from "../../../src/ports/storeRows";
import { LiveSteps } from "../../../src/vscode/pages/liveSteps";
import { inlineTasks, phaseRows, phaseStates } from "../../../src/vscode/pages/phaseRows";
import { planState, progressOf } from "../../../src/vscode/pages/planState";
import { offsetOfNode, placeOf, sentenceOf } from "../../../src/vscode/documents/planText";
import { aPlan, aTask, someRun } from "../../support/builders";
import { approval, aRow, aView, hash, plan, report } from "../../support/planViews";

const snapshot = (view: PlanView, row: RunRow | null = null) =>
  planState({
    revision: 1,
    view,
    run: row === null ? null : { row, report },
    steps: new LiveSteps(),
    output: null,
    recorded: false,
  });

test("a draft shows what approval grants, with places a person knows", () => {
  const state = snapshot(aView());
  expect(state).toMatchObject({
    mode: "approval",
    tasks: 2,
    recorded: false,
    run: null,
    risk_level: "green",
  });
  expect(state.grants.commands).toEqual([{ argv: ["npm", "test"], where: "T-1" }]);
  expect(state.facts).toEqual([
    { kind: "in_scope", items: ["One"] },
    { kind: "stack", items: ["language: TypeScript"] },
  ]);
  expect(state.findings).toEqual([{ code: "x", task: "T-2", phase: null, message: "No check" }]);
});

test("a recorded plan is marked, and so is one whose run uses recorded replies", () => {
  expect(snapshot(aView({ origin: "recorded" })).recorded).toBe(true);
  expect(snapshot(aView({ approval }), aRow()).recorded).toBe(true);
  const before = { revision: 1, view: aView(), run: null, steps: new LiveSteps(), output: null };
  expect(planState({ ...before, recorded: true }).recorded).toBe(true);
  expect(planState({ ...before, recorded: false }).recorded).toBe(false);
});

test.each([
  ["no approval", aView(), null, "approval"],
  ["approved, not run", aView({ approval, status: "approved" }), null, "approved"],
  ["running", aView({ approval, status: "in_progress" }), aRow(), "run"],
  ["completed", aView({ approval, status: "completed" }), aRow({ status: "completed", ended_at: 2 }), "run"],
  [
    "edited after a run",
    aView({ current_version: 2 }),
    aRow({ status: "completed", ended_at: 2 }),
    "approval",
  ],
  ["edited while it runs", aView({ current_version: 2 }), aRow(), "run"],
  [
    "approved again after a run",
    aView({ approval: { ...approval, id: "a_01JDABCDEFGHJKMNPQRSTVWXY0" }, status: "approved" }),
    aRow({ status: "failed", ended_at: 2 }),
    "approved",
  ],
  ["rejected", aView({ status: "rejected" }), null, "closed"],
] as const)(
  "WV-26 what a person may decide follows the approval that stands: %s",
  (_name, view, row, mode) => {
    const state = snapshot(view, row);
    expect(state.mode).toBe(mode);
    expect(state.run === null).toBe(mode !== "run");
    if (mode !== "run") expect(state.phases[0]).toMatchObject({ status: "pending", done: 0, total: 2 });
  },
);

test("a running plan carries steps, waiting items, decisions and money", () => {
  const steps = new LiveSteps();
  const event = { at: "", run: someRun, task: "T-2" };
  steps.add({ ...event, type: "attempt.started" });
  for (let index = 0; index < 20; index += 1) {
    steps.add({ ...event, type: "attempt.step", tool: "read_file", text: String(index), ok: true });
  }
  steps.add({ ...event, type: "check.finished", check: "test", status: "failed", summary: "1 failed" });
  const view = aView({ approval, status: "in_progress" });
  const output = { check: "test", lines: ["1 failed"] };
  const { run } = planState({
    revision: 1,
    view,
    run: { row: aRow(), report },
    steps,
    output,
    recorded: false,
  });
  expect(run?.output).toEqual(output);
  expect(run?.active).toHaveLength(1);
  expect(run?.active[0]?.steps).toHaveLength(12);
  expect(run?.active[0]?.steps.at(-1)).toEqual({ tool: "test", text: "1 failed", ok: false });
  expect(run?.waiting).toEqual([
    { key: "review:T-2:", kind: "review", task: "T-2", phase: null, text: "Review T-2", criteria: [] },
  ]);
  expect(run?.decisions).toEqual([
    { kind: "surprise", text: "Odd", detail: "Why", task: "T-1" },
    { kind: "decision", text: "Keep it", detail: "", task: null },
  ]);
  expect(run?.cost).toEqual({ usd: 0.5, tokens: 10, budget: 2 });
});

test("WV-27 a large plan travels without its rows, and a phase's stamp changes with any of them", () => {
  const tasks = Array.from({ length: inlineTasks + 1 }, (_, index) => aTask(`T-${String(index)}`));
  const large = aPlan(tasks);
  const view = aView({ plan: large });
  const idle = progressOf(view, null);
  const [before] = phaseStates(large, hash, idle);
  expect(before?.rows).toBeNull();
  expect(phaseRows(large.phases[0]!, idle)).toHaveLength(inlineTasks + 2);
  const one = { ...report.tasks[0]!, task_id: "T-7" };
  const [after] = phaseStates(large, hash, { ...idle, tasks: new Map([["T-7", one]]) });
  expect(after?.stamp).not.toBe(before?.stamp);
});

test("claimed work of an imported document shows before there is a run", () => {
  const claimed = {
    tasks: { "T-1": { state: "done" as const } },
    decisions: [],
    surprises: [],
    progress: [],
    outcomes: [],
  };
  const [phase] = snapshot(aView({ claimed })).phases;
  expect(phase).toMatchObject({ done: 1, total: 2 });
  expect(phase?.rows?.filter((row) => row.kind === "task").map((row) => row.status)).toEqual([
    "claimed",
    "pending",
  ]);
});

test("free parts of a plan read as sentences, whatever their form", () => {
  expect(sentenceOf({ name: "Total", description: "Sum of lines" })).toBe("Total: Sum of lines");
  expect(sentenceOf({ rule: "One priority" })).toBe("One priority");
  expect(sentenceOf({ id: 7, on: true })).toBe("id: 7, on: true");
  expect(sentenceOf(["a", 1, null])).toBe("a, 1, ");
  expect(placeOf(plan, "/phases/0/install/0")).toBe("First");
  expect(placeOf(plan, "/quality_gates/0/command")).toBe("quality gates");
});

test("WV-43 a task or phase is found where a plan file writes it down, and nowhere else", () => {
  const odd = aPlan([aTask("T-1", { depends_on: ["T-2"], title: 'the "task_id": "T-2"' }), aTask("T-2")]);
  const text = JSON.stringify(odd, undefined, 2);
  expect(text.slice(offsetOfNode(text, "T-2")).startsWith('"task_id": "T-2"')).toBe(true);
  expect(text.slice(offsetOfNode(text, "P1")).startsWith('"phase_id": "P1"')).toBe(true);
  expect(offsetOfNode(text, "T-3")).toBe(0);
});

test("WV-42 the run's page is told what is left only once there is enough to go on, and until the run ends", () => {
  const three = aPlan(["T-1", "T-2", "T-3"].map((one) => aTask(one, { estimated_time_minutes: 10 })));
  const [first] = report.tasks;
  const tasks = ["T-1", "T-2", "T-3"].map((task_id, at) => ({
    ...first!,
    task_id,
    status: at < 2 ? ("done" as const) : ("pending" as const),
    worked_ms: at < 2 ? 300_000 : 0,
  }));
  const remainingOf = (row: RunRow, more: Partial<RunReport>) =>
    planState({
      revision: 1,
      view: aView({ approval, status: "in_progress", plan: three }),
      run: { row, report: { ...report, ...more } },
      steps: new LiveSteps(),
      output: null,
      recorded: false,
    }).run?.remaining;
  expect(remainingOf(aRow(), { tasks })).toEqual({ min: 5, max: 5 });
  expect(remainingOf(aRow(), {})).toBeNull();
  expect(remainingOf(aRow({ status: "cancelled", ended_at: 2 }), { tasks })).toBeNull();
});

test("WV-44 the end of a run's branch is asked for while it is open, and told afterwards", () => {
  const runOf = (more: Partial<RunReport>) =>
    planState({
      revision: 1,
      view: aView({ approval, status: "completed" }),
      run: { row: aRow({ status: "completed", ended_at: 2 }), report: { ...report, ...more } },
      steps: new LiveSteps(),
      output: null,
      recorded: false,
    }).run;
  expect(runOf({ branch_open: true })).toMatchObject({
    branch_end: null,
    report: { can_finish_branch: true },
  });
  expect(runOf({ branch_end: "squash" })).toMatchObject({
    branch_end: "squash",
    report: { can_finish_branch: false },
  });
  expect(runOf({ branch_open: true, branch_end: "keep" })).toMatchObject({
    branch_end: "keep",
    report: { can_finish_branch: true },
  });
});
