import type { HistoryState, PhaseState, PlanRowState, PlanState, TaskRow } from "../../src/protocol/planView";

const hash = "3f9c2a7be1d04c5f88a1b7c90e6d2f4431aa57c2e9b80d6f7c15a0e4b3d29f68";

export function task(id: string, title: string, change: Partial<TaskRow> = {}): TaskRow {
  return {
    kind: "task",
    id,
    title,
    description: "",
    executor: "agent",
    status: "pending",
    minutes: 8,
    criteria: [],
    writes: [],
    commands: [],
    checks: ["test"],
    depends_on: [],
    subtasks: [],
    attempts: 0,
    max_attempts: 3,
    worked_ms: 0,
    reason: null,
    commit: null,
    ...change,
  };
}

export const foundation: PlanRowState[] = [
  { kind: "milestone", id: "M-1.1", name: "Priority field", description: "", criteria: [] },
  task("T-01", "Add a priority to todos", {
    description:
      "Extend the Todo type with a priority of low, normal or high. Existing todos read as normal, so that no stored list has to be converted.",
    criteria: [
      { text: "A todo without a priority reads as normal", check: "test" },
      { text: "addTodo takes a priority", check: "postcondition 1" },
    ],
    writes: ["src/todo.ts"],
    subtasks: [
      { title: "Type and default", status: "pending" },
      { title: "Parse stored lists", status: "pending" },
    ],
  }),
  task("T-02", "Test the priorities", {
    criteria: [{ text: "Every priority is covered by a test", check: "test" }],
    writes: ["test/todo.test.ts"],
    depends_on: ["T-01"],
    minutes: 12,
  }),
];

export const exporting: PlanRowState[] = [
  {
    kind: "milestone",
    id: "M-2.1",
    name: "CSV",
    description: "Comma separated, quoted as RFC 4180 says.",
    criteria: [],
  },
  task("T-03", "Write toCsv", {
    criteria: [
      { text: "Fields with commas, quotes and line breaks are quoted", check: "test" },
      { text: "The header names the columns", check: "test" },
    ],
    writes: ["src/csv.ts", "test/csv.test.ts"],
    depends_on: ["T-01"],
    minutes: 20,
  }),
  task("T-04", "Document priorities and CSV", {
    criteria: [{ text: "README documents CSV", check: "postcondition 1" }],
    writes: ["README.md"],
    depends_on: ["T-03"],
    minutes: 6,
  }),
  task("T-05", "Run the whole suite", {
    executor: "command",
    criteria: [{ text: "All tests pass", check: "test" }],
    commands: [
      ["npm", "test"],
      ["node", "scripts/export sample.mjs", "--out", "dist/sample.csv"],
    ],
    depends_on: ["T-02", "T-03"],
    minutes: 3,
  }),
  task("T-06", "Announce the release", {
    executor: "manual",
    criteria: [{ text: "The team knows about the export", check: null }],
    depends_on: ["T-05"],
    minutes: 5,
  }),
];

export function phase(
  id: string,
  name: string,
  rows: PlanRowState[],
  change: Partial<PhaseState> = {},
): PhaseState {
  const tasks = rows.filter((row) => row.kind === "task");
  return {
    id,
    name,
    goal: "",
    checkpoint: "",
    gate: "auto",
    status: "pending",
    done: 0,
    total: tasks.length,
    minutes: tasks.reduce((sum, row) => sum + (row.minutes ?? 0), 0),
    stamp: id,
    rows,
    ...change,
  };
}

export const draft: PlanState = {
  revision: 1,
  plan: "d_01JB0000000000000000000000",
  title: "Add priorities and CSV export",
  version: 1,
  hash,
  status: "draft",
  mode: "approval",
  recorded: true,
  approval: null,
  tasks: 6,
  objective:
    "Todos get a priority of low, normal or high, and a list can be exported as CSV so that it opens in a spreadsheet without any work by hand.",
  request: "Add priorities to todos and let me export a list as CSV",
  facts: [
    { kind: "in_scope", items: ["Priority on new and stored todos", "CSV export from the command line"] },
    { kind: "out_of_scope", items: ["Sorting by priority", "Import of CSV"] },
    { kind: "stack", items: ["language: TypeScript", "runtime: Node 20", "tests: node --test"] },
    {
      kind: "rules",
      items: [
        "A todo has exactly one priority",
        "Stored lists stay readable",
        "Exports never change the list",
      ],
    },
    { kind: "documentation", items: ["README.md"] },
  ],
  risk_level: "yellow",
  risks: [
    {
      risk: "Stored lists of older versions have no priority",
      impact: "high",
      likelihood: "low",
      mitigation: "They read as normal; a test holds an old file",
    },
  ],
  criteria: [
    { text: "A list with priorities round-trips through the store", check: "test" },
    { text: "The export opens in a spreadsheet", check: null },
  ],
  gates: ["Tests: all pass", "Types: no errors"],
  grants: {
    commands: [
      { argv: ["npm", "test"], where: "T-05" },
      { argv: ["node", "scripts/export sample.mjs", "--out", "dist/sample.csv"], where: "T-05" },
    ],
    checks: [
      { name: "test", argv: ["npm", "run", "test"], source: "package.json#/scripts/test" },
      { name: "types", argv: ["npx", "--no-install", "tsc", "--noEmit"], source: "tsconfig.json" },
      { name: "lint", argv: ["npm", "run", "lint"], source: "package.json#/scripts/lint" },
    ],
    files: ["README.md", "src/csv.ts", "src/todo.ts", "test/csv.test.ts", "test/todo.test.ts"],
    protected_files: ["package.json", ".github/workflows/ci.yml"],
    minutes: { min: 42, max: 78, critical_path: 34 },
    cost: { min: 0.08, max: 0.15, budget: 2 },
    model_tasks: 4,
    branch: "masterplan/add-priorities-and-csv-export",
    hooks_skipped: [".husky/pre-commit"],
  },
  findings: [
    {
      code: "criteria.unchecked",
      task: "T-06",
      phase: null,
      message: "No check proves this; you will be asked to sign it off",
    },
    {
      code: "estimate.wide",
      task: null,
      phase: "P2",
      message: "The estimate of phase Export varies by more than half",
    },
  ],
  phases: [
    phase("P1", "Foundation", foundation, {
      goal: "Todos know their priority",
      checkpoint: "Old lists load",
    }),
    phase("P2", "Export", exporting, { goal: "A list can leave the program", gate: "person" }),
  ],
  run: null,
};

export const planHistory: readonly HistoryState[] = [
  { kind: "approved", text: "Version 1 approved", by: "Ada", at: Date.parse("2026-11-21T10:04:00Z") },
  {
    kind: "approval_refused",
    text: "The plan is at version 1 with another hash than the one you saw",
    by: "Ben",
    at: Date.parse("2026-11-21T10:02:00Z"),
  },
  {
    kind: "created",
    text: "Add priorities and CSV export",
    by: "Ada",
    at: Date.parse("2026-11-21T10:00:00Z"),
  },
];
