import type { ApprovalId, AttemptId, PlanId, RunId } from "../ids";
import type { Evidence } from "../validation/evidence";

/** What a run is doing. `waiting`: only a person can move it on. */
export type RunStatus = "queued" | "running" | "waiting" | "paused" | "completed" | "failed" | "cancelled";

/**
 * Where a task stands. `claimed`: an imported document says it is done; satisfies dependencies, proved by nothing.
 * `in_review`: validated, waits for a person.
 */
export type TaskStatus =
  | "pending"
  | "claimed"
  | "in_progress"
  | "ready_for_test"
  | "tested"
  | "in_review"
  | "done"
  | "failed"
  | "blocked"
  | "skipped"
  | "cancelled";

export type NodeStatus = "pending" | "in_progress" | "completed" | "failed" | "blocked" | "cancelled";

/** Who may cause a transition. */
export type Cause = "scheduler" | "executor" | "validator" | "person";

export type AttemptOutcome = "succeeded" | "failed" | "timed_out" | "cancelled" | "interrupted" | "sent_back";

export type ReviewMode = "ask" | "accept" | "reject";
export type LandingTarget = "branch" | "current" | "detached";

export interface RunOptions {
  readonly concurrency: number;
  readonly review: ReviewMode;
  readonly target: LandingTarget;
  readonly budget_usd?: number;
  /** Stop after this phase is completed. */
  readonly until_phase?: string;
}

/** Where the run's commits grow: recorded once when it starts. */
export interface RunBase {
  /** Commit the run forked from; null when the repository had none. */
  readonly head: string | null;
  /** The tree as it was when the run started: `head`, or a snapshot of the dirty tree on top of it. */
  readonly snapshot: string | null;
  readonly original_branch: string | null;
  readonly run_branch: string;
  readonly private_repository: boolean;
}

export interface Run {
  readonly id: RunId;
  readonly plan_id: PlanId;
  readonly version: number;
  readonly hash: string;
  readonly approval_id: ApprovalId;
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly options: RunOptions;
  readonly base: RunBase | null;
  /** Tip of the run's branch, without anybody's uncommitted edits; null while the branch is unborn. */
  readonly tip: string | null;
  readonly tasks: ReadonlyMap<string, TaskState>;
  readonly phases: ReadonlyMap<string, PhaseState>;
  /** The end of the whole run; null until its last phase is completed. */
  readonly end: EndGate | null;
  readonly attempts: ReadonlyMap<AttemptId, Attempt>;
  readonly intents: ReadonlyMap<string, Intent>;
  readonly cost: {
    readonly usd: number;
    readonly tokens: number;
    readonly cached: number;
    readonly recorded: boolean;
  };
  readonly created_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  /** Number of events applied. */
  readonly seq: number;
}

export interface TaskState {
  readonly task_id: string;
  readonly phase_id: string;
  readonly milestone_id: string;
  readonly status: TaskStatus;
  readonly reason: string | null;
  /** The task failed and is not tried again by itself. */
  readonly final?: boolean;
  readonly depends_on: readonly string[];
  /** Attempts that count against the maximum: only failed validation and time-outs do. */
  readonly failed_attempts: number;
  readonly max_attempts: number;
  readonly attempt_ids: readonly AttemptId[];
  /** What the next attempt must take in: validation failures and rejection reasons, oldest first. */
  readonly feedback: readonly Feedback[];
  /** Hunks that a sent-back review wants kept, as the change set hash and numbers. */
  readonly kept: { readonly attempt_id: AttemptId; readonly hunks: readonly number[] } | null;
  readonly commit: string | null;
  readonly history: readonly {
    readonly from: TaskStatus;
    readonly to: TaskStatus;
    readonly at: number;
    readonly cause: Cause;
  }[];
  readonly subtasks: ReadonlyMap<string, "pending" | "in_progress" | "completed" | "cancelled">;
  readonly sign_offs: readonly { readonly criterion: string; readonly by: string; readonly at: number }[];
  readonly waivers: readonly { readonly check: string; readonly by: string; readonly at: number }[];
  /** Milliseconds of work: attempts and manual work, pauses and waiting left out. */
  readonly worked_ms: number;
  /** What its model calls cost; absent while it had none. */
  readonly cost?: { readonly usd: number; readonly recorded: boolean };
}

export interface Feedback {
  /** Number of the attempt it answers. */
  readonly attempt: number;
  readonly source: "validation" | "review" | "model" | "person";
  readonly text: string;
}

export interface PhaseState {
  readonly phase_id: string;
  readonly status: NodeStatus;
  readonly gate: "none" | "waiting" | "go" | "no_go";
  readonly reason: string | null;
  readonly evidence: readonly Evidence[];
}

/** What only a person's word can settle before a run may be called completed. */
export interface EndGate {
  readonly state: "none" | "waiting" | "go" | "no_go";
  /** Criteria that no check proved, gates without a command, and tasks that are claimed done. */
  readonly open: readonly string[];
  readonly by: string;
  readonly at: number;
  readonly reason: string | null;
  readonly evidence: readonly Evidence[];
}

export interface Attempt {
  readonly id: AttemptId;
  readonly task_id: string;
  /** 1-based per task. */
  readonly number: number;
  readonly kind: "agent" | "command" | "manual";
  readonly base: string | null;
  readonly tip: string | null;
  /** Absolute. Null for a manual attempt in the person's own tree. */
  readonly worktree: string | null;
  /** The attempt whose change lay in a fix's worktree from the start. */
  readonly starts_with?: AttemptId;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly outcome: AttemptOutcome | null;
  readonly reason: string | null;
  readonly summary: string | null;
  /** Hash of the proposed change set; null when nothing was proposed. */
  readonly change_hash: string | null;
  /** Blob that holds both sides of every changed file. */
  readonly change_blob: string | null;
  readonly hunk_count: number;
  readonly evidence: readonly Evidence[];
}

/**
 * An effect that was announced before it started. Open ones are settled on restart by asking the outside world.
 * Classes and their recovery: reliability rules E1 and E2 in SPEC.md.
 */
export interface Intent {
  readonly key: string;
  readonly kind: "worktree" | "command" | "check" | "model_call" | "land" | "branch";
  readonly task_id: string | null;
  readonly attempt_id: AttemptId | null;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly opened_at: number;
  readonly outcome: "open" | "done" | "failed" | "unknown";
}
