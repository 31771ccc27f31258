import { expect, test } from "vitest";
import type { PlanView, RunReport } from "../../../src/engine/masterPlan";
import type { RunRow } from "../../../src/ports/store";
import { LiveSteps } from "../../../src/vscode/liveSteps";
import { inlineTasks, phaseRows, phaseStates } from "../../../src/vscode/phaseRows";
import { planState, progressOf } from "../../../src/vscode/planState";
import { placeOf, sentenceOf } from "../../../src/vscode/planText";
import { aPlan, aTask, someRun } from "../../support/builders";

const id = "d_01JDABCDEFGHJKMNPQRSTVWXYZ" as const;
const approvalId = "a_01JDABCDEFGHJKMNPQRSTVWXYZ" as const;
const hash = "f".repeat(64);
const plan = aPlan(
  [
    aTask("T-1", {
      commands: [["npm", "test"]],
      file_scope: { write: ["src/a.ts"] },
      estimated_time_minutes: 10,
    }),
    aTask("T-2", {
      depends_on: ["T-1"],
      acceptance_criteria: ["Reads well", { text: "Passes", check: "test" }],
    }),
  ],
  { scope: { in: ["One"], out: [] }, stack: { language: "TypeScript" }, risk_level: "green" },
);

const approval = {
  id: approvalId,
  plan_id: id,
  version: 1,
  hash,
  by: "Ada",
  at: 0,
  grants: [],
  voided_at: null,
  voided_reason: null,
};

function aView(change: Partial<PlanView> = {}): PlanView {
  return {
    id,
    status: "draft",
    current_version: 1,
    title: "Sample",
    created_at: 0,
    updated_at: 0,
    discovery_id: null,
    origin: "request",
    claimed: null,
    version: {
      plan_id: id,
      version: 1,
      hash,
      plan,
      change_type: "initial",
      change_summary: "",
      changes_detail: null,
      parent_version: null,
      created_at: 0,
      created_by: "Ada",
    },
    findings: [{ code: "x", task_id: "T-2", message: "No check" }],
    grants: {
      commands: [{ argv: ["npm", "test"], where: "/phases/0/milestones/0/tasks/0/commands/0" }],
      files: ["src/a.ts"],
      protected_files: [],
      estimate_minutes: { min: 5, max: 20, critical_path: 12 },
      cost_usd: { min: 0, max: 1, budget: 2 },
      branch: "masterplan/sample",
      hooks_skipped: [],
    },
    approval: null,
    runs: [],
    checks: [],
    hash,
    plan,
    ...change,
  };
}

function aRow(change: Partial<RunRow> = {}): RunRow {
  return {
    id: someRun,
    plan_id: id,
    approval_id: approvalId,
    version: 1,
    status: "running",
    created_at: 1000,
    ended_at: null,
    ...change,
  };
}

const report: RunReport = {
  id: someRun,
  plan: id,
  run: someRun,
  title: "Sample",
  version: 1,
  status: "running",
  reason: null,
  progress: { done: 1, claimed: 0, total: 2, percent: 50 },
  tasks: ["T-1", "T-2"].map((task_id, index) => ({
    task_id,
    title: task_id,
    status: index === 0 ? ("done" as const) : ("in_progress" as const),
    attempts: 1,
    max_attempts: 3,
    reason: null,
    commit: index === 0 ? "abc" : null,
    worked_ms: 0,
    evidence: [],
    feedback: [],
    sign_offs: [],
    subtasks: {},
  })),
  phases: [{ phase_id: "P1", status: "in_progress", done: 1, total: 2 }],
  cost: { usd: 0.5, tokens: 10, cached: 0, recorded: true },
  waiting: [{ kind: "review", run: someRun, plan: id, task: "T-2", text: "Review T-2" }],
  next_action: "Review T-2",
  branch: "masterplan/sample",
  files: ["src/a.ts"],
  commits: [{ task: "T-1", sha: "abc" }],
  tests: null,
  duration_ms: 5,
  estimate_minutes: 10,
  decisions: [{ kind: "surprise", text: "Odd", detail: "Why", task_id: "T-1" }, { decision: "Keep it" }],
  next_steps: [],
};

const snapshot = (view: PlanView, row: RunRow | null = null) =>
  planState({ revision: 1, view, run: row === null ? null : { row, report }, steps: new LiveSteps() });

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
  const { run } = planState({ revision: 1, view, run: { row: aRow(), report }, steps });
  expect(run?.active).toHaveLength(1);
  expect(run?.active[0]?.steps).toHaveLength(12);
  expect(run?.active[0]?.steps.at(-1)).toEqual({ tool: "test", text: "1 failed", ok: false });
  expect(run?.waiting).toEqual([
    { key: "review:T-2:", kind: "review", task: "T-2", phase: null, text: "Review T-2" },
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
