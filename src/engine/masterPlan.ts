import type { TrialCall } from "./model/tryModel";
import type { ApprovalId, PlanId, RunId } from "../core/ids";
import type { JsonObject } from "../core/json";
import type { ClaimedState, Finding, Plan, PlanFault } from "../core/plan/plan";
import type { BranchEnd } from "../core/run/branchEnd";
import type { LandingTarget, ReviewMode, RunStatus } from "../core/run/run";
import type { DetectedCheck } from "../core/validation/evidence";
import type { PlanGrants } from "./plan/approvalGrants";
import type { ProviderDescription } from "../ports/environment";
import type { RepositoryState } from "../ports/git";
import type { StoreInfo, StoreVerification } from "../ports/storeInfo";
import type { ApprovalRow, HistoryRow, PlanRow, PlanVersionRow, RunRow } from "../ports/storeRows";
import type {
  ApproveParams,
  GateParams,
  ReviewParams,
  ReviewView,
  RollbackParams,
  TaskOutcome,
  TaskParams,
} from "./personDecisions";
import type { PublicEvent } from "./publicEvent";
import type { RunReport, StatusReport } from "./runReports";
import type { Purged, PurgeParams } from "./storage/purgeStorage";

/**
 * What every front door calls. Parameters and results are JSON, so that a second process can hand a call to the one
 * that holds the store. Refusals are `MasterPlanError`s with a stable code.
 */
export interface MasterPlan {
  init(): Promise<InitReport>;
  plan(params: PlanParams, signal?: AbortSignal): Promise<PlanOutcome>;
  importPlan(params: {
    readonly text: string;
    readonly name: string;
    readonly format: string;
  }): Promise<ImportOutcome>;
  exportPlan(params: {
    readonly id: PlanId;
    readonly format: string;
  }): Promise<{ readonly text: string; readonly file_name: string }>;
  lint(params: { readonly id?: PlanId; readonly text?: string; readonly name?: string }): Promise<LintReport>;
  list(): Promise<Listing>;
  show(params: { readonly id: string }): Promise<PlanView | ApprovalRow | RunView>;

  /** One version as it is stored, the current one by default; cheap, for whoever shows the plan's own content. */
  planVersion(params: { readonly id: PlanId; readonly version?: number }): Promise<PlanVersionRow>;

  approve(params: ApproveParams): Promise<{ readonly id: ApprovalId; readonly hash: string }>;
  reject(params: { readonly id: PlanId; readonly reason?: string; readonly by?: string }): Promise<PlanHead>;
  /** A new version from the text of a plan file; voids the approvals. */
  edit(params: {
    readonly id: PlanId;
    readonly text: string;
    readonly summary?: string;
    readonly by?: string;
  }): Promise<PlanHead>;
  setCurrent(params: { readonly id: PlanId | null }): Promise<void>;

  /** Starts a run of an approval and returns once it is recorded; `settled` tells when it stops. */
  run(params: RunParams): Promise<{ readonly run: RunId }>;
  /** Resolves when the run is completed, failed, cancelled, paused, or waits for a person. */
  settled(params: {
    readonly run: RunId;
  }): Promise<{ readonly status: RunStatus; readonly reason: string | null }>;
  /**
   * Lets commands, checks and installs that run come to their own end and resolves when the run has paused. With `now`
   * they are stopped, also those that an earlier call waits for.
   */
  pause(params: { readonly run: RunId; readonly by?: string; readonly now?: boolean }): Promise<void>;
  resume(params: {
    readonly run: RunId;
    readonly by?: string;
    readonly options?: Partial<RunParams>;
    /** The snapshot to go on from; refused unless it is the latest open one of the run. */
    readonly snapshot?: string;
  }): Promise<void>;
  cancel(params: { readonly run: RunId; readonly reason?: string; readonly by?: string }): Promise<void>;
  review(params: ReviewParams): Promise<{ readonly accepted: boolean; readonly commit: string | null }>;
  task(params: TaskParams): Promise<TaskOutcome>;
  gate(params: GateParams): Promise<{ readonly status: string }>;
  panic(params: { readonly on: boolean; readonly by?: string }): Promise<{ readonly panic: boolean }>;
  finishBranch(params: {
    readonly run: RunId;
    readonly how: BranchEnd;
  }): Promise<{ readonly sha: string | null }>;
  rollback(params: RollbackParams): Promise<{ readonly commits: readonly string[] }>;

