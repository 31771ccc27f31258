import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../src/core/json";
import { parsePlan } from "../../../../src/core/plan/parsePlan";
import { planHash } from "../../../../src/core/plan/planHash";
import { aPlanFile, aPlanOf, aTask } from "./aPlan";

function faultsOf(value: unknown): { pointer: string; code: string; message: string }[] {
  const parsed = parsePlan(value);
  return parsed.ok ? [] : parsed.error;
}

function planOf(value: unknown) {
  const parsed = parsePlan(value);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

describe("parsePlan", () => {
  it("PL-1 keeps unknown fields under extra at every level, and they are part of the hash", () => {
    const { plan } = planOf(aPlanFile({ colour: "red" }, { mood: { calm: true } }));
    expect(plan.extra).toEqual({ mood: { calm: true } });
    const task = plan.phases[0]?.milestones[0]?.tasks[0];
    expect(task?.extra).toEqual({ colour: "red" });
    expect(planHash(plan)).not.toBe(planHash(planOf(aPlanFile({}, { mood: { calm: true } })).plan));
  });

  it("PL-1 reads its own output back unchanged", () => {
    const { plan } = planOf(aPlanFile({ colour: "red", status: "completed" }));
    expect(planOf(JSON.parse(JSON.stringify(plan))).plan).toEqual(plan);
  });

  it("PL-2 turns run state into claimed history outside the hash", () => {
    const { plan, claimed } = planOf(
      aPlanFile(
        {
          status: "completed",
          status_history: [{ status: "completed", timestamp: "2025-01-20T10:35:00Z" }],
          blocks: ["t2"],
        },
        { status: "in_progress", decisions: [{ decision: "Use JWT", rationale: "Known" }] },
      ),
    );
    expect(claimed?.tasks).toEqual({ t1: { state: "done", at: "2025-01-20T10:35:00Z" } });
    expect(claimed?.decisions).toEqual([{ decision: "Use JWT", rationale: "Known" }]);
    expect(claimed?.details?.["task:t1"]?.["status"]).toBe("completed");
    expect(planHash(plan)).toBe(planHash(planOf(aPlanFile()).plan));
  });

  it("PL-3 names a missing field, a wrong type and a wrong word by pointer", () => {
    const faults = faultsOf({
      ...aPlanFile({ task_type: "magic", description: 3 }),
      project_name: undefined,
    });
    expect(faults.map((fault) => [fault.pointer, fault.code])).toEqual(
      expect.arrayContaining([
        ["/project_name", "plan.required"],
        ["/phases/0/milestones/0/tasks/0/task_type", "plan.enum"],
        ["/phases/0/milestones/0/tasks/0/description", "plan.type"],
      ]),
    );
  });

  it("PL-4 refuses ids that differ only in case", () => {
    const faults = faultsOf(aPlanOf([{ tasks: [aTask("t1"), aTask("T1")] }]));
    expect(faults).toEqual([
      {
        pointer: "/phases/0/milestones/0/tasks/1/task_id",
        code: "plan.duplicateId",
        message: "The id T1 is already used at /phases/0/milestones/0/tasks/0/task_id",
      },
    ]);
  });

  it("PL-5 refuses a dependency that does not exist", () => {
    expect(faultsOf(aPlanFile({ depends_on: ["t9"] }))[0]).toMatchObject({
      pointer: "/phases/0/milestones/0/tasks/0/depends_on/0",
      code: "plan.unknownDependency",
    });
    expect(faultsOf(aPlanFile({ depends_on: ["T2"] }))[0]?.message).toContain("did you mean t2");
  });

  it("PL-6 names a whole cycle of tasks", () => {
    const tasks = [
      aTask("a", { depends_on: ["c"] }),
      aTask("b", { depends_on: ["a"] }),
      aTask("c", { depends_on: ["b"] }),
    ];
    const message = faultsOf(aPlanOf([{ tasks }]))[0]?.message ?? "";
    for (const id of ["a", "b", "c"]) expect(message).toContain(`task ${id}`);
  });

  it("PL-6 names a cycle that runs through phases", () => {
    const plan = aPlanOf([
      { tasks: [aTask("a", { depends_on: ["b"] })] },
      { depends_on_phases: ["p1"], tasks: [aTask("b")] },
    ]);
    const [fault] = faultsOf(plan);
    expect(fault?.code).toBe("plan.cycle");
    for (const name of ["task a", "task b", "phase p1", "phase p2"]) expect(fault?.message).toContain(name);
    expect(faultsOf(aPlanOf([{ depends_on_phases: ["p1"], tasks: [] }]))[0]?.code).toBe("plan.cycle");
  });

  it("PL-6 takes a dependency on a later phase when that phase waits for nothing", () => {
    const plan = aPlanOf([
      { tasks: [aTask("a", { depends_on: ["b"] })] },
      { depends_on_phases: [], tasks: [aTask("b")] },
    ]);
    expect(faultsOf(plan)).toEqual([]);
  });

  it.each([
    ["../secret", "leaves the workspace"],
    ["src/../../x", "leaves the workspace"],
    ["/etc/passwd", "is absolute"],
    ["C:\\Windows", "is absolute"],
    ["..\\x", "leaves the workspace"],
    ["{..,src}/x", "may leave the workspace"],
    ["~/x", "points to the home folder"],
    ["a\0b", "holds a NUL character"],
  ])("PL-7 refuses the path %j because it %s", (path, reason) => {
    const [fault] = faultsOf(aPlanFile({ file_scope: { write: [path] } }));
    expect(fault).toMatchObject({
      pointer: "/phases/0/milestones/0/tasks/0/file_scope/write/0",
      code: "plan.path",
    });
    expect(fault?.message).toContain(reason);
  });

  it.each(["src/**/*.ts", "./a", "a/../b", "..hidden/x", "{a,b}/**", "docs/été.md"])(
    "PL-7 takes the path %j",
    (path) => {
      expect(faultsOf(aPlanFile({ file_scope: { write: [path] } }))).toEqual([]);
    },
  );

  it("PL-8 refuses empty commands and predicates that lack a field", () => {
    expect(faultsOf(aPlanFile({ commands: [[]] }))[0]?.pointer).toContain("/commands/0");
    expect(faultsOf(aPlanFile({ commands: [[" "]] }))[0]?.code).toBe("plan.argv");
    expect(faultsOf(aPlanFile({ postconditions: [{ type: "file_exists" }] }))[0]?.code).toBe(
      "plan.predicate",
    );
    expect(faultsOf(aPlanFile({ postconditions: [{ type: "smells_good" }] }))).toEqual([]);
  });

  it("PL-9 refuses __proto__ keys, deep nesting and half characters before anything recursive", () => {
    expect(faultsOf(JSON.parse('{"__proto__": {"a": 1}}'))[0]?.code).toBe("plan.key");
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i += 1) deep = [deep];
    expect(faultsOf({ a: deep })[0]?.code).toBe("plan.depth");
    expect(faultsOf(aPlanFile({ title: "\ud83d" }))[0]?.code).toBe("plan.text");
  });

  it("PL-9 gives a fault or a plan for any JSON value, never an exception", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        parsePlan(value);
        parsePlan(aPlanFile({ commands: value as never }, { phases: value as never }));
      }),
    );
  });

  it("PL-10 takes 20,000 tasks and refuses one more", () => {
    const tasks = (count: number): JsonObject[] =>
      Array.from({ length: count }, (_, i) => aTask(`t${i}`, { depends_on: i === 0 ? [] : [`t${i - 1}`] }));
    expect(faultsOf(aPlanOf([{ tasks: tasks(20_000) }]))).toEqual([]);
    expect(faultsOf(aPlanOf([{ tasks: tasks(20_001) }]))[0]?.code).toBe("plan.tooManyTasks");
  });

  it("PL-11 hashes the RFC 8785 form: key order does not matter", () => {
    const file = aPlanFile();
    const shuffled = Object.fromEntries(Object.entries(file).reverse());
    expect(planHash(planOf(shuffled).plan)).toBe(planHash(planOf(file).plan));
    expect(planHash(planOf(file).plan)).toMatch(/^[0-9a-f]{64}$/u);
  });
});
