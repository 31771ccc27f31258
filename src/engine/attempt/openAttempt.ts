import { MasterPlanError } from "../../core/errors";
import type { AttemptId } from "../../core/ids";
import type { Task } from "../../core/plan/plan";
import type { TaskState } from "../../core/run/run";
import type { Evidence } from "../../core/validation/evidence";
import type { Worktree } from "../../ports/git";
import type { WorkspaceFiles } from "../../ports/workspaceFiles";
import type { RunContext } from "../run/runContext";

/** An attempt in the making: its place, its number, its files. */
export interface OpenAttempt {
  readonly id: AttemptId;
  readonly number: number;
  readonly task: Task;
  readonly state: TaskState;
  readonly worktree: Worktree;
  readonly files: WorkspaceFiles;
}

/** What doing the work came to, before anything was checked. */
export interface WorkOutcome {
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  /** Set when the work itself failed; validation is skipped and the text becomes feedback. */
  readonly failure: string | null;
  /** Trying again by itself cannot help: a person has to mend something first. */
  readonly final?: boolean;
}

export function specOf(context: RunContext, taskId: string): Task {
  const task = context.specs.get(taskId);
  if (task === undefined) throw new MasterPlanError("task.unknown", `The plan has no task ${taskId}`);
  return task;
}

export function taskState(context: RunContext, taskId: string): TaskState {
  const state = context.recorder.state().tasks.get(taskId);
  if (state === undefined) throw new MasterPlanError("task.unknown", `The run has no task ${taskId}`);
  return state;
}
