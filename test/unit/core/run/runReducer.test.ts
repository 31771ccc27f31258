import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMasterPlanError } from "../../../../src/core/errors";
import type { Cause, TaskStatus } from "../../../../src/core/run/run";
import type { RunEvent } from "../../../../src/core/run/runEvent";
import { reduceRun, replayRun } from "../../../../src/core/run/runReducer";
import { mayMoveTask, taskTransitions } from "../../../../src/core/run/transitions";
import { aPlan, aRun, aTask, queued, someRun, started } from "../../../support/builders";

const plan = aPlan([aTask("T-01"), aTask("T-02", { depends_on: ["T-01"] })]);
const statuses = Object.keys(taskTransitions) as TaskStatus[];
const causes: readonly Cause[] = ["scheduler", "executor", "validator", "person"];

function move(task_id: string, from: TaskStatus, to: TaskStatus, cause: Cause, at = 2_000): RunEvent {
  return { at, type: "task.status", task_id, from, to, cause, by: cause };
}

function attemptStarted(at: number, number = 1): RunEvent {
  return {
    at,
    type: "attempt.started",
    attempt_id: `t_${number}`,
    task_id: "T-01",
    number,
    kind: "agent",
    base: "a".repeat(40),
    tip: "a".repeat(40),
    worktree: "/w",
  };
}

