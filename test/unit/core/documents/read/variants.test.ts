import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importDocument } from "../../../../../src/core/documents/read/importDocument";
import { readCommand } from "../../../../../src/core/documents/read/commandText";
import { readHours } from "../../../../../src/core/documents/read/durations";
import { repairText } from "../../../../../src/core/documents/read/repairText";

function outline(text: string) {
  const imported = importDocument(text, "plan.md", "auto");
  if (!imported.ok) throw new Error(JSON.stringify(imported.error));
  const { plan, claimed } = imported.value;
  return plan.phases.map((phase) => ({
    name: phase.name,
    tasks: phase.milestones.flatMap((milestone) => milestone.tasks.map((task) => task.title)),
    states: phase.milestones.flatMap((milestone) =>
      milestone.tasks.map((task) => claimed?.tasks[task.task_id]?.state),
    ),
  }));
}

describe("how real plans differ", () => {
  it.each<[string, string, string[]]>([
    [
      "several first-rank headings are phases",
      "# Phase 1: A\n\n- [ ] a\n\n# Phase 2: B\n\n- [ ] b\n",
      ["A", "B"],
    ],
    ["no title at all", "## Sprint 0\n\n- [ ] a\n\n## Sprint 1\n\n- [ ] b\n", ["Sprint 0", "Sprint 1"]],
    [
      "letters and codes",
      "# P\n\n## Phase A: One\n\n- [ ] a\n\n## M13\n\n- [ ] b\n\n## PR1: Base\n\n- [ ] c\n",
      ["One", "M13", "Base"],
    ],
    ["days and runs", "# P\n\n## Day 1\n\n- [ ] a\n\n## Run 24\n\n- [ ] b\n", ["Day 1", "Run 24"]],
    [
      "numbers with gaps",
      "# P\n\n## Phase 1\n\n- [ ] a\n\n## Phase 4.5: Late\n\n- [ ] b\n",
      ["Phase 1", "Late"],
    ],
    ["German", "# Plan\n\n## Ziel\n\n- [ ] nicht dies\n\n## Aufgaben\n\n- [ ] das\n", ["Plan"]],
    [
      "French",
      "# Plan\n\n## Étape 1 : Base\n\n- [ ] a\n\n## Étape 2 : Suite\n\n- [ ] b\n",
      ["Base", "Suite"],
    ],
    ["Russian", "# План\n\n## Этап 1: База\n\n- [x] а\n\n## Этап 2: Ещё\n\n- [ ] б\n", ["База", "Ещё"]],
    [
      "Chinese",
      "# 计划\n\n## 第一阶段：基础\n\n- [ ] 甲\n\n## 第二阶段：扩展\n\n- [ ] 乙\n",
      ["基础", "扩展"],
    ],
    ["right to left", "# Plan\n\n## Phase 1: الأساس\n\n- [ ] خطوة أولى\n", ["الأساس"]],
    [
      "fences between the steps",
      "# P\n\n## Phase 1: A\n\n1. one\n\n```bash\n# Phase 9: no\nls\n```\n\n2. two\n\n## Phase 2: B\n\n- [ ] b\n",
      ["B"],
    ],
  ])("DO-16 %s", (_, text, names) => {
    expect(outline(text).map((phase) => phase.name)).toEqual(names);
  });

  it("DO-16 a choice of states that nobody made is none", () => {
    const [phase] = outline("# P\n\n## Phase 1: A\n\n**Status:** PASS / FAIL / BLOCKED\n\n1. one\n2. two\n");
    expect(phase?.states).toEqual([undefined, undefined]);
  });

  it("DO-16 lists that fences cut into pieces are one list", () => {
    const [phase] = outline(
      "# P\n\n## Steps\n\n1. one\n\n```sh\nls\n```\n\n2. two\n\n```sh\nls\n```\n\n3. three\n",
    );
    expect(phase?.tasks).toEqual(["one", "two", "three"]);
  });

  it("DO-16 reads any checklist with the counts that it was written with", () => {
    const title = fc.stringMatching(/^[A-Za-z][a-z]{2,12}( [a-z]{3,9}){0,3}$/u);
    const step = fc.record({ title, done: fc.boolean() });
    const phases = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        phases,
        fc.constantFrom("\n", "\r\n"),
        fc.constantFrom("-", "*", "1."),
        (plan, end, bullet) => {
          const lines = plan.flatMap((steps, i) => [
            `## Phase ${i + 1}: Part`,
            "",
            ...steps.map((one) => `${bullet} [${one.done ? "x" : " "}] Do ${one.title}`),
            "",
          ]);
          const read = outline(["# Plan", "", ...lines].join(end));
          expect(read.map((phase) => phase.tasks)).toEqual(
            plan.map((steps) => steps.map((one) => `Do ${one.title}`)),
          );
          expect(read.map((phase) => phase.states)).toEqual(
            plan.map((steps) => steps.map((one) => (one.done ? "done" : undefined))),
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("readCommand", () => {
  it.each([
    ["npm test", ["npm", "test"]],
    ["$ npm run build", ["npm", "run", "build"]],
    ["pytest -q", ["pytest", "-q"]],
    ["pytest", ["pytest"]],
    ["go test ./...", ["go", "test", "./..."]],
    ["./scripts/check.sh --all", ["./scripts/check.sh", "--all"]],
    [`node -e "console.log(1)"`, ["node", "-e", "console.log(1)"]],
    ["uv run -m pytest 'a b'", ["uv", "run", "-m", "pytest", "a b"]],
  ])("DO-17 reads %j as a command line", (code, argv) => {
    const reading = readCommand(code);
    expect(reading.kind === "argv" ? reading.argv : undefined).toEqual(argv);
  });

  it.each([
    "npm test && npm run build",
    "pytest > out.txt",
    "echo hi | node x.js",
    "npm run $SCRIPT",
    "FOO=1 npm test",
    "cd ui && npm test",
    "npm test `id`",
    "node *.js",
  ])("DO-17 leaves %j to a person, because it needs a shell", (code) => {
    expect(readCommand(code).kind).toBe("shell");
  });

  it.each(["pytest tests/test_[module].py", "npm run <script>"])(
    "DO-17 leaves %j to a person, because it has a gap",
    (code) => {
      expect(readCommand(code).kind).toBe("placeholder");
    },
  );

  it.each([
    "src/a.ts",
    "node",
    "npm",
    "docker",
    "README.md",
    "git push --force",
    "rm -rf /",
    "sudo make install",
    "get_plan()",
    "GET /ops/plan",
    "sudo npm test",
  ])("DO-17 takes %j for a name, not for a command", (code) => {
    expect(readCommand(code).kind).toBe("none");
  });

  it("DO-17 never gives a vector with shell signs outside quotes", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const reading = readCommand(`npm ${text}`);
        if (reading.kind === "argv") expect(reading.argv.length).toBeGreaterThan(0);
      }),
    );
  });
});

it.each<[string, object | null]>([
  ["(2 días)", { min: 16, max: 16 }],
  ["1-2 hours", { min: 1, max: 2 }],
  ["(30 minutes)", { min: 0.5, max: 0.5 }],
  ["3 ساعات", { min: 3, max: 3 }],
  ["1,5 h", { min: 1.5, max: 1.5 }],
  ["soon", null],
  ["v2 design", null],
])("DO-18 reads the hours of %j", (text, hours) => {
  expect(readHours(text)).toEqual(hours);
});

it.each([
  ["âœ… Phase 1", "✅ Phase 1"],
  ["‚úÖ", "✅"],
  ["Ã±andÃº", "ñandú"],
  ["Ã¢Å“â€¦", "✅"],
  ["naïve café — “ok”", "naïve café — “ok”"],
  ["計画", "計画"],
])("DO-6 repairs %j", (text, repaired) => {
  expect(repairText(text)).toBe(repaired);
});
