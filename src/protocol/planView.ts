import type { BranchEnd } from "../core/run/branchEnd";
import type { RunStatus, TaskStatus } from "../core/run/run";
import type { PlanLabel } from "./planLabels";
import type { NoParams, Ready } from "./rpc";

/** What the plan page may ask of the host. Ids only: never a path, an argument vector or a query. */
export interface PlanHost {
  ready(params: NoParams): Promise<Ready<PlanLabel, PlanState>>;
  phaseRows(params: PhaseRowsParams): Promise<PhaseRows>;
  approve(params: ApprovePlanParams): Promise<{ readonly approval: string; readonly run: string | null }>;
  /** Starts a run of the approval that stands. */
  startRun(params: { readonly hash: string }): Promise<{ readonly run: string }>;
  reject(params: { readonly hash: string; readonly reason: string }): Promise<NoParams>;
  requestChanges(params: { readonly hash: string; readonly text: string }): Promise<NoParams>;
  /** With a task's or phase's id, at the place where it is written. */
  editAsDocument(params: { readonly node: string | null }): Promise<NoParams>;
  control(params: { readonly run: string; readonly action: RunAction }): Promise<NoParams>;
  /** `skip` needs a reason and `done` a note, in `text`. */
  task(params: TaskActionParams): Promise<NoParams>;
  gate(params: {
    readonly run: string;
    readonly phase: string;
    readonly go: boolean;
    readonly reason: string;
  }): Promise<NoParams>;
  /** Opens the right place for one waiting item, by its key. */
  openWaiting(params: { readonly key: string }): Promise<NoParams>;
  openTask(params: { readonly task: string }): Promise<NoParams>;
  /** Brings what commands and checks print to the front. */
  showOutput(params: NoParams): Promise<NoParams>;
  /** What became of the plan so far, newest first, at most a hundred entries. */
  history(params: NoParams): Promise<{ readonly entries: readonly HistoryState[] }>;
  finishBranch(params: {
    readonly run: string;
    readonly how: BranchEnd;
  }): Promise<{ readonly sha: string | null }>;
}

/** What the host tells the page: whole snapshots, of which lower revisions are dropped, and what moves in between. */
export interface PlanEvents {
  readonly stateChanged: PlanState;
  readonly liveChanged: LiveState;
}

/** What runs at this moment; laid over the last snapshot. */
export interface LiveState {
  readonly run: string;
  /** The last steps of each task that is being worked on. */
  readonly steps: Readonly<Record<string, ActiveTask["steps"]>>;
  readonly output: OutputState | null;
}

/** The end of what a command or check prints. */
export interface OutputState {
  readonly check: string;
  readonly lines: readonly string[];
}

