import type { PlanId, RunId } from "../core/ids";
import type { JsonObject } from "../core/json";
import type { BranchEnd } from "../core/run/branchEnd";
import type { TaskStatus } from "../core/run/run";
import type { Evidence } from "../core/validation/evidence";
import type { TestCounts } from "../core/validation/parseTestOutput";
import type { PreflightReport } from "../core/validation/preflightReport";
import type { PreflightRow } from "../core/validation/preflightText";

/* What is told of plans and runs that people follow. JSON, as everything that `MasterPlan` gives back. */

export interface WaitingItem {
  readonly kind:
    | "approval"
    | "review"
    | "manual"
    | "failed"
    | "blocked"
    | "gate"
    | "tree"
    | "interrupted"
    | "question"
    | "unknown_outcome";
  readonly run: RunId | null;
  readonly plan: PlanId;
  readonly task?: string;
  /** The phase whose gate waits; the plan's own id for the end of the run. */
  readonly phase?: string;
  readonly text: string;
  /** What a person confirms with GO at the end of a run. */
  readonly criteria?: readonly string[];
  /** The folder in which a task is mended by hand; absent for a manual task, which is done in the person's own tree. */
  readonly worktree?: string;
}

export interface StatusReport {
  readonly id: string;
  readonly plan: PlanId;
  readonly run: RunId | null;
  readonly title: string;
  readonly version: number;
  readonly status: string;
  readonly reason: string | null;
  readonly progress: {
    readonly done: number;
    readonly claimed: number;
    readonly total: number;
    readonly percent: number;
  };
  readonly tasks: readonly TaskReport[];
  readonly phases: readonly {
    readonly phase_id: string;
    readonly status: string;
    readonly done: number;
    readonly total: number;
  }[];
  readonly cost: {
    readonly usd: number;
    readonly tokens: number;
    readonly cached: number;
    readonly recorded: boolean;
  };
  readonly waiting: readonly WaitingItem[];
  readonly next_action: string;
  readonly branch: string | null;
  /** Present while the branch of an ended run is still to be merged, kept or dropped. */
  readonly branch_open?: true;
  /** What became of it; absent while nobody has said. */
  readonly branch_end?: BranchEnd;
  /** What a paused run goes on from; absent while it is not paused. */
  readonly snapshot?: string;
}

export interface TaskReport {
  readonly task_id: string;
  readonly title: string;
  readonly status: TaskStatus;
  readonly attempts: number;
  /** Those that count against the maximum; interrupted ones and ones that were sent back do not. */
  readonly failed_attempts?: number;
  readonly max_attempts: number;
  readonly reason: string | null;
  readonly commit: string | null;
  readonly worked_ms: number;
  /** What its model calls cost so far; absent while it had none. */
  readonly cost?: { readonly usd: number; readonly recorded: boolean };
  /** Proof of the last attempt. */
  readonly evidence: readonly Evidence[];
  readonly feedback: readonly string[];
  readonly sign_offs: readonly { readonly criterion: string; readonly by: string; readonly at: number }[];
  readonly subtasks: Readonly<Record<string, string>>;
  /** The task lies in a person's hands. */
  readonly by_hand?: true;
  /** The folder in which it is mended by hand. */
  readonly worktree?: string;
}

export interface RunReport extends StatusReport {
  readonly files: readonly string[];
  readonly commits: readonly { readonly task: string; readonly sha: string }[];
  readonly tests: TestCounts | null;
  readonly duration_ms: number;
  readonly estimate_minutes: number;
  readonly decisions: readonly JsonObject[];
  /** What a person confirmed at the end because no check proves it. */
  readonly signed_off: {
    readonly by: string;
    readonly at: number;
    readonly note: string | null;
    readonly criteria: readonly string[];
  } | null;
  readonly next_steps: readonly string[];
  /** What was looked at before the first task; null while the run has not begun. */
  readonly preflight: PreflightReport | null;
  /** The same in words, for whoever shows it. */
  readonly preflight_rows: readonly PreflightRow[];
}
