import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importDocument } from "../../../../../src/core/documents/read/importDocument";
import { tasksOf } from "../../../../../src/core/plan/plan";

function read(text: string, format = "auto", name = "plan.md") {
  const imported = importDocument(text, name, format);
  if (!imported.ok) throw new Error(JSON.stringify(imported.error));
  const { plan, claimed, ...rest } = imported.value;
  const tasks = tasksOf(plan).map(({ task }) => task);
  const claims = tasks.map((task) => claimed?.tasks[task.task_id]);
  return { plan, claimed, tasks, claims, titles: tasks.map((task) => task.title), ...rest };
}

function faultOf(text: string, format = "auto", name = "plan.md") {
  const imported = importDocument(text, name, format);
  return imported.ok ? undefined : imported.error[0];
}

describe("importDocument", () => {
  it.each<[string, string, object | undefined]>([
    ["- [x] Done", "Done", { state: "done" }],
    ["- [X] Done", "Done", { state: "done" }],
    ["- [ ] Open", "Open", undefined],
    ["- [x] (2026-01-29 00:30Z) Built", "Built", { state: "done", at: "2026-01-29 00:30Z" }],
    ["- [x] 2026-01-29 - Built", "Built", { state: "done", at: "2026-01-29" }],
    ["- [x] (10:44-08:00) Built", "Built", { state: "done", at: "10:44-08:00" }],
    ["- [~] Half", "Half", { state: "partial" }],
    ["- [✅] Emoji", "Emoji", { state: "done" }],
    ["- [🔄] Emoji", "Emoji", { state: "in_progress" }],
    ["- [ ]* Optional one", "Optional one", undefined],
    ["- [x] Ship it **[COMPLETED]**", "Ship it", { state: "done", note: "COMPLETED" }],
    ["- [ ] Ship it (DEFERRED: no time)", "Ship it", { state: "skipped", note: "DEFERRED: no time" }],
    ["1. [x] Numbered box", "Numbered box", { state: "done" }],
    ["1. `DONE` Create it", "Create it", { state: "done" }],
    ["1. `TODO` Create it", "Create it", undefined],
    ["- [x] ~~Struck~~", "Struck", { state: "done" }],
    ["- [ ] ~~Dropped~~", "Dropped", { state: "skipped" }],
    ["- [x] **Task 1: Screen** (AC: 1, 2)", "Screen (AC: 1, 2)", { state: "done" }],
    ["- [ ] wraps\n  over lines", "wraps over lines", undefined],
    ["- [x] `src/a.ts` exists", "src/a.ts exists", { state: "done" }],
    ["- [ ] keeps snake_case_names and 2 * 3 * 4", "keeps snake_case_names and 2 * 3 * 4", undefined],
    ["- [ ] see [the guide](https://x.test/a_b)", "see the guide", undefined],
  ])("DO-8 reads %j", (line, title, claim) => {
    const { titles, claims } = read(`# Plan\n\n## Steps\n\n${line}\n`);
    expect(titles).toEqual([title]);
    expect(claims).toEqual([claim]);
  });

  it("DO-8 a legend in the document says what its signs mean", () => {
    expect(read("# P\n\nLegend: `[~]` = deferred\n\n## Tasks\n\n- [~] Later\n").claims[0]?.state).toBe(
      "skipped",
    );
    expect(read("# P\n\n- [~]: in progress\n\n## Tasks\n\n- [~] Now\n- [ ] Next\n").claims[0]?.state).toBe(
      "in_progress",
    );
  });

  it("DO-9 boxes that are no work stay out: criteria, risks, prose and fences", () => {
    const { titles } = read(
      "# P\n\nTick [x] in prose\n\n## Acceptance Criteria\n\n- [ ] Fast\n\n## Risks\n\n- [ ] Slow\n\n## Tasks\n\n- [ ] Work\n\n```md\n# comment\n- [ ] not this\n```\n",
    );
    expect(titles).toEqual(["Work"]);
  });

  it("DO-9 a box line that names a phase tells the phase's state", () => {
    const { plan, claims } = read(
      "# P\n\n## Overview\n\n- [x] Phase 1: Setup\n- [ ] Phase 2: Build\n\n## Phase 1: Setup\n\n1. Install\n2. Check\n\n## Phase 2: Build\n\n1. Write\n",
    );
    expect(plan.phases.map((phase) => phase.name)).toEqual(["Setup", "Build"]);
    expect(claims.map((claim) => claim?.state)).toEqual(["done", "done", undefined]);
  });

  it("DO-9 reads a status line in Spanish with a date", () => {
    const { claims } = read(
      "# P\n\n## Fase 0: Base (2 días)\n\nEstado: **completada y validada - 2026-08-15**\n\n1. Crear\n\n## Fase 1: Resto\n\n- [ ] Seguir\n",
    );
    expect(claims).toEqual([{ state: "done", at: "2026-08-15" }, undefined]);
  });

  it("DO-9 a story marked done with every box open is done", () => {
    const story =
      "# Story 1.1: X\n\n## Status\n\nDone\n\n## Story\n\nAs a user\n\n## Acceptance Criteria\n\n1. Works\n\n## Tasks / Subtasks\n\n- [ ] A\n  - [ ] a1\n- [ ] B\n";
    expect(read(story).claims.map((claim) => claim?.state)).toEqual(["done", "done"]);
    expect(read(story.replace("Done", "Draft")).claims).toEqual([undefined, undefined]);
  });

  it("DO-9 an open box over ticked ones is partly done, with both texts", () => {
    expect(read("# P\n\n## Tasks\n\n- [ ] All\n  - [x] One\n  - [ ] Two\n").claims).toEqual([
      { state: "partial", note: "completed: One; remaining: Two" },
    ]);
  });

  it("DO-10 reads Kiro tasks that hold tasks as phases", () => {
    const { plan, tasks, format } = read(
      "# Implementation Plan\n\n- [x] 1. Set up\n- [ ] 2. Build\n  - [x] 2.1 Model\n    - _Requirements: 1.1_\n  - [ ] 2.2 View\n    - _Requirements: 1.2_\n",
    );
    expect(format).toBe("kiro");
    expect(plan.phases.map((phase) => phase.name)).toEqual(["Set up", "Build"]);
    expect(tasks.map((task) => [task.task_id, task.title])).toEqual([
      ["task_001", "Set up"],
      ["2.1", "Model"],
      ["2.2", "View"],
    ]);
    expect(tasks[2]?.depends_on).toEqual(["2.1"]);
  });

  it("DO-10 reads spec-kit tasks that are headings", () => {
    const { tasks, format } = read(
      "# Tasks\n\n### Phase 1\n\n#### T001: Create project [P]\n\nDo it.\n\n#### T002: Add tests\n\n- [ ] one\n",
    );
    expect(format).toBe("spec-kit");
    expect(tasks.map((task) => [task.task_id, task.title])).toEqual([
      ["T001", "Create project"],
      ["T002", "Add tests"],
    ]);
    expect(tasks[0]?.description).toContain("Do it.");
  });

  it("DO-11 reads Task Master files with mixed ids, dangling ones and cycles", () => {
    const { tasks, warnings, format, claims } = read(
      JSON.stringify({
        tasks: [
          { id: 1, title: "A", status: "done", dependencies: ["3"] },
          { id: "2", title: "B", status: "deferred", dependencies: "1,9", extra: 1 },
          {
            id: 3,
            title: "C",
            status: "todo",
            dependencies: [2],
            subtasks: [{ id: 1, title: "c1", status: "completed" }],
          },
        ],
      }),
      "auto",
      "tasks.json",
    );
    expect(format).toBe("task-master");
    expect(claims.map((claim) => claim?.state)).toEqual(["done", "skipped", "partial"]);
    expect(tasks.map((task) => task.depends_on.length)).toEqual([1, 0, 1]);
    expect(warnings.join("\n")).toContain("9, which is no task");
    expect(warnings.join("\n")).toContain("form a cycle");
  });

  it("DO-12 names what is no plan", () => {
    expect(faultOf("")?.code).toBe("plan.noSteps");
    expect(faultOf("Only prose.\n")?.code).toBe("plan.noSteps");
    expect(faultOf("# P\n<<<<<<< HEAD\n- [ ] a\n=======\n- [ ] b\n>>>>>>> x\n")).toMatchObject({
      code: "plan.conflict",
      line: 2,
    });
    expect(faultOf('{"tasks": [\n<<<<<<< HEAD\n')).toMatchObject({ code: "plan.conflict", line: 2 });
    expect(faultOf(`${">".repeat(100)} deep`)).toMatchObject({ code: "plan.depth", line: 1 });
    expect(faultOf("x", "nonsense")?.code).toBe("plan.unknownFormat");
    expect(faultOf("x".repeat(5 * 1024 * 1024 + 1))?.code).toBe("plan.tooLarge");
    expect(faultOf("{}", "task-master")?.code).toBe("plan.noSteps");
  });

  it("DO-12 takes a plan file of the reference's layout without a version, and says so", () => {
    const { format, warnings, claims } = read(
      JSON.stringify({
        project_name: "API",
        user_request_original: "Build an API",
        status: "in_progress",
        masterplan_hierarchy: {
          phases: [
            {
              phase_id: "phase_01",
              name: "Base",
              status: "completed",
              milestones: [
                {
                  milestone_id: "m1",
                  name: "M",
                  phase_id: "phase_01",
                  tasks: [
                    {
                      task_id: "task_001",
                      title: "T",
                      description: "D",
                      task_type: "setup",
                      depends_on: [],
                      blocks: ["task_002"],
                      status: "completed",
                    },
                  ],
                },
              ],
            },
          ],
        },
      }),
    );
    expect(format).toBe("masterplan");
    expect(warnings).toHaveLength(1);
    expect(claims).toEqual([{ state: "done" }]);
  });

  it("DO-13 never throws, whatever the text", () => {
    const line = fc.constantFrom(
      "# P",
      "## Phase 1: A",
      "- [ ] a",
      "  - [x] b",
      "1. c",
      "```",
      "---",
      "| a | b |",
      "|---|---|",
      "**Status:** Done",
      "> q",
      "",
      "T001",
      "<!-- x",
      "- [~] `x` (y",
      "[x]: y",
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(line, fc.string()), { maxLength: 30 }),
        fc.constantFrom("\n", "\r\n"),
        (lines, end) => {
          importDocument(lines.join(end), "x.md", "auto");
        },
      ),
      { numRuns: 300 },
    );
    fc.assert(fc.property(fc.json(), (text) => void importDocument(text, "x.json", "auto")));
  });
});
