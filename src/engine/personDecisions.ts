import type { ChangeSet } from "../core/change/changeSet";
import type { PlanId, RunId } from "../core/ids";
import type { TaskStatus } from "../core/run/run";
import type { Evidence } from "../core/validation/evidence";

/** Everything a review page shows of one open change. */
export interface ReviewView {
  readonly run: RunId;
  readonly task_id: string;
  readonly title: string;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly summary: string | null;
  readonly change: ChangeSet;
  readonly evidence: readonly Evidence[];
  readonly criteria: readonly {
    readonly text: string;
    readonly state: "proved" | "signed_off" | "open";
    readonly check: string | null;
  }[];
  readonly feedback: readonly string[];
  readonly recorded: boolean;
  /** Checks a person must waive before the change can be accepted. */
  readonly needs_waiver: readonly string[];
}

export interface ApproveParams {
  readonly id: PlanId;
  /** Refused when the current version's hash is another one. */
  readonly hash?: string;
  readonly grants?: readonly string[];
  readonly by?: string;
}
export interface ReviewParams {
  readonly run: RunId;
  readonly task: string;
  readonly decision: "accept" | "reject";
  /** With accept: the hunks that land. With reject: the hunks that the next attempt keeps. */
  readonly hunks?: readonly number[];
  readonly reason?: string;
  readonly protected_files?: readonly string[];
  readonly waivers?: readonly string[];
  /** Hash of the change set the person saw; another one is refused with `review.staleChange`. */
  readonly change_hash?: string;
  readonly by?: string;
}

export interface TaskParams {
  readonly run: RunId;
  readonly task: string;
  readonly action: "done" | "retry" | "skip" | "solution" | "fix";
  readonly note?: string;
  readonly reason?: string;
  readonly solution?: string;
  readonly by?: string;
}

export interface TaskOutcome extends Partial<FixPlace> {
  readonly status: TaskStatus;
}

/** Where a person mends a task, after `fix`. */
export interface FixPlace {
  /** Absolute path of the folder to edit. */
  readonly worktree: string;
  /** Number of the attempt whose change lies in it already; null when it starts from the tree alone. */
  readonly starts_with: number | null;
  /** Files for which the last attempt's change did not fit, so that the folder starts without it. */
  readonly in_the_way: readonly string[];
}

export interface GateParams {
  readonly run: RunId;
  readonly phase: string;
  readonly go: boolean;
  readonly reason?: string;
  readonly by?: string;
}

export interface RollbackParams {
  readonly run: RunId;
  readonly task?: string;
  readonly phase?: string;
  readonly dry_run?: boolean;
  readonly by?: string;
}
