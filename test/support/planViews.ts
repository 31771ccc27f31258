import type { PlanView } from "../../src/engine/masterPlan";
import type { RunReport } from "../../src/engine/runReports";
import type { RunRow } from "../../src/ports/storeRows";
import { aPlan, aTask, someRun } from "./builders";

export const id = "d_01JDABCDEFGHJKMNPQRSTVWXYZ" as const;
const approvalId = "a_01JDABCDEFGHJKMNPQRSTVWXYZ" as const;
export const hash = "f".repeat(64);
export const plan = aPlan(
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

export const approval = {
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

export function aView(change: Partial<PlanView> = {}): PlanView {
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
      installs: [],
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

export function aRow(change: Partial<RunRow> = {}): RunRow {
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

export const report: RunReport = {
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
  signed_off: null,
  preflight: null,
  preflight_rows: [{ label: "Disk", text: "10 GB free" }],
  next_steps: [],
};
