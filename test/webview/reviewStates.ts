import { wordMarks } from "../../src/core/change/diff/wordMarks";
import type { FileState, HunkState, LineState, OpenReview, ReviewState } from "../../src/protocol/reviewView";

const context = (text: string): LineState => ({ kind: "context", text });
const add = (text: string): LineState => ({ kind: "add", text });
const remove = (text: string): LineState => ({ kind: "remove", text });

function hunk(number: number, start: number, lines: LineState[]): HunkState {
  const marks = wordMarks(lines);
  return {
    number,
    before_start: start,
    before_lines: lines.filter(({ kind }) => kind !== "add").length,
    after_start: start,
    after_lines: lines.filter(({ kind }) => kind !== "remove").length,
    lines: lines.map((line, index) => {
      const own = (marks[index] ?? []).map(({ start, end }) => [start, end] as const);
      return own.length === 0 ? line : { ...line, marks: own };
    }),
  };
}

function file(path: string, hunks: HunkState[], change: Partial<FileState> = {}): FileState {
  const count = (kind: string): number =>
    hunks.reduce((sum, { lines }) => sum + lines.filter((line) => line.kind === kind).length, 0);
  return {
    path,
    kind: "modify",
    binary: false,
    out_of_scope: false,
    protected: false,
    mode: null,
    added: count("add"),
    removed: count("remove"),
    hunk_numbers: hunks.map(({ number }) => number),
    hunks,
    ...change,
  };
}

const readme = file("README.md", [
  hunk(1, 9, [
    context("## Use"),
    context(""),
    remove("Todos have a title and a state."),
    add("Todos have a title, a state and a priority (low, normal or high)."),
    context(""),
    context("```sh"),
    remove('npm run todo -- add "Buy milk"'),
    add('npm run todo -- add --priority high "Buy milk"'),
    context("```"),
  ]),
  hunk(2, 31, [
    context("## Files"),
    context(""),
    add("### Export"),
    add(""),
    add(
      "`npm run todo -- export list.csv` writes the list as comma separated values, quoted as RFC 4180 says, so that a spreadsheet reads it without questions.",
    ),
    context("Lists are stored as JSON."),
  ]),
]);

const manifest = file(
  "package.json",
  [
    hunk(3, 12, [
      context('    "test": "node --test",'),
      add('    "export": "node dist/export.js",'),
      context('    "lint": "node scripts/lint.ts"'),
    ]),
  ],
  { out_of_scope: true, protected: true },
);

const open: OpenReview = {
  kind: "open",
  revision: 1,
  run: "r_01JB0000000000000000000000",
  task: "T-04",
  title: "Document priorities and CSV",
  attempt: 2,
  max_attempts: 3,
  recorded: true,
  summary: "The README shows how a priority is given and how a list is exported.",
  change_hash: "c0ffee00c0ffee00c0ffee00c0ffee00",
  evidence: [
    {
      check: "syntax",
      layer: "syntax",
      status: "passed",
      summary: "2 files parse",
      command: "",
      duration_ms: 12,
      passed: null,
      total: null,
      output: "",
    },
    {
      check: "test",
      layer: "tests",
      status: "passed",
      summary: "14 of 14 tests passed",
      command: "npm run test",
      duration_ms: 4200,
      passed: 14,
      total: 14,
      output: "9f86d081884c",
    },
    {
      check: "lint",
      layer: "lint",
      status: "passed",
      summary: "No findings",
      command: "npm run lint",
      duration_ms: 900,
      passed: null,
      total: null,
      output: "2c26b46b68ff",
    },
    {
      check: "types",
      layer: "types",
      status: "not_applicable",
      summary: "No file with types changed",
      command: "",
      duration_ms: 0,
      passed: null,
      total: null,
      output: "",
    },
    {
      check: "security",
      layer: "security",
      status: "not_verified",
      summary: "npm audit gave no readable answer",
      command: "npm audit --json",
      duration_ms: 30_000,
      passed: null,
      total: null,
      output: "4e07408562be",
    },
  ],
  criteria: [
    { text: "README documents CSV", state: "proved", check: "postcondition 1" },
    { text: "A newcomer understands the priorities", state: "open", check: null },
  ],
  feedback: ["README.md, hunk 1: say what happens to stored lists without a priority"],
  needs_waiver: ["security"],
  files: [readme, manifest],
};

const longLines = Array.from({ length: 1200 }, (_, index) =>
  index % 7 === 0 ? add(`  step(${String(index)});`) : context(`  keep(${String(index)});`),
);

export const reviewStates: Readonly<Record<string, ReviewState>> = {
  review: open,
  clean: {
    ...open,
    recorded: false,
    needs_waiver: [],
    feedback: [],
    attempt: 1,
    criteria: open.criteria.slice(0, 1),
    evidence: open.evidence.slice(0, 4),
    files: [readme],
  },
  special: {
    ...open,
    needs_waiver: [],
    evidence: [
      {
        ...open.evidence[1]!,
        status: "failed",
        summary: "1 of 14 tests failed: quotes line breaks",
        passed: 13,
      },
    ],
    files: [
      file("assets/logo.png", [hunk(1, 0, [])], { binary: true, kind: "add" }),
      file("scripts/run.sh", [hunk(2, 0, [])], { kind: "mode", mode: "100644 → 100755" }),
      file("src/long.ts", [hunk(3, 1, longLines)]),
      file("src/old.ts", [hunk(4, 1, [remove("export const old = 1;")])], { kind: "delete" }),
    ],
  },
  settled: {
    kind: "closed",
    revision: 3,
    run: open.run,
    task: open.task,
    title: open.title,
    text: "",
  },
};
