import type { ApprovalId, AttemptId, PlanId, RunId } from "../ids";
import type { Evidence } from "../validation/evidence";
import type { AttemptOutcome, Cause, Intent, RunBase, RunOptions, TaskStatus } from "./run";

/** The planned shape of a task as a run needs it; copied into the first event so that replay needs no plan. */
export interface RunTask {
  readonly task_id: string;
  readonly phase_id: string;
  readonly milestone_id: string;
  readonly depends_on: readonly string[];
  readonly max_attempts: number;
  readonly status: "pending" | "claimed";
  readonly subtasks: readonly string[];
}

export interface RunPhase {
  readonly phase_id: string;
  readonly gate: "auto" | "person";
  readonly depends_on: readonly string[];
}

/** What a run waits for, as `status` names it; the text is English and is translated when it is shown. */
export interface RunWaiting {
  readonly kind: string;
  readonly task?: string;
  readonly phase?: string;
  readonly text: string;
}

/** Everything that can happen to a run. Past tense, durable before anyone is told. `at` is epoch milliseconds. */
export type RunEvent = { readonly at: number } & (
  | {
      readonly type: "run.queued";
      readonly run: RunId;
      readonly plan_id: PlanId;
      readonly version: number;
      readonly hash: string;
      readonly approval_id: ApprovalId;
      readonly options: RunOptions;
      readonly tasks: readonly RunTask[];
      readonly phases: readonly RunPhase[];
      readonly by: string;
    }
  | { readonly type: "run.started"; readonly base: RunBase }
  | {
      readonly type: "run.paused";
      readonly reason: string;
      readonly by: string;
      readonly can_resume: boolean;
    }
  | {
      readonly type: "run.resumed";
      readonly by: string;
      /** The person goes on from this commit, because HEAD moved under the run. */
      readonly tip?: string;
      readonly options?: Partial<RunOptions>;
    }
  | {
      readonly type: "run.waiting";
      /** Older journals hold the sentences alone. */
      readonly waiting: readonly (RunWaiting | string)[];
    }
  | { readonly type: "run.running" }
  | { readonly type: "run.completed" }
  | { readonly type: "run.failed"; readonly reason: string }
  | { readonly type: "run.cancelled"; readonly reason: string; readonly by: string }
  | { readonly type: "phase.started"; readonly phase_id: string }
  | {
      readonly type: "phase.gate";
      readonly phase_id: string;
      readonly state: "none" | "waiting" | "go" | "no_go";
      readonly by: string;
      readonly reason?: string;
      /** What the checkpoint's commands and predicates said. */
      readonly evidence?: readonly Evidence[];
    }
  | { readonly type: "phase.completed"; readonly phase_id: string }
  | {
      /** The end of the whole run waits for a person's word, or got it. */
      readonly type: "run.gate";
      readonly plan_id: PlanId;
      readonly state: "none" | "waiting" | "go" | "no_go";
      readonly by: string;
      /** What the word is about; a decision keeps what was asked. */
      readonly open?: readonly string[];
      readonly reason?: string;
      readonly evidence?: readonly Evidence[];
    }
  | {
      readonly type: "task.status";
      readonly task_id: string;
      readonly from: TaskStatus;
      readonly to: TaskStatus;
      readonly cause: Cause;
      readonly by: string;
      readonly reason?: string;
      /** A failed task is not tried again by itself: only a person can mend what is in the way. */
      readonly final?: boolean;
    }
  | {
      readonly type: "attempt.started";
      readonly attempt_id: AttemptId;
      readonly task_id: string;
      readonly number: number;
      readonly kind: "agent" | "command" | "manual";
      /** Commit the attempt forks from. */
      readonly base: string | null;
      /** Tip of the run at that moment; another one at landing means that the change is merged and validated again. */
      readonly tip: string | null;
      /** Absolute. Null for a manual attempt in the person's own tree. */
      readonly worktree: string | null;
      /** The attempt whose change lies in a fix's worktree from the start. */
      readonly starts_with?: AttemptId;
    }
  | {
      readonly type: "attempt.step";
      readonly attempt_id: AttemptId;
      readonly task_id: string;
      readonly tool: string;
      readonly text: string;
      readonly ok: boolean;
    }
  | {
      readonly type: "attempt.feedback";
      readonly attempt_id: AttemptId;
      readonly task_id: string;
      readonly source: "validation" | "review" | "model" | "person";
      readonly text: string;
    }
  | {
      readonly type: "attempt.finished";
      readonly attempt_id: AttemptId;
      readonly task_id: string;
      readonly outcome: AttemptOutcome;
      readonly reason?: string;
      readonly summary?: string;
    }
  | {
      readonly type: "subtask.status";
      readonly task_id: string;
      readonly subtask_id: string;
      readonly status: "pending" | "in_progress" | "completed" | "cancelled";
    }
  | {
      readonly type: "check.finished";
      readonly attempt_id: AttemptId;
      readonly task_id: string;
      readonly evidence: Evidence;
    }
  | {
      readonly type: "change.proposed";
      readonly attempt_id: AttemptId;
      readonly task_id: string;
      readonly change_hash: string;
      readonly blob: string;
      readonly hunks: number;
      readonly files: readonly string[];
    }
  | {
      readonly type: "review.requested";
      readonly attempt_id: AttemptId;
      readonly task_id: string;
      readonly change_hash: string;
    }
  | {
      readonly type: "review.decided";
      readonly attempt_id: AttemptId;
      readonly task_id: string;
      readonly accepted: boolean;
      /** Accepted hunks, or the hunks kept for the next attempt; null means all of them. */
      readonly hunks: readonly number[] | null;
      readonly reason?: string;
      readonly protected_files: readonly string[];
      readonly waivers: readonly string[];
      readonly sign_offs: readonly string[];
      readonly by: string;
    }
  | {
      readonly type: "commit.created";
      readonly task_id: string;
      readonly attempt_id: AttemptId;
      readonly sha: string;
      readonly files: readonly string[];
      /** `pending`: the branch has it, the user's tree does not yet, because a file there is dirty. */
      readonly tree: "updated" | "pending" | "detached";
    }
  | { readonly type: "intent.opened"; readonly intent: Omit<Intent, "outcome" | "opened_at"> }
  | {
      readonly type: "intent.settled";
      readonly key: string;
      readonly outcome: "done" | "failed" | "unknown";
      readonly result?: Readonly<Record<string, unknown>>;
    }
  | {
      readonly type: "failure.analysed";
      readonly task_id: string;
      readonly analysis: Readonly<Record<string, unknown>>;
    }
  | {
      readonly type: "cost";
      readonly task_id: string | null;
      readonly purpose: string;
      readonly model: string;
      readonly usd: number;
      readonly tokens: number;
      readonly cached: number;
      readonly recorded: boolean;
      /** How the call ended is unknown: this is what was reserved for it. */
      readonly estimated?: true;
    }
  | {
      readonly type: "decision.recorded";
      readonly task_id: string | null;
      readonly kind: "decision" | "surprise";
      readonly text: string;
      readonly detail: string;
      readonly by: string;
    }
  | { readonly type: "plan.changed"; readonly version: number }
  | {
      readonly type: "log";
      readonly level: "debug" | "info" | "warn" | "error";
      readonly message: string;
      readonly correlation_id: string;
    }
);

export type RunEventType = RunEvent["type"];

/** An event that is about to be recorded: the recorder stamps it with the time. */
export type NewEvent = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, "at"> : never) : never;