export interface HistoryState {
  readonly kind:
    "created" | "changed" | "approved" | "rejected" | "approval_refused" | "run_refused" | "other";
  /** The reason, or what was changed; may be empty. */
  readonly text: string;
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export type RunAction = "pause" | "resume" | "cancel";

export interface ApprovePlanParams {
  /** Hash of the version that was on the page; another one is refused. */
  readonly hash: string;
  readonly run: boolean;
  /** Positions in `grants.protected_files` that the person ticked. */
  readonly protected_files: readonly number[];
}

export interface TaskActionParams {
  readonly run: string;
  readonly task: string;
  readonly action: "retry" | "skip" | "done";
  readonly text: string;
}

export interface PhaseRowsParams {
  readonly hash: string;
  readonly phase: string;
  readonly offset: number;
  readonly limit: number;
}

export interface PhaseRows {
  readonly phase: string;
  readonly stamp: string;
  readonly offset: number;
  readonly total: number;
  readonly rows: readonly PlanRowState[];
}

/** One snapshot of a plan and, once there is one, of its latest run. */
export interface PlanState {
  /** Rises with every snapshot of a panel. */
  readonly revision: number;
  readonly plan: string;
  readonly title: string;
  readonly version: number;
  readonly hash: string;
  readonly status: string;
  /** `approval`: somebody must decide; `approved`: ready to run; `run`: a run exists; `closed`: rejected or cancelled. */
  readonly mode: "approval" | "approved" | "run" | "closed";
  /** True when the plan or its run uses recorded model replies. */
  readonly recorded: boolean;
  readonly approval: { readonly by: string; readonly at: string } | null;
  readonly tasks: number;
  readonly objective: string;
  readonly request: string;
  readonly facts: readonly PlanFact[];
  readonly risk_level: "green" | "yellow" | "red" | null;
  readonly risks: readonly RiskState[];
  readonly criteria: readonly CriterionState[];
  readonly gates: readonly string[];
  readonly grants: GrantsState;
  readonly findings: readonly FindingState[];
  readonly phases: readonly PhaseState[];
  readonly run: RunState | null;
}

/** A short list under a heading: scope, stack, rules, documents. */
export interface PlanFact {
  readonly kind:
    | "in_scope"
    | "out_of_scope"
    | "stack"
    | "rules"
    | "entities"
    | "approach"
    | "constraints"
    | "documentation"
    | "rollback";
  readonly items: readonly string[];
}

export interface RiskState {
  readonly risk: string;
  /** In the plan's own words; empty when it does not say. */
  readonly impact: string;
  readonly likelihood: string;
  readonly mitigation: string;
}

export interface CriterionState {
  readonly text: string;
  readonly check: string | null;
}

export interface FindingState {
  readonly code: string;
  readonly task: string | null;
  readonly phase: string | null;
  readonly message: string;
}

/** Everything that approving this version grants. */
export interface GrantsState {
  readonly commands: readonly { readonly argv: readonly string[]; readonly where: string }[];
  readonly checks: readonly {
    readonly name: string;
    readonly argv: readonly string[];
    readonly source: string;
  }[];
  readonly files: readonly string[];
  readonly protected_files: readonly string[];
  readonly minutes: { readonly min: number; readonly max: number; readonly critical_path: number };
  readonly cost: { readonly min: number; readonly max: number; readonly budget: number | null } | null;
  /** Tasks that a model carries out. */
  readonly model_tasks: number;
  readonly branch: string;
  readonly hooks_skipped: readonly string[];
}

export interface PhaseState {
  readonly id: string;
  readonly name: string;
  readonly goal: string;
  readonly checkpoint: string;
  readonly gate: "auto" | "person";
  readonly status: string;
  readonly done: number;
  readonly total: number;
  readonly minutes: number | null;
  /** Changes whenever one of the phase's rows would read differently. */
  readonly stamp: string;
  /** The rows of a small plan; null when the page must ask for them. */
  readonly rows: readonly PlanRowState[] | null;
}

export type PlanRowState = MilestoneRow | TaskRow;

export interface MilestoneRow {
  readonly kind: "milestone";
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly criteria: readonly CriterionState[];
}

export interface TaskRow {
  readonly kind: "task";
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly executor: "agent" | "command" | "manual";
  readonly status: TaskStatus;
  readonly minutes: number | null;
  readonly criteria: readonly CriterionState[];
  readonly writes: readonly string[];
  readonly commands: readonly (readonly string[])[];
  readonly checks: readonly string[];
  readonly depends_on: readonly string[];
  readonly subtasks: readonly { readonly title: string; readonly status: string }[];
  readonly attempts: number;
  readonly max_attempts: number;
  readonly worked_ms: number;
  readonly reason: string | null;
  readonly commit: string | null;
}

export interface RunState {
  readonly id: string;
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly started_at: number;
  readonly ended_at: number | null;
  /** Minutes of work that are left, waiting left out; null while too little is known. */
  readonly remaining: { readonly min: number; readonly max: number } | null;
  readonly done: number;
  readonly claimed: number;
  readonly total: number;
  readonly percent: number;
  readonly cost: { readonly usd: number; readonly tokens: number; readonly budget: number | null };
  readonly branch: string | null;
  /** What became of the branch of an ended run; null while nobody has said. */
  readonly branch_end: BranchEnd | null;
  readonly next_action: string;
  readonly active: readonly ActiveTask[];
  readonly output: OutputState | null;
  readonly waiting: readonly WaitingState[];
  readonly decisions: readonly {
    readonly kind: "decision" | "surprise";
    readonly text: string;
    readonly detail: string;
    readonly task: string | null;
  }[];
  /** What was looked at before the first task, a row for each thing. */
  readonly preflight: readonly { readonly label: string; readonly text: string }[];
  readonly report: ReportState | null;
}

export interface ActiveTask {
  readonly id: string;
  readonly title: string;
  readonly status: TaskStatus;
  readonly attempt: number;
  readonly max_attempts: number;
  /** The last steps, oldest first. */
  readonly steps: readonly { readonly tool: string; readonly text: string; readonly ok: boolean }[];
}

export interface WaitingState {
  readonly key: string;
  readonly kind: string;
  readonly task: string | null;
  readonly phase: string | null;
  readonly text: string;
  /** What a person confirms at the end of a run, because no check proves it. */
  readonly criteria: readonly string[];
}

/** What stands at the end of a run. */
export interface ReportState {
  readonly files: readonly string[];
  readonly commits: readonly { readonly task: string; readonly sha: string }[];
  readonly tests: {
    readonly total: number;
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
  } | null;
  readonly duration_ms: number;
  readonly estimate_minutes: number;
  readonly next_steps: readonly string[];
  /** What a person confirmed before the run was called completed. */
  readonly signed_off: { readonly by: string; readonly criteria: readonly string[] } | null;
  /** True while the run's branch can be merged, squashed, kept or dropped. */
  readonly can_finish_branch: boolean;
}
