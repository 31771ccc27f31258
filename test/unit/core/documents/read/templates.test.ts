import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { importDocument } from "../../../../../src/core/documents/read/importDocument";
import { tasksOf } from "../../../../../src/core/plan/plan";

const folder = path.join(import.meta.dirname, "../../../../fixtures/plans");

function importFile(file: string) {
  const imported = importDocument(readFileSync(path.join(folder, file), "utf8"), file, "auto");
  if (!imported.ok) throw new Error(JSON.stringify(imported.error));
  const { plan, claimed, ...rest } = imported.value;
  const tasks = tasksOf(plan).map(({ task }) => task);
  const stateOf = (title: string): string | undefined => {
    const task = tasks.find((entry) => entry.title.startsWith(title));
    return task === undefined ? "no such task" : claimed?.tasks[task.task_id]?.state;
  };
  return { plan, claimed, tasks, stateOf, ...rest };
}

describe("the templates, filled in", () => {
  it("DO-7 reads the Spanish ExecPlan with every section", () => {
    const { plan, format, tasks, stateOf } = importFile("avatar.execplan-es.md");
    expect(format).toBe("execplan-es");
    expect(plan.project_name).toBe("Generar miniaturas de avatares");
    expect(plan.plan_type).toBe("feature");
    expect(plan.assignee).toBe("Backend Dev");
    expect(plan.estimate).toBe("1d");
    expect(plan.objective).toContain("miniatura");
    expect(plan.scope).toEqual({
      in: ["Endpoint de miniaturas", "Tests unitarios"],
      out: ["Recorte manual (otra tarea)"],
    });
    expect(plan.risk_level).toBe("yellow");
    expect(plan.files?.map((file) => [file.path, file.change])).toEqual([
      ["src/avatars/thumbnail.ts", "add"],
      ["src/server.ts", "modify"],
    ]);
    expect(plan.sign_off).toHaveLength(2);
    expect(plan.phases.map((phase) => [phase.name, phase.milestones[0]?.tasks.length])).toEqual([
      ["Setup & Validation", 2],
      ["Implementation", 2],
      ["Testing", 3],
      ["Documentation", 1],
    ]);
    expect(stateOf("Crear feature branch")).toBe("done");
    expect(stateOf("Implementar el endpoint")).toBeUndefined();
    expect(tasks.filter((task) => task.executor === "command").map((task) => task.commands)).toEqual([
      [["npm", "test"]],
      [["npm", "run", "lint"]],
    ]);
  });

  it("DO-7 reads the living ExecPlan: dates, partial work with both texts, log, decisions, risks and gates", () => {
    const { plan, claimed, format, tasks } = importFile("cache.execplan.md");
    expect(format).toBe("execplan");
    expect(tasks.map((task) => [task.executor, task.commands?.[0]?.join(" ")])).toEqual([
      ["manual", undefined],
      ["manual", undefined],
      ["manual", undefined],
      ["command", "npm test"],
    ]);
    expect(Object.values(claimed?.tasks ?? {})).toEqual([
      { state: "done", at: "2025-01-01T12:00Z" },
      { state: "partial", note: "completed: reading; remaining: eviction" },
    ]);
    expect(claimed?.progress[0]).toEqual({ text: "Cache reads, tests green", at: "2025-01-01T13:00Z" });
    expect(claimed?.decisions).toEqual([
      {
        decision: "Keep the cache in memory",
        rationale: "One process is enough",
        at: "2025-01-01",
        author: "ana",
      },
    ]);
    expect(claimed?.surprises).toEqual([
      { observation: "Keys are case-sensitive", evidence: "test/cache.test.ts" },
    ]);
    expect(plan.acceptance_criteria).toEqual(["A second read is served from memory", "Tests pass"]);
    expect(plan.risks?.[0]).toEqual({ risk: "stale data • likely", mitigation: "expire after a minute" });
    expect(plan.quality_gates?.[0]).toMatchObject({ gate: "Types", command: ["npx", "tsc", "--noEmit"] });
  });

  it("DO-7 reads the phases document: status lines, emoji of two mis-decodings, ordered lists with state, the first real feature", () => {
    const { plan, claimed, format, tasks, stateOf } = importFile("auth.phases.md");
    expect(format).toBe("phases");
    expect(plan.project_name).toBe("Sign in");
    expect(plan.phases).toHaveLength(3);
    expect(plan.phases[0]).toMatchObject({
      name: "Schema",
      goal: "Keep users",
      files_create: ["migrations/001.sql"],
      files_modify: ["docs/data.md"],
      complexity: "low",
      depends_on_phases: [],
    });
    expect(plan.phases[1]?.depends_on_phases).toEqual(["phase_01"]);
    expect(plan.phases[1]?.checkpoint?.commands).toEqual([["npm", "test"]]);
    expect(plan.phases[1]?.tests).toEqual({ unit: ["Signs in with a right password"], integration: [] });
    expect(tasks).toHaveLength(7);
    expect(stateOf("Create migration")).toBe("done");
    expect(stateOf("Write unit tests")).toBe("in_progress");
    expect(stateOf("Add rate limiting")).toBeUndefined();
    expect(tasks[1]?.depends_on).toEqual([tasks[0]?.task_id]);
    expect(Object.values(claimed?.tasks ?? {}).map((task) => task.state)).toEqual([
      "done",
      "done",
      "done",
      "in_progress",
    ]);
  });

  it("DO-7 reads an operations checklist: phases with a gate that a person opens", () => {
    const { plan, format, tasks, warnings } = importFile("ops.checklist.md");
    expect(format).toBe("ops");
    expect(plan.phases.map((phase) => [phase.name, phase.gate, phase.checkpoint?.text])).toEqual([
      ["Preflight (antes de tocar código)", undefined, undefined],
      ["Scaffolding", "person", "GO si: el servidor arranca y los tests pasan."],
    ]);
    expect(plan.phases[1]?.goal).toBe("Estructura mínima.");
    expect(plan.phases[1]?.milestones.map((milestone) => [milestone.name, milestone.tasks.length])).toEqual([
      ["Backend", 2],
      ["Verificación", 2],
    ]);
    expect(
      tasks.find((task) => task.title.startsWith("Crear modelos"))?.subtasks?.map((subtask) => subtask.title),
    ).toEqual(["app/models.py", "Plan", "Draft"]);
    expect(tasks.flatMap((task) => task.commands ?? [])).toEqual([["pytest", "tests/unit"]]);
    expect(warnings).toHaveLength(1);
    expect(plan.rollback).toEqual([{ description: "Revertir los commits." }]);
  });
});
