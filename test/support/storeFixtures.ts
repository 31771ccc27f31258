import type { ApprovalId, AttemptId, PlanId, RunId } from "../../src/core/ids";
import type { Plan } from "../../src/core/plan/plan";
import { tasksOf } from "../../src/core/plan/plan";
import type { RunEvent } from "../../src/core/run/runEvent";
import type { Clock, IdSource } from "../../src/ports/clock";
import type { Logger } from "../../src/ports/logger";
import type { StoreChange, StoreCommit } from "../../src/ports/store";
import type { PlanRow } from "../../src/ports/storeRows";

export const quietLogger: Logger = { log: () => undefined, child: () => quietLogger };

export class StepClock implements Clock {
  #now = 1_700_000_000_000;
  now(): number {
    this.#now += 1;
    return this.#now;
  }
  sleep(): Promise<void> {
    return Promise.resolve();
  }
}

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** ULIDs that count up, so that a failing test fails the same way again. */
export function countedIds(start = 0): IdSource {
  let next = start;
  return {
    ulid() {
      next += 1;
      return ulidOf(next);
    },
  };
}

export function ulidOf(value: number): string {
  let rest = value;
  let text = "";
  for (let digit = 0; digit < 26; digit += 1) {
    text = (alphabet[rest % 32] ?? "0") + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

export const planId = (n: number): PlanId => `d_${ulidOf(n)}`;
export const runId = (n: number): RunId => `r_${ulidOf(n)}`;
export const approvalId = (n: number): ApprovalId => `a_${ulidOf(n)}`;
export const attemptId = (n: number): AttemptId => `t_${ulidOf(n)}`;

/** A plan with `phases` x `milestones` x `tasks`; each task depends on the one before it in its milestone. */
export function planOf(phases: number, milestones: number, tasks: number, size = 20): Plan {
  return {
    schema_version: 1,
    project_name: "Shop",
    user_request_original: "Build a shop",
    stack: { language: "TypeScript" },
    phases: Array.from({ length: phases }, (_, p) => ({
      phase_id: `P${p + 1}`,
      name: `Phase ${p + 1}`,
      milestones: Array.from({ length: milestones }, (_unused, m) => ({
        milestone_id: `M${p + 1}.${m + 1}`,
        name: `Milestone ${p + 1}.${m + 1}`,
        tasks: Array.from({ length: tasks }, (_unused2, t) => ({
          task_id: `T${p + 1}.${m + 1}.${t + 1}`,
          title: `Task ${t + 1}`,
          description: "x".repeat(size),
          task_type: "implementation" as const,
          priority: (["critical", "high", "medium", "low"] as const)[t % 4] ?? "low",
          story_points: 2,
          estimated_time_minutes: 30,
          labels: ["api", `l${t % 3}`],
          depends_on: t === 0 ? [] : [`T${p + 1}.${m + 1}.${t}`],
          subtasks: [{ subtask_id: `S${t + 1}`, title: "Sub" }],
        })),
      })),
    })),
  };
}

export function commitOf(changes: readonly StoreChange[], at = 1_700_000_000_000): StoreCommit {
  return { at, actor: "ana", correlation_id: "c-1", changes };
}

export function planRow(n: number, change: Partial<PlanRow> = {}): PlanRow {
  return {
    id: planId(n),
    status: "draft",
    current_version: 1,
    title: "Shop",
    created_at: 1_700_000_000_000 + n,
    updated_at: 1_700_000_000_000 + n,
    discovery_id: null,
    origin: "request",
    claimed: null,
    ...change,
  };
}

/** A plan with version 1 and its approval. */
export function draftCommit(n: number, plan: Plan, row: Partial<PlanRow> = {}): StoreCommit {
  return commitOf([
    { kind: "plan.put", row: planRow(n, row) },
    {
      kind: "version.put",
      row: {
        plan_id: planId(n),
        version: 1,
        hash: `hash-${n}`,
        plan,
        change_type: "initial",
        change_summary: "First version",
        changes_detail: null,
        parent_version: null,
        created_at: 1_700_000_000_000 + n,
        created_by: "ana",
      },
    },
    {
      kind: "approval.put",
      row: {
        id: approvalId(n),
        plan_id: planId(n),
        version: 1,
        hash: `hash-${n}`,
        by: "ana",
        at: 1_700_000_000_500,
        grants: [],
        voided_at: null,
        voided_reason: null,
      },
    },
  ]);
}

export function queuedEvent(n: number, run: number, plan: Plan): RunEvent {
  return {
    type: "run.queued",
    at: 1_700_000_001_000,
    run: runId(run),
    plan_id: planId(n),
    version: 1,
    hash: `hash-${n}`,
    approval_id: approvalId(n),
    options: { concurrency: 1, review: "ask", target: "branch" },
    tasks: tasksOf(plan).map(({ phase, milestone, task }) => ({
      task_id: task.task_id,
      phase_id: phase.phase_id,
      milestone_id: milestone.milestone_id,
      depends_on: task.depends_on,
      max_attempts: task.max_attempts ?? 3,
      status: "pending",
      subtasks: (task.subtasks ?? []).map((subtask) => subtask.subtask_id),
    })),
    phases: plan.phases.map((phase) => ({ phase_id: phase.phase_id, gate: "auto", depends_on: [] })),
    by: "ana",
  };
}

export function eventCommit(run: number, ...events: readonly RunEvent[]): StoreCommit {
  return commitOf(events.map((event) => ({ kind: "run.event", run: runId(run), event })));
}

/** The events of a run that carries out every task of the plan, in order, one small commit each. */
export function* wholeRun(plan: Plan, start = 1_700_000_002_000, attempts = 0): Generator<RunEvent> {
  let at = start;
  const tick = (): number => (at += 1000);
  let number = attempts;
  yield {
    type: "run.started",
    at: tick(),
    base: {
      head: "a".repeat(40),
      snapshot: null,
      original_branch: "main",
      run_branch: "masterplan/x",
      private_repository: false,
    },
  };
  for (const phase of plan.phases) {
    yield { type: "phase.started", at: tick(), phase_id: phase.phase_id };
    for (const milestone of phase.milestones) {
      for (const task of milestone.tasks) {
        number += 1;
        const task_id = task.task_id;
        const attempt_id = attemptId(number);
        const move = (from: string, to: string, cause: string): RunEvent =>
          ({ type: "task.status", at: tick(), task_id, from, to, cause, by: cause }) as RunEvent;
        yield move("pending", "in_progress", "scheduler");
        yield {
          type: "attempt.started",
          at: tick(),
          attempt_id,
          task_id,
          number: 1,
          kind: "agent",
          base: "a".repeat(40),
          worktree: "/w",
          tip: null,
        };
        yield {
          type: "intent.opened",
          at: tick(),
          intent: { key: `k${number}`, kind: "check", task_id, attempt_id, spec: { n: number } },
        };
        yield {
          type: "check.finished",
          at: tick(),
          attempt_id,
          task_id,
          evidence: {
            check: "test",
            layer: "tests",
            severity: "critical",
            status: "passed",
            summary: "3 passed",
            duration_ms: 12,
            counts: { total: 3, passed: 3, failed: 0, skipped: 0 },
          },
        };
        yield { type: "intent.settled", at: tick(), key: `k${number}`, outcome: "done" };
        for (const subtask of task.subtasks ?? [])
          yield {
            type: "subtask.status",
            at: tick(),
            task_id,
            subtask_id: subtask.subtask_id,
            status: "completed",
          };
        yield {
          type: "attempt.finished",
          at: tick(),
          attempt_id,
          task_id,
          outcome: "succeeded",
          summary: "did it",
        };
        yield move("in_progress", "ready_for_test", "executor");
        yield move("ready_for_test", "tested", "validator");
        yield move("tested", "in_review", "validator");
        yield {
          type: "commit.created",
          at: tick(),
          task_id,
          attempt_id,
          sha: "b".repeat(40),
          files: ["a.ts"],
          tree: "updated",
        };
        yield move("in_review", "done", "person");
      }
    }
    yield { type: "phase.completed", at: tick(), phase_id: phase.phase_id };
  }
  yield { type: "run.completed", at: tick() };
}
