import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { exportPlan } from "../../../../../src/core/documents/write/exportPlan";
import { importDocument, type ImportedPlan } from "../../../../../src/core/documents/read/importDocument";
import { parsePlanText } from "../../../../../src/core/plan/parsePlanText";
import { planHash } from "../../../../../src/core/plan/planHash";
import { tasksOf } from "../../../../../src/core/plan/plan";

const fixtures = path.join(import.meta.dirname, "../../../../fixtures");
const files = [
  "plans/avatar.execplan-es.md",
  "plans/cache.execplan.md",
  "plans/auth.phases.md",
  "plans/ops.checklist.md",
  "documents/11me__light-session__tasks.md",
  "documents/artificial-intelligence-first__agdd__roadmap.md",
  "documents/9mak__oneco__tasks.md",
];

function imported(file: string, text = readFileSync(path.join(fixtures, file), "utf8")): ImportedPlan {
  const result = importDocument(text, file, "auto");
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function exported(source: ImportedPlan, format: string): string {
  const result = exportPlan(source.plan, { claimed: source.claimed, run: null }, format);
  if (!result.ok) throw result.error;
  return result.value.text;
}

function shape({ plan, claimed }: ImportedPlan) {
  return {
    phases: plan.phases.map((phase) => [phase.name, phase.milestones.flatMap((m) => m.tasks).length]),
    titles: tasksOf(plan).map(({ task }) => task.title.slice(0, 20)),
    states: tasksOf(plan).map(({ task }) => claimed?.tasks[task.task_id]?.state),
  };
}

describe("exportPlan", () => {
  it.each(files)("DO-14 %s as masterplan reads back as the same plan with the same hash", (file) => {
    const source = imported(file);
    const again = parsePlanText(exported(source, "masterplan"));
    expect(again.ok && again.value.plan).toEqual(source.plan);
    expect(again.ok && planHash(again.value.plan)).toBe(planHash(source.plan));
  });

  it.each(
    files.flatMap((file) => ["execplan", "execplan-es", "phases"].map((format) => [file, format] as const)),
  )("DO-15 %s as %s reads back with the same phases, steps and claims", (file, format) => {
    const source = imported(file);
    const again = imported(`x.${format}.md`, exported(source, format));
    expect(again.format).toBe(format);
    expect(shape(again)).toEqual(shape(source));
  });

  it("DO-15 writes a Mermaid chart with every task and dependency", () => {
    const source = imported("plans/auth.phases.md");
    const chart = exported(source, "mermaid");
    expect(chart.match(/:::/gu)).toHaveLength(7);
    expect(chart).toContain("t1 --> t2");
    expect(chart).toContain("p1 --> p2");
  });

  it("DO-15 says what it cannot write", () => {
    const source = imported("plans/auth.phases.md");
    const state = { claimed: null, run: null };
    const jira = exportPlan(source.plan, state, "jira-csv");
    expect(!jira.ok && jira.error.code).toBe("usage.notYet");
    const none = exportPlan(source.plan, state, "docx");
    expect(!none.ok && none.error.code).toBe("plan.unsupportedFormat");
  });
});