describe("reduceRun", () => {
  it("RN-1 refuses every task transition that the table does not name", () => {
    for (const from of statuses) {
      for (const to of statuses) {
        for (const cause of causes) {
          const run = aRun(plan);
          const task = run.tasks.get("T-01")!;
          const placed = { ...run, tasks: new Map(run.tasks).set("T-01", { ...task, status: from }) };
          const apply = () => reduceRun(placed, move("T-01", from, to, cause));
          if (mayMoveTask(from, to, cause)) expect(apply().tasks.get("T-01")?.status).toBe(to);
          else expect(apply).toThrow(expect.objectContaining({ code: "run.illegalTransition" }));
        }
      }
    }
  });

  it("RN-2 never lets done become failed", () => {
    expect(causes.some((cause) => mayMoveTask("done", "failed", cause))).toBe(false);
  });

  it("RN-3 refuses an event that was decided on an older status", () => {
    const run = aRun(plan);
    const stale = move("T-01", "in_progress", "ready_for_test", "executor");
    expect(() => reduceRun(run, stale)).toThrow(/T-01 is pending, not in_progress/u);
  });

  it("RN-13 counts the cost of a call for the run, and for its task where it has one", () => {
    const call = { at: 2_000, type: "cost", purpose: "work", model: "m", tokens: 10, cached: 0 } as const;
    const costs: readonly RunEvent[] = [
      { ...call, task_id: "T-01", usd: 0.5, recorded: false },
      { ...call, task_id: "T-01", usd: 0.25, recorded: true },
      { ...call, task_id: null, usd: 1, recorded: false },
    ];
    const run = costs.reduce(reduceRun, aRun(plan));
    expect(run.cost.usd).toBe(1.75);
    expect(run.tasks.get("T-01")?.cost).toEqual({ usd: 0.75, recorded: true });
    expect(run.tasks.get("T-02")?.cost).toBeUndefined();
  });

  it("RN-4 leaves the run it was given untouched", () => {
    const run = aRun(plan);
    const next = reduceRun(run, move("T-01", "pending", "in_progress", "scheduler"));
    expect(run.tasks.get("T-01")?.status).toBe("pending");
    expect(next.tasks.get("T-01")?.status).toBe("in_progress");
    expect(next.seq).toBe(run.seq + 1);
  });

  it("RN-5 counts only failed and timed-out attempts against the maximum", () => {
    const outcomes = ["failed", "timed_out", "interrupted", "sent_back", "cancelled", "succeeded"] as const;
    const run = outcomes.reduce((state, outcome, index) => {
      const opened = reduceRun(state, attemptStarted(2_000, index + 1));
      return reduceRun(opened, {
        at: 2_100,
        type: "attempt.finished",
        attempt_id: `t_${index + 1}`,
        task_id: "T-01",
        outcome,
      });
    }, aRun(plan));
    expect(run.tasks.get("T-01")?.failed_attempts).toBe(2);
    expect(run.tasks.get("T-01")?.worked_ms).toBe(600);
  });

  it("RN-6 starts a fresh count when a person asks for another try", () => {
    const failed = replayRun(aRun(plan), [
      move("T-01", "pending", "in_progress", "scheduler"),
      attemptStarted(2_000),
      { at: 2_010, type: "attempt.finished", attempt_id: "t_1", task_id: "T-01", outcome: "failed" },
      move("T-01", "in_progress", "failed", "executor"),
    ]);
    const byRule = reduceRun(failed, move("T-01", "failed", "pending", "scheduler"));
    const byPerson = reduceRun(failed, move("T-01", "failed", "pending", "person"));
    expect(byRule.tasks.get("T-01")?.failed_attempts).toBe(1);
    expect(byPerson.tasks.get("T-01")?.failed_attempts).toBe(0);
  });

  it("RN-7 keeps the hunks of a sent-back review for the next attempt, and forgets them on acceptance", () => {
    const opened = reduceRun(aRun(plan), attemptStarted(2_000));
    const decided = (accepted: boolean): RunEvent => ({
      at: 2_500,
      type: "review.decided",
      attempt_id: "t_1",
      task_id: "T-01",
      accepted,
      hunks: [2],
      reason: "wrong name",
      protected_files: [],
      waivers: ["lint"],
      sign_offs: ["reads well"],
      by: "a person",
    });
    const sentBack = reduceRun(opened, decided(false)).tasks.get("T-01");
    expect(sentBack?.kept).toEqual({ attempt_id: "t_1", hunks: [2] });
    expect(sentBack?.waivers).toEqual([{ check: "lint", by: "a person", at: 2_500 }]);
    expect(reduceRun(opened, decided(true)).tasks.get("T-01")?.kept).toBeNull();
  });

  it("RN-8 never opens one intent twice and never settles one that is not open", () => {
    const intent: RunEvent = {
      at: 2_000,
      type: "intent.opened",
      intent: { key: "land:t_1", kind: "land", task_id: "T-01", attempt_id: "t_1", spec: {} },
    };
    const settled: RunEvent = { at: 2_001, type: "intent.settled", key: "land:t_1", outcome: "done" };
    const open = reduceRun(aRun(plan), intent);
    expect(() => reduceRun(open, intent)).toThrow(/open already/u);
    const done = reduceRun(open, settled);
    expect(() => reduceRun(done, settled)).toThrow(/no open intent/u);
  });

  it("RN-9 lets nothing follow the end of a run but tasks being looked at", () => {
    const ended = reduceRun(aRun(plan), { at: 9_000, type: "run.completed" });
    expect(() => reduceRun(ended, { at: 9_001, type: "run.resumed", by: "x" })).toThrow(/completed run/u);
    expect(ended.ended_at).toBe(9_000);
  });

  it("RN-10 gives the same run whether events are applied one by one or replayed at once", () => {
    const events = fc.array(
      fc.oneof(
        fc
          .record({
            task_id: fc.constantFrom("T-01", "T-02", "T-99"),
            from: fc.constantFrom(...statuses),
            to: fc.constantFrom(...statuses),
            cause: fc.constantFrom(...causes),
          })
          .map(({ task_id, from, to, cause }) => move(task_id, from, to, cause)),
        fc.constant<RunEvent>({ at: 3_000, type: "run.paused", reason: "user", by: "x", can_resume: true }),
        fc.constant<RunEvent>({ at: 3_001, type: "run.resumed", by: "x" }),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(events, (candidates) => {
        const accepted: RunEvent[] = [];
        let run = aRun(plan);
        for (const event of candidates) {
          try {
            run = reduceRun(run, event);
            accepted.push(event);
          } catch (error) {
            if (!isMasterPlanError(error, "run.illegalTransition")) throw error;
          }
        }
        expect(replayRun(null, [queued(plan), started, ...accepted])).toEqual(run);
        for (const task of run.tasks.values()) expect(statuses).toContain(task.status);
      }),
    );
  });

  it("refuses events of a run that does not exist, and a second beginning", () => {
    expect(() => reduceRun(null, started)).toThrow(/no such run/u);
    expect(() => reduceRun(aRun(plan), queued(plan))).toThrow(/exists already/u);
    expect(aRun(plan).id).toBe(someRun);
  });
});
