import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tasksOf, type Plan, type Task } from "../../../../src/core/plan/plan";
import type { Run } from "../../../../src/core/run/run";
import type { RunEvent } from "../../../../src/core/run/runEvent";
import { reduceRun, replayRun } from "../../../../src/core/run/runReducer";
import { schedule, type Step } from "../../../../src/core/run/scheduler";
import { mayRunTogether } from "../../../../src/core/run/footprint";
import { aPlan, aRun, aTask, phasesOf, queued, started } from "../../../support/builders";

function stepsOf(plan: Plan, run: Run, active: readonly string[] = []): readonly Step[] {
  const specs = new Map(tasksOf(plan).map(({ task }) => [task.task_id, task]));
  return schedule({ run, phases: phasesOf(plan), specs, active: new Set(active) });
}

const openPhase: RunEvent = { at: 1_500, type: "phase.started", phase_id: "P1" };
const path = (task_id: string, ...states: readonly [string, string, string][]): RunEvent[] =>
  states.map(
    ([from, to, cause]) =>
      ({ at: 2_000, type: "task.status", task_id, from, to, cause, by: cause }) as RunEvent,
  );
const toDone = (id: string) =>
  path(
    id,
    ["pending", "in_progress", "scheduler"],
    ["in_progress", "ready_for_test", "executor"],
    ["ready_for_test", "tested", "validator"],
    ["tested", "in_review", "validator"],
    ["in_review", "done", "person"],
  );
const toFailed = (id: string, reason = "x"): RunEvent[] => [
  ...path(id, ["pending", "in_progress", "scheduler"]),
  {
    at: 2_001,
    type: "task.status",
    task_id: id,
    from: "in_progress",
    to: "failed",
    cause: "executor",
    by: "executor",
    reason,
  },
];

describe("schedule", () => {
  const plan = aPlan([aTask("A"), aTask("B", { depends_on: ["A"] }), aTask("C")]);

  it("SC-1 starts nothing before its phase, and the phase before its tasks", () => {
    expect(stepsOf(plan, aRun(plan))).toEqual([{ kind: "start_phase", phase_id: "P1" }]);
  });

  it("SC-2 starts tasks in plan order, as many as may run at once", () => {
    const run = aRun(plan, [openPhase]);
    expect(stepsOf(plan, run)).toEqual([{ kind: "start_task", task_id: "A" }]);
    const scoped = aPlan([
      aTask("A", { file_scope: { write: ["a/**"] } }),
      aTask("C", { file_scope: { write: ["c/**"] } }),
    ]);
    const wide = aRun(scoped, [openPhase], { concurrency: 4 });
    expect(stepsOf(scoped, wide)).toEqual([
      { kind: "start_task", task_id: "A" },
      { kind: "start_task", task_id: "C" },
    ]);
  });

  it("SC-3 blocks what depends on a task that failed for good, and frees it again", () => {
    const failed = aRun(plan, [openPhase, ...toFailed("A", "final: no")]);
    expect(stepsOf(plan, failed)).toContainEqual({
      kind: "block_task",
      task_id: "B",
      reason: "dependency: A is failed",
    });
    const blocked = replayRun(failed, [
      {
        at: 3_000,
        type: "task.status",
        task_id: "B",
        from: "pending",
        to: "blocked",
        cause: "scheduler",
        by: "scheduler",
        reason: "dependency: A is failed",
      },
      {
        at: 3_001,
        type: "task.status",
        task_id: "A",
        from: "failed",
        to: "pending",
        cause: "person",
        by: "x",
      },
    ]);
    expect(stepsOf(plan, blocked)).toContainEqual({ kind: "unblock_task", task_id: "B" });
  });

  it("SC-4 retries by rule until the attempts are used up", () => {
    const once = aRun(plan, [openPhase, ...toFailed("A")]);
    expect(stepsOf(plan, once)).toContainEqual({ kind: "retry_task", task_id: "A" });
    const task = once.tasks.get("A")!;
    const spent = { ...once, tasks: new Map(once.tasks).set("A", { ...task, failed_attempts: 3 }) };
    expect(stepsOf(plan, spent)).not.toContainEqual({ kind: "retry_task", task_id: "A" });
  });

  it("SC-5 opens nothing behind a skipped task until a person lets it go on", () => {
    const skipped = aRun(plan, [
      openPhase,
      {
        at: 2_000,
        type: "task.status",
        task_id: "A",
        from: "pending",
        to: "skipped",
        cause: "person",
        by: "x",
        reason: "no",
      },
    ]);
    expect(stepsOf(plan, skipped)).toContainEqual({
      kind: "block_task",
      task_id: "B",
      reason: "dependency: A is skipped",
    });
    const waived = replayRun(skipped, [
      ...path("B", ["pending", "blocked", "scheduler"], ["blocked", "pending", "person"]),
      ...toDone("C"),
    ]);
    expect(stepsOf(plan, waived)).toEqual([{ kind: "start_task", task_id: "B" }]);
  });

  it("SC-6 checks a phase when all of it is settled, completes it on GO, and only then opens the next", () => {
    const two: Plan = {
      ...plan,
      phases: [
        ...plan.phases,
        {
          phase_id: "P2",
          name: "Second",
          milestones: [{ milestone_id: "P2.M1", name: "m", tasks: [aTask("D")] }],
        },
      ],
    };
    const through = replayRun(null, [
      queued(two),
      started,
      openPhase,
      ...toDone("A"),
      ...toDone("B"),
      ...toDone("C"),
    ]);
    expect(stepsOf(two, through)).toEqual([{ kind: "check_phase", phase_id: "P1" }]);
    const go = reduceRun(through, {
      at: 4_000,
      type: "phase.gate",
      phase_id: "P1",
      state: "go",
      by: "validator",
    });
    expect(stepsOf(two, go)).toEqual([{ kind: "complete_phase", phase_id: "P1" }]);
    const waiting = reduceRun(through, {
      at: 4_000,
      type: "phase.gate",
      phase_id: "P1",
      state: "waiting",
      by: "validator",
    });
    expect(stepsOf(two, waiting)).toEqual([{ kind: "wait" }]);
    const next = reduceRun(go, { at: 4_001, type: "phase.completed", phase_id: "P1" });
    expect(stepsOf(two, next)).toEqual([{ kind: "start_phase", phase_id: "P2" }]);
  });

  it("SC-7 waits when only a person can go on, and does nothing while paused", () => {
    const manual = aPlan([aTask("A", { executor: "manual" })]);
    const inHands = aRun(manual, [openPhase, ...path("A", ["pending", "in_progress", "scheduler"])]);
    expect(stepsOf(manual, inHands)).toEqual([{ kind: "wait" }]);
    const paused = reduceRun(inHands, {
      at: 5_000,
      type: "run.paused",
      reason: "user",
      by: "x",
      can_resume: true,
    });
    expect(stepsOf(manual, paused)).toEqual([]);
  });

  it("SC-8 a claimed task satisfies its dependants", () => {
    const run = replayRun(null, [queued(plan, {}, ["A", "C"]), started, openPhase]);
    expect(stepsOf(plan, run)).toEqual([{ kind: "start_task", task_id: "B" }]);
  });

  it("SC-9 ends every random plan with random failures: no task before its dependencies, no standstill", () => {
    const graphs = fc
      .array(
        fc.record({
          deps: fc.array(fc.nat(), { maxLength: 3 }),
          fate: fc.constantFrom("done", "done", "failed", "skipped"),
        }),
        {
          minLength: 1,
          maxLength: 25,
        },
      )
      .map((nodes) =>
        nodes.map(({ deps, fate }, index) => ({
          fate,
          task: aTask(`N${index}`, {
            depends_on: index === 0 ? [] : [...new Set(deps.map((d) => `N${d % index}`))],
          }),
        })),
      );
    fc.assert(
      fc.property(graphs, (nodes) => {
        const random = aPlan(nodes.map(({ task }) => task));
        const fate = new Map(nodes.map(({ task, fate: end }) => [task.task_id, end]));
        let run = aRun(random);
        for (let turn = 0; turn < 500; turn += 1) {
          const steps = stepsOf(random, run);
          if (steps.length === 1 && (steps[0]?.kind === "wait" || steps[0]?.kind === "complete_run")) break;
          expect(steps.length).toBeGreaterThan(0);
          for (const step of steps) run = perform(run, step, fate);
        }
        const end = stepsOf(random, run)[0]?.kind;
        expect(["wait", "complete_run"]).toContain(end);
        const allDone = [...run.tasks.values()].every(
          (task) => task.status === "done" || task.status === "skipped",
        );
        expect(end === "complete_run").toBe(allDone);
      }),
      { numRuns: 200 },
    );
  });
});

