import { describe, expect, it } from "vitest";
import { attemptInHands, heldWorktrees, worksInOwnTree } from "../../../../src/core/run/attemptInHands";
import type { Attempt, Run, TaskStatus } from "../../../../src/core/run/run";
import type { RunEvent } from "../../../../src/core/run/runEvent";
import { aPlan, aRun, aTask } from "../../../support/builders";

const plan = aPlan([aTask("A")]);

function attempt(number: number, kind: Attempt["kind"], worktree: string | null): RunEvent {
  return {
    at: 2_000 + number,
    type: "attempt.started",
    attempt_id: `t_${number}`,
    task_id: "A",
    number,
    kind,
    base: "a".repeat(40),
    tip: "a".repeat(40),
    worktree,
    ...(number > 1 && { starts_with: "t_1" }),
  };
}

function inStatus(status: TaskStatus, ...attempts: readonly RunEvent[]): Run {
  const run = aRun(plan, attempts);
  const task = run.tasks.get("A")!;
  return { ...run, tasks: new Map(run.tasks).set("A", { ...task, status }) };
}

describe("what lies in a person's hands", () => {
  it("FX-12 holds the worktree of the last attempt until the task has landed or was given up", () => {
    const held = (status: TaskStatus) => [
      ...heldWorktrees(inStatus(status, attempt(1, "agent", "/w/1"), attempt(2, "manual", "/w/2"))),
    ];
    expect(held("in_progress")).toEqual(["/w/2"]);
    expect(held("in_review")).toEqual(["/w/2"]);
    for (const status of ["pending", "done", "failed", "skipped", "cancelled", "blocked"] as const)
      expect(held(status)).toEqual([]);
  });

  it("FX-12 holds nothing of agents, of earlier attempts, or in the person's own tree", () => {
    const agentAgain = [attempt(1, "manual", "/w/1"), attempt(2, "agent", "/w/2")];
    expect([...heldWorktrees(inStatus("in_progress", ...agentAgain))]).toEqual([]);
    expect([...heldWorktrees(inStatus("in_progress", attempt(1, "manual", null)))]).toEqual([]);
  });

  it("FX-12 tells a fix from a manual task, and from what nobody does by hand", () => {
    const inHands = (run: Run) => attemptInHands(run, run.tasks.get("A")!);
    const fix = inHands(inStatus("in_progress", attempt(1, "agent", "/w/1"), attempt(2, "manual", "/w/2")));
    expect(fix).toMatchObject({ id: "t_2", starts_with: "t_1" });
    expect(fix !== null && worksInOwnTree(fix)).toBe(false);
    const manual = inHands(inStatus("in_progress", attempt(1, "manual", null)));
    expect(manual !== null && worksInOwnTree(manual)).toBe(true);
    expect(inHands(inStatus("in_progress", attempt(1, "agent", "/w/1")))).toBeNull();
    expect(inHands(inStatus("failed", attempt(1, "manual", null)))).toBeNull();
    expect(inHands(inStatus("in_progress"))).toBeNull();
  });
});
