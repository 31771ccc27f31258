import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../src/core/json";
import { parsePlan } from "../../../../src/core/plan/parsePlan";
import type { Plan } from "../../../../src/core/plan/plan";
import { changedTasks, planDiff } from "../../../../src/core/plan/planDiff";
import { aPlanOf, aTask } from "./aPlan";

function planOf(...phases: JsonObject[][]): Plan {
  const parsed = parsePlan(aPlanOf(phases.map((tasks) => ({ tasks }))));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value.plan;
}

describe("planDiff", () => {
  const before = planOf([aTask("a"), aTask("b"), aTask("c")], [aTask("d")]);

  it("PL-15 finds nothing between equal plans", () => {
    expect(planDiff(before, planOf([aTask("a"), aTask("b"), aTask("c")], [aTask("d")]))).toEqual([]);
  });

  it("PL-15 finds what was added, removed and changed by id", () => {
    const after = planOf([aTask("a", { title: "New" }), aTask("c"), aTask("x")], [aTask("d")]);
    const changes = planDiff(before, after);
    expect(changes).toEqual([
      {
        kind: "task",
        id: "a",
        title: "New",
        change: "changed",
        fields: [{ field: "title", before: "Task a", after: "New" }],
      },
      { kind: "task", id: "x", title: "Task x", change: "added", fields: [] },
      { kind: "task", id: "b", title: "Task b", change: "removed", fields: [] },
    ]);
    expect(changedTasks(changes)).toEqual(["a", "x"]);
  });

  it("PL-15 finds a task that moved to another milestone, and a new order, as one move each", () => {
    expect(planDiff(before, planOf([aTask("a"), aTask("b")], [aTask("d"), aTask("c")]))).toEqual([
      { kind: "task", id: "c", title: "Task c", change: "moved", fields: [], from: "m1", to: "m2" },
    ]);
    expect(planDiff(before, planOf([aTask("c"), aTask("a"), aTask("b")], [aTask("d")]))).toEqual([
      { kind: "task", id: "c", title: "Task c", change: "moved", fields: [], from: "m1", to: "m1" },
    ]);
  });
});
