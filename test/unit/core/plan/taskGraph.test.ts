import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimate } from "../../../../src/core/plan/estimate";
import { parsePlan } from "../../../../src/core/plan/parsePlan";
import { tasksOf, type Plan } from "../../../../src/core/plan/plan";
import { phaseDependencies } from "../../../../src/core/plan/planEdges";
import { taskGraph } from "../../../../src/core/plan/taskGraph";
import { aPlanOf, aTask } from "./aPlan";

function planOf(value: unknown): Plan {
  const parsed = parsePlan(value);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value.plan;
}

const diamond = planOf(
  aPlanOf([
    {
      tasks: [
        aTask("a", { estimated_time_minutes: 5 }),
        aTask("b", { depends_on: ["a"], estimated_time_minutes: 10 }),
        aTask("c", { depends_on: ["a"], estimated_time_minutes: 2 }),
        aTask("d", { depends_on: ["b", "c"], estimated_time_minutes: 3 }),
      ],
    },
    { tasks: [aTask("e", { estimated_time_minutes: 1, estimate_max_minutes: 4 })] },
  ]),
);

/** Plans of up to 30 tasks over three phases, whose tasks depend on earlier ones only. */
const acyclic = fc
  .array(
    fc.record({ phase: fc.integer({ min: 0, max: 2 }), needs: fc.array(fc.nat(29), { maxLength: 4 }) }),
    {
      maxLength: 30,
    },
  )
  .map((specs) => {
    const sorted = [...specs].sort((a, b) => a.phase - b.phase);
    const tasks = sorted.map(({ phase, needs }, i) => ({
      phase,
      task: aTask(`t${i}`, { depends_on: [...new Set(needs.filter((n) => n < i).map((n) => `t${n}`))] }),
    }));
    return planOf(
      aPlanOf([0, 1, 2].map((p) => ({ tasks: tasks.filter((t) => t.phase === p).map((t) => t.task) }))),
    );
  });

describe("taskGraph", () => {
  it("PL-13 orders, groups and chains the tasks", () => {
    const graph = taskGraph(diamond);
    expect(graph.order).toEqual(["a", "b", "c", "d", "e"]);
    expect(graph.layers).toEqual([["a"], ["b", "c"], ["d"], ["e"]]);
    expect(graph.blocks("a")).toEqual(["b", "c"]);
    expect(graph.criticalPath((task) => task.estimated_time_minutes ?? 0)).toEqual({
      tasks: ["a", "b", "d", "e"],
      weight: 19,
    });
  });

  it("PL-13 tells what is ready, phases included", () => {
    const graph = taskGraph(diamond);
    expect(graph.ready(new Set())).toEqual(["a"]);
    expect(graph.ready(new Set(["a", "c"]))).toEqual(["b"]);
    expect(graph.ready(new Set(["a", "b", "c", "d"]))).toEqual(["e"]);
    expect(graph.ready(new Set(["a", "b", "c", "d", "e"]))).toEqual([]);
  });

  it("PL-13 estimates minutes without what is done", () => {
    expect(estimate(diamond)).toEqual({ min: 21, expected: 21, max: 24, critical_path: 19 });
    expect(estimate(diamond, new Set(["a", "b"]))).toEqual({ min: 6, expected: 6, max: 9, critical_path: 6 });
  });

  it("PL-14 a phase waits for the one before it unless it says otherwise", () => {
    const plan = planOf(
      aPlanOf([
        { tasks: [] },
        { tasks: [] },
        { tasks: [], depends_on_phases: [] },
        { tasks: [], depends_on_phases: ["p1"] },
      ]),
    );
    expect([...phaseDependencies(plan)]).toEqual([
      ["p1", []],
      ["p2", ["p1"]],
      ["p3", []],
      ["p4", ["p1"]],
    ]);
  });

  it("PL-13 finishes every plan by doing what is ready, and never before its time", () => {
    fc.assert(
      fc.property(acyclic, (plan) => {
        const graph = taskGraph(plan);
        const tasks = tasksOf(plan);
        expect([...graph.order].sort()).toEqual(tasks.map(({ task }) => task.task_id).sort());
        expect(graph.layers.flat().sort()).toEqual([...graph.order].sort());
        const done = new Set<string>();
        while (done.size < tasks.length) {
          const ready = graph.ready(done);
          expect(ready.length).toBeGreaterThan(0);
          for (const id of ready) {
            const entry = tasks.find(({ task }) => task.task_id === id);
            expect(entry?.task.depends_on.every((other) => done.has(other))).toBe(true);
          }
          done.add(ready[0] ?? "");
        }
      }),
    );
  });

  it("PL-13 takes a chain of 20,000 tasks without recursion", () => {
    const tasks = Array.from({ length: 20_000 }, (_, i) =>
      aTask(`t${i}`, { depends_on: i === 0 ? [] : [`t${i - 1}`] }),
    );
    const graph = taskGraph(planOf(aPlanOf([{ tasks }])));
    expect(graph.layers).toHaveLength(20_000);
    expect(graph.criticalPath(() => 1).weight).toBe(20_000);
  });
});