  status(params: { readonly id?: string }): Promise<StatusReport>;
  report(params: { readonly run: RunId }): Promise<RunReport>;
  changeSet(params: { readonly run: RunId; readonly task: string }): Promise<ReviewView>;
  /** Both sides of one file of an open change, for the native diff editor. */
  changeFile(params: {
    readonly run: RunId;
    readonly task: string;
    readonly path: string;
  }): Promise<{ readonly before: string | null; readonly after: string | null }>;
  history(params: { readonly id?: PlanId }): Promise<readonly HistoryRow[]>;
  log(params: {
    readonly run: RunId;
    readonly after?: number;
    readonly limit?: number;
  }): Promise<readonly PublicEvent[]>;
  /** What the last model call of a task or plan sent and got, secrets removed. */
  transcript(params: {
    readonly run?: RunId;
    readonly task?: string;
    readonly plan?: PlanId;
  }): Promise<string | null>;
  verify(): Promise<StoreVerification>;
  storeInfo(): Promise<StoreInfo>;
  stateExport(params: { readonly path: string }): Promise<{ readonly bytes: number }>;
  /** See `importState`; `kept` is where the state that was here lies now. */
  stateImport(params: { readonly path: string }): Promise<{ readonly kept: string }>;
  /** Removes what is old; approvals and the audit log stay. */
  purge(params: PurgeParams): Promise<Purged>;
  providers(): Promise<readonly ProviderDescription[]>;
  /** Keeps the calls by which a model was tried when it was chosen, with their cost. */
  recordTrial(params: { readonly calls: readonly TrialCall[] }): Promise<void>;

  onEvent(listener: (event: PublicEvent) => void): { dispose(): void };
  dispose(): Promise<void>;
}

export interface InitReport {
  readonly workspace: string;
  readonly git: RepositoryState;
  readonly checks: readonly DetectedCheck[];
  readonly providers: readonly ProviderDescription[];
}

export interface PlanParams {
  readonly request: string;
  readonly answers?: JsonObject;
  readonly no_discovery?: boolean;
  /** Build the plan from the template, without a model. */
  readonly offline?: boolean;
  /** A plan that the request asks to change: what comes out is its next version, which voids its approvals. */
  readonly revises?: PlanId;
}

export interface PlanHead {
  readonly id: PlanId;
  readonly version: number;
  readonly hash: string;
}

export type PlanOutcome =
  | (PlanHead & { readonly tasks: number; readonly findings: readonly Finding[] })
  | { readonly questions: readonly JsonObject[] };

export interface ImportOutcome extends PlanHead {
  readonly tasks: number;
  readonly findings: readonly Finding[];
  readonly format: string;
  readonly claimed: number;
  readonly warnings: readonly string[];
}

export interface LintReport {
  readonly faults: readonly PlanFault[];
  readonly findings: readonly Finding[];
}

export interface Listing {
  readonly plans: readonly PlanRow[];
  readonly approvals: readonly ApprovalRow[];
  readonly runs: readonly RunRow[];
  readonly current: PlanId | null;
}

export interface PlanView extends PlanRow {
  readonly version: PlanVersionRow;
  readonly findings: readonly Finding[];
  /** Everything that approving this version grants. */
  readonly grants: PlanGrants;
  readonly approval: ApprovalRow | null;
  readonly runs: readonly RunRow[];
  readonly claimed: ClaimedState | null;
  readonly checks: readonly DetectedCheck[];
  readonly hash: string;
  readonly plan: Plan;
}

export interface RunView extends RunRow {
  readonly status_report: StatusReport;
}

export interface RunParams {
  /** Text from outside: only `a_` ids pass the gate. */
  readonly approval: string;
  readonly concurrency?: number;
  readonly review?: ReviewMode;
  readonly target?: LandingTarget;
  readonly budget_usd?: number;
  readonly until_phase?: string;
  readonly by?: string;
}
