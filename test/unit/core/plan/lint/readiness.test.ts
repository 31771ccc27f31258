import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../src/core/json";
import { lintPlan } from "../../../../../src/core/plan/lint/lintPlan";
import type { ReadinessContext } from "../../../../../src/core/plan/lint/readiness";
import { createTranslate } from "../../../../../src/core/translate";
import { aPlanOf, aTask } from "../aPlan";

const translate = createTranslate({});

function codesOf(phases: Parameters<typeof aPlanOf>[0], context?: ReadinessContext): string[] {
  const lint = lintPlan(JSON.stringify(aPlanOf(phases)), translate, context);
  expect(lint.faults).toEqual([]);
  return lint.findings.map((finding) => `${finding.task_id ?? finding.phase_id ?? ""}:${finding.code}`);
}

const good: JsonObject = { checks: ["test"], acceptance_criteria: ["It works"], estimated_time_minutes: 10 };

function taskCodes(fields: JsonObject, context?: ReadinessContext): string[] {
  const phases = [{ checkpoint: { text: "Works" }, tasks: [aTask("a", { ...good, ...fields })] }];
  return codesOf(phases, context);
}

describe("readiness", () => {
  it("PL-16 finds nothing in a task that says what it does and how that is proved", () => {
    expect(taskCodes({})).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    ["several_outputs", { expected_outputs: { files: ["a.ts", "b.ts"] } }],
    ["too_large", { expected_outputs: { lines_of_code: 400 } }],
    ["too_long", { estimated_time_minutes: 30 }],
    ["no_description", { description: " " }],
    ["no_proof", { checks: [], acceptance_criteria: [] }],
    ["unchecked_criterion", { acceptance_criteria: [{ text: "Looks right" }] }],
    ["long_title", { title: "x".repeat(256) }],
    ["complex_function", { description: "Cyclomatic complexity of 14 is fine" }],
  ])("PL-16 finds %s", (code, fields) => {
    expect(taskCodes(fields)).toContain(`a:${code}`);
  });

  it("PL-16 a task and its test file are one output", () => {
    expect(taskCodes({ expected_outputs: { files: ["src/a.ts", "test/a.test.ts"] } })).toEqual([]);
  });

  it("PL-16 finds a trivial task and one with too many dependencies", () => {
    expect(taskCodes({ checks: [], acceptance_criteria: [], estimated_time_minutes: 0.5 })).toContain(
      "a:trivial",
    );
    const ids = ["b", "c", "d", "e", "f"];
    const tasks = [...ids.map((id) => aTask(id, good)), aTask("a", { ...good, depends_on: ids })];
    expect(codesOf([{ checkpoint: { text: "x" }, tasks }])).toEqual(["a:many_dependencies"]);
  });

  it("PL-16 finds a dependency that no precondition expresses", () => {
    const first = aTask("a", { ...good, expected_outputs: { files: ["src/a.ts"] } });
    const blind = aTask("b", { ...good, depends_on: ["a"] });
    const told = aTask("b", {
      ...good,
      depends_on: ["a"],
      preconditions: [{ type: "file_exists", path: "src/a.ts" }],
    });
    expect(codesOf([{ checkpoint: { text: "x" }, tasks: [first, blind] }])).toEqual([
      "b:unexpressed_dependency",
    ]);
    expect(codesOf([{ checkpoint: { text: "x" }, tasks: [first, told] }])).toEqual([]);
  });

  it("PL-16 finds two parallel tasks that write one file, and not two that follow each other", () => {
    const a = aTask("a", { ...good, file_scope: { write: ["src/x.ts"] } });
    const b = aTask("b", { ...good, file_scope: { write: ["src/x.ts"] } });
    expect(codesOf([{ checkpoint: { text: "x" }, tasks: [a, b] }])).toEqual(["b:same_file"]);
    const later = { ...b, depends_on: ["a"], preconditions: [{ type: "file_exists", path: "src/x.ts" }] };
    expect(codesOf([{ checkpoint: { text: "x" }, tasks: [a, later] }])).toEqual([]);
  });

  it("PL-16 finds phases without checkpoint, outside 1 to 4 hours, or empty", () => {
    expect(codesOf([{ estimated_duration_hours: 9, tasks: [] }])).toEqual([
      "p1:no_checkpoint",
      "p1:phase_length",
      "p1:empty_phase",
    ]);
  });

  it("PL-16 finds files that nothing brings, checks that nobody has, and rules that nobody serves", () => {
    expect(
      taskCodes(
        { file_scope: { read: ["gone.ts", "here.ts"] } },
        { fileExists: (path) => path === "here.ts" },
      ),
    ).toEqual(["a:missing_file"]);
    expect(taskCodes({ checks: ["lint"] }, { checkNames: ["test"] })).toEqual(["a:unknown_check"]);
    expect(taskCodes({}, { discoveryNames: ["Unique email", "Say hello"] })).toEqual([":not_covered"]);
  });

  it("PL-16 finds predicates that nothing can check, and names those that are known", () => {
    const moon = [{ type: "moon_phase" }, { type: "moon_phase" }];
    expect(taskCodes({ postconditions: moon })).toEqual(["a:unknown_predicate"]);
    const tasks = [aTask("a", good)];
    const phases = [{ checkpoint: { text: "x", predicates: moon }, tasks }];
    const { findings } = lintPlan(JSON.stringify(aPlanOf(phases)), translate);
    expect(findings.map(({ code }) => code)).toEqual(["unknown_predicate"]);
    expect(findings[0]?.message).toMatch(/type moon_phase; known are file_exists, .*, command_succeeds$/u);
  });

  it("PL-16 finds checks that are configured and whose tool is not installed", () => {
    const missingTools = [{ check: "types", tool: "mypy", source: "pyproject.toml" }];
    expect(taskCodes({}, { missingTools })).toEqual([":missing_tool"]);
  });

  it("PL-16 finds equal titles", () => {
    const tasks = [aTask("a", { ...good, title: "Same" }), aTask("b", { ...good, title: "same" })];
    expect(codesOf([{ checkpoint: { text: "x" }, tasks }])).toEqual(["b:duplicate_title"]);
  });
});
