import type { PlanRowState, PlanState, RunState, TaskRow } from "../../src/protocol/planView";
import { draft, exporting, foundation, phase } from "./planParts";

function withStatus(
  rows: PlanRowState[],
  changes: Readonly<Record<string, Partial<TaskRow>>>,
): PlanRowState[] {
  return rows.map((row) => (row.kind === "task" ? { ...row, ...changes[row.id] } : row));
}

const done = { status: "done", attempts: 1, worked_ms: 252_000, commit: "9c1d2e3f4a5b" } as const;

const run: RunState = {
  id: "r_01JB0000000000000000000000",
  status: "waiting",
  reason: null,
  started_at: Date.now() - 754_000,
  ended_at: null,
  remaining: { min: 6.2, max: 14.5 },
  done: 3,
  claimed: 0,
  total: 6,
  percent: 50,
  cost: { usd: 0.1234, tokens: 48_211, budget: 2 },
  branch: "masterplan/add-priorities-and-csv-export",
  branch_end: null,
  next_action: "Review T-04 Document priorities and CSV",
  active: [
    {
      id: "T-05",
      title: "Run the whole suite",
      status: "in_progress",
      attempt: 2,
      max_attempts: 3,
      steps: [
        { tool: "read_file", text: "test/csv.test.ts", ok: true },
        { tool: "test", text: "1 of 14 tests failed: quotes line breaks", ok: false },
        { tool: "run_command", text: "npm test", ok: true },
      ],
    },
  ],
  output: {
    check: "test",
    lines: [
      "✔ quotes a title with a comma (1.2 ms)",
      "✔ quotes a title with a quote (0.4 ms)",
      "✖ quotes line breaks (3.8 ms)",
      "  Expected values to be strictly equal: 'a\\nb' !== '\"a\\nb\"'",
    ],
  },
  waiting: [
    {
      key: "review:T-04:",
      kind: "review",
      task: "T-04",
      phase: null,
      text: "Review T-04 Document priorities and CSV",
      criteria: [],
    },
    {
      key: "failed:T-02:",
      kind: "failed",
      task: "T-02",
      phase: null,
      text: "T-02 Test the priorities failed: the suite did not answer within 120 s",
      criteria: [],
    },
  ],
  decisions: [
    {
      kind: "decision",
      text: "Export takes a list, not a file",
      detail: "The command line already opens the file; a second reader would have to agree with it.",
      task: "T-03",
    },
    { kind: "surprise", text: "Two tests relied on the order of keys", detail: "", task: "T-01" },
  ],
  preflight: [
    { label: "Check test", text: "14 of 14 tests passed, 0 skipped" },
    { label: "Repository", text: "main 9c1d2e3f4a; 2 files not committed" },
    { label: "Disk", text: "41.2 GB free" },
  ],
  report: null,
};

const running: PlanState = {
  ...draft,
  revision: 2,
  status: "in_progress",
  mode: "run",
  approval: { by: "Ada", at: "2026-11-20T09:30:00.000Z" },
  findings: [],
  phases: [
    phase(
      "P1",
      "Foundation",
      withStatus(foundation, {
        "T-01": done,
        "T-02": { status: "failed", attempts: 3, reason: "timed out" },
      }),
      {
        status: "failed",
        done: 1,
      },
    ),
    phase(
      "P2",
      "Export",
      withStatus(exporting, {
        "T-03": done,
        "T-04": { status: "in_review", attempts: 2, worked_ms: 61_000 },
        "T-05": { status: "in_progress", attempts: 2 },
        "T-06": { status: "blocked", reason: "after T-05" },
      }),
      { status: "in_progress", done: 1 },
    ),
  ],
  run,
};

const completed: PlanState = {
  ...running,
  status: "completed",
  recorded: false,
  phases: [
    phase("P1", "Foundation", withStatus(foundation, { "T-01": done, "T-02": done }), {
      status: "completed",
      done: 2,
    }),
    phase(
      "P2",
      "Export",
      withStatus(exporting, { "T-03": done, "T-04": done, "T-05": done, "T-06": { ...done, commit: null } }),
      {
        status: "completed",
        done: 4,
      },
    ),
  ],
  run: {
    ...run,
    status: "completed",
    started_at: 0,
    ended_at: 2_520_000,
    remaining: null,
    done: 6,
    percent: 100,
    next_action: "Merge, squash, keep or drop the branch of the run",
    active: [],
    waiting: [],
    report: {
      files: ["README.md", "src/csv.ts", "src/todo.ts", "test/csv.test.ts", "test/todo.test.ts"],
      commits: [
        { task: "T-01", sha: "9c1d2e3f4a5b" },
        { task: "T-03", sha: "77aa01bc23de" },
        { task: "T-04", sha: "0f0f12a4b6c8" },
      ],
      tests: { total: 14, passed: 14, failed: 0, skipped: 0 },
      duration_ms: 2_520_000,
      estimate_minutes: 54,
      next_steps: ["Open a pull request from the branch", "Plan the import of CSV"],
      signed_off: { by: "Ada", criteria: ["A list leaves the program as a spreadsheet reads it"] },
      can_finish_branch: true,
    },
  },
};

const merged: PlanState = {
  ...completed,
  run: completed.run && {
    ...completed.run,
    branch_end: "merge",
    next_action: "Nothing to do: the work is done",
    report: completed.run.report && { ...completed.run.report, can_finish_branch: false },
  },
};

const confirming: PlanState = {
  ...completed,
  status: "in_progress",
  run: {
    ...run,
    done: 6,
    percent: 100,
    active: [],
    output: null,
    waiting: [
      {
        key: "gate::d_01JB0000000000000000000000",
        kind: "gate",
        task: null,
        phase: "d_01JB0000000000000000000000",
        text: "Everything is carried out. Confirm what no check proves, then say GO or NO-GO",
        criteria: ["A list leaves the program as a spreadsheet reads it", "Document: README.md"],
      },
    ],
  },
};

export const planStates: Readonly<Record<string, PlanState>> = {
  draft,
  running,
  confirming,
  completed,
  merged,
  approved: {
    ...draft,
    revision: 2,
    status: "approved",
    mode: "approved",
    approval: running.approval,
    findings: [],
  },
  closed: { ...draft, status: "rejected", mode: "closed" },
};