/** Takes a step with the outcome that fate holds for the task; checks that its dependencies were satisfied. */
function perform(run: Run, step: Step, fate: ReadonlyMap<string, string>): Run {
  switch (step.kind) {
    case "start_phase":
      return reduceRun(run, { at: 1, type: "phase.started", phase_id: step.phase_id });
    case "start_task": {
      for (const id of run.tasks.get(step.task_id)?.depends_on ?? [])
        expect(run.tasks.get(id)?.status).toBe("done");
      const end = fate.get(step.task_id);
      if (end === "failed") return replayRun(run, toFailed(step.task_id, "final: fate"));
      if (end === "skipped") return replayRun(run, path(step.task_id, ["pending", "skipped", "person"]));
      return replayRun(run, toDone(step.task_id));
    }
    case "block_task":
      return reduceRun(run, {
        at: 1,
        type: "task.status",
        task_id: step.task_id,
        from: "pending",
        to: "blocked",
        cause: "scheduler",
        by: "s",
        reason: step.reason,
      });
    case "check_phase":
      return reduceRun(run, {
        at: 1,
        type: "phase.gate",
        phase_id: step.phase_id,
        state: "go",
        by: "validator",
      });
    case "complete_phase":
      return reduceRun(run, { at: 1, type: "phase.completed", phase_id: step.phase_id });
    default:
      throw new Error(`Fate has no answer for ${step.kind}`);
  }
}

describe("mayRunTogether", () => {
  const writing = (...write: string[]): Task => aTask("X", { file_scope: { write } });

  it.each([
    [["src/a.ts"], ["src/b.ts"], true],
    [["src/a.ts"], ["src/a.ts"], false],
    [["src/**"], ["src/a.ts"], false],
    [["src/**"], ["test/**"], true],
    [["src/x/**"], ["src/**"], false],
    [["**"], ["docs/a.md"], false],
  ])("SC-10 writes %j beside %j: %s", (left, right, together) => {
    expect(mayRunTogether(writing(...left), writing(...right))).toBe(together);
    expect(mayRunTogether(writing(...right), writing(...left))).toBe(together);
  });

  it("SC-11 keeps tasks apart that share a named resource or declare no files", () => {
    expect(
      mayRunTogether(
        aTask("A", { resources: ["test"], file_scope: { write: ["a"] } }),
        aTask("B", { resources: ["test"], file_scope: { write: ["b"] } }),
      ),
    ).toBe(false);
    expect(mayRunTogether(aTask("A"), aTask("B"))).toBe(false);
    expect(mayRunTogether(aTask("A", { executor: "manual" }), aTask("B"))).toBe(true);
  });
});
