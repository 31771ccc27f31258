import type { Cause, RunStatus, TaskStatus } from "./run";

type Steps<S extends string> = Readonly<Partial<Record<S, readonly Cause[]>>>;

const interrupted: readonly Cause[] = ["scheduler", "executor"];
const broke: readonly Cause[] = ["executor", "validator", "scheduler"];
const dropped: readonly Cause[] = ["scheduler", "person"];

/**
 * Every step a task may take and who may cause it. The store refuses any other; nothing else in the product decides.
 * `done` never becomes `failed`: proved work is only ever redone, by a person's word.
 */
export const taskTransitions: Readonly<Record<TaskStatus, Steps<TaskStatus>>> = {
  pending: {
    in_progress: ["scheduler"],
    blocked: ["scheduler"],
    failed: broke,
    skipped: ["person"],
    cancelled: dropped,
  },
  blocked: { pending: ["scheduler", "person"], skipped: ["person"], cancelled: dropped },
  in_progress: {
    ready_for_test: ["executor", "person"],
    pending: interrupted,
    failed: broke,
    skipped: ["person"],
    cancelled: dropped,
  },
  ready_for_test: { tested: ["validator"], pending: interrupted, failed: broke, cancelled: dropped },
  tested: { in_review: ["validator"], pending: interrupted, failed: broke, cancelled: dropped },
  in_review: {
    // `executor` accepts for the person who started the run with that review mode.
    done: ["person", "executor"],
    in_progress: ["person"],
    failed: ["validator", "executor", "person"],
    skipped: ["person"],
    cancelled: dropped,
  },
  failed: { pending: ["scheduler", "person"], skipped: ["person"], cancelled: dropped },
  done: { pending: ["person"] },
  claimed: { done: ["validator", "person"], pending: ["person"] },
  skipped: { pending: ["person"] },
  cancelled: { pending: ["person"] },
};

/** Steps of a whole run. A finished run stays finished; going on is a new run. */
export const runTransitions: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  queued: ["running", "failed", "cancelled", "paused"],
  running: ["waiting", "paused", "completed", "failed", "cancelled"],
  waiting: ["running", "paused", "completed", "failed", "cancelled"],
  paused: ["running", "cancelled", "failed"],
  completed: [],
  failed: [],
  cancelled: [],
};

export function mayMoveTask(from: TaskStatus, to: TaskStatus, cause: Cause): boolean {
  return taskTransitions[from][to]?.includes(cause) ?? false;
}

export function mayMoveRun(from: RunStatus, to: RunStatus): boolean {
  return runTransitions[from].includes(to);
}

/** A dependant may start. A skipped task opens nothing: its dependants wait for a person's waiver. */
export function satisfies(status: TaskStatus): boolean {
  return status === "done" || status === "claimed";
}

/** Nothing more will happen to the task by itself. */
export function isSettled(status: TaskStatus): boolean {
  return (
    status === "done" ||
    status === "claimed" ||
    status === "skipped" ||
    status === "cancelled" ||
    status === "failed"
  );
}

export function isFinished(status: RunStatus): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}
