import type { ApprovalId, DiscoveryId, PlanId, RunId } from "../core/ids";
import type { JsonObject } from "../core/json";
import type { ClaimedState, Plan } from "../core/plan/plan";
import type { Run } from "../core/run/run";
import type { RunEvent } from "../core/run/runEvent";

/**
 * All durable state of one workspace. Reads are synchronous and see exactly the acknowledged commits. One process
 * writes (lease with epoch); others open with access `read`.
 */
export interface Store {
  readonly access: "write" | "read";
  /** Why it is read-only, as a sentence; null when it is not. */
  readonly read_only_reason: string | null;
  /**
   * All changes or none. Resolves with the LSN once the journal frame is on disk and the tables follow. Rejects with
   * `run.illegalTransition` before anything is written when the reducer refuses an event, `run.unknown` when its run is
   * being removed, `store.readOnly`, `store.full` or `store.failed` otherwise. Commits of one caller keep their order.
   */
  commit(commit: StoreCommit): Promise<number>;
  onDidCommit(listener: (commit: StoreCommit, lsn: number) => void): { dispose(): void };

  plans(): readonly PlanRow[];
  plan(id: PlanId): PlanRow | null;
  version(id: PlanId, version: number): PlanVersionRow | null;
  versions(id: PlanId): readonly Omit<PlanVersionRow, "plan">[];
  approvals(planId?: PlanId): readonly ApprovalRow[];
  approval(id: ApprovalId): ApprovalRow | null;
  runs(planId?: PlanId): readonly RunRow[];
  /** The reduced state of a run; the same object until an event of it is committed. */
  run(id: RunId): Run | null;
  events(id: RunId, options?: { readonly after?: number; readonly limit?: number }): readonly StoredEvent[];
  history(planId?: PlanId): readonly HistoryRow[];
  setting(key: string): JsonObject | null;
  /** Rows of a table or reporting view by name, for reports and exports; the name must be one of the schema's. */
  rows(
    table: string,
    where?: Readonly<Record<string, string | number | null>>,
  ): readonly Readonly<Record<string, unknown>>[];
  /** Tasks of a run whose dependencies are satisfied, from the counter column. */
  readyTasks(id: RunId): readonly string[];

  /** Stores bytes beside the database by sha256; durable when it resolves. Returns the hash. */
  putBlob(bytes: Uint8Array, kind: BlobKind): Promise<string>;
  blob(hash: string): Promise<Uint8Array | null>;

  info(): StoreInfo;
  verify(): Promise<StoreVerification>;
  exportState(path: string): Promise<{ readonly bytes: number }>;
  /**
   * Replaces everything by an exported state. With `keep`, what is replaced is exported to that file first, once the new
   * state has proved sound; a refusal leaves nothing behind.
   */
  importState(path: string, options?: { readonly keep?: string }): Promise<void>;
  purgeRuns(olderThan: number): Promise<{ readonly runs: number; readonly bytes: number }>;
  /** Takes in what another process has committed since; does nothing for the writer. */
  reload(): Promise<void>;
  /**
   * Removes blobs that are older than the time given or beyond the size given, oldest first; never what a run that has
   * not ended needs, nor what was stored and awaits the commit that names it.
   */
  cleanBlobs(limits: {
    readonly before?: number;
    readonly max_bytes?: number;
  }): Promise<{ readonly blobs: number; readonly bytes: number }>;
  /**
   * Removes imported states that another import replaced, damaged files, images of older schemas and copies that imports
   * kept. The last damaged file and the last copy stay unless `newest` is true.
   */
  cleanAside(what: { readonly newest: boolean }): Promise<{ readonly files: number; readonly bytes: number }>;
  /**
   * Whether a run or an attempt may start: free space against what the store needs, and what the store takes against
   * `budget_bytes`, if there is one; `problem` is a sentence or null.
   */
  checkSpace(budget?: { readonly budget_bytes: number | null }): Promise<{
    readonly free: number | null;
    readonly needed: number;
    readonly problem: string | null;
  }>;
  close(): Promise<void>;
}

export type BlobKind = "transcript" | "diff" | "output" | "document";

export interface StoreCommit {
  readonly at: number;
  /** Who caused it: a person's name, `scheduler`, `executor`, `validator`, `planner`. */
  readonly actor: string;
  /** Ties request, plan, run and commit together in the log. */
  readonly correlation_id: string;
  readonly changes: readonly StoreChange[];
}

/** One logical change with recorded values; the same apply function serves the live commit and replay. */
export type StoreChange =
  | { readonly kind: "plan.put"; readonly row: PlanRow }
  | { readonly kind: "version.put"; readonly row: PlanVersionRow }
  | { readonly kind: "approval.put"; readonly row: ApprovalRow }
  | { readonly kind: "run.event"; readonly run: RunId; readonly event: RunEvent }
  | { readonly kind: "history.add"; readonly row: Omit<HistoryRow, "id"> }
  | { readonly kind: "setting.put"; readonly key: string; readonly value: JsonObject | null }
  | { readonly kind: "model_call.add"; readonly row: ModelCallRow }
  | { readonly kind: "discovery.put"; readonly row: DiscoveryRow }
  | { readonly kind: "snapshot.put"; readonly row: SnapshotRow }
  | { readonly kind: "lesson.add"; readonly row: LessonRow }
  | { readonly kind: "metrics.put"; readonly row: MetricsRow }
  | { readonly kind: "audit.add"; readonly row: AuditRow }
  | { readonly kind: "jira.put"; readonly row: JiraMappingRow }
  | {
      /** Written by `purgeRuns` only: these runs leave the tables, and these frames lose their events afterwards. */
      readonly kind: "runs.purge";
      readonly runs: readonly RunId[];
      /** LSN and sha256 of what is left of each frame's payload. */
      readonly reduced: readonly (readonly [lsn: number, hash: string])[];
    }
  | {
      /** Written by `importState` only: the tables become those of an exported state, kept as a file by its sha256. */
      readonly kind: "state.import";
      readonly image: string;
      readonly workspace: string;
    };

export type PlanStatus =
  "draft" | "approved" | "in_progress" | "paused" | "completed" | "failed" | "cancelled" | "rejected";

export interface PlanRow {
  readonly id: PlanId;
  readonly status: PlanStatus;
  readonly current_version: number;
  readonly title: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly discovery_id: DiscoveryId | null;
  /** Where it came from: `request`, `template`, `recorded` or `import:FORMAT`. */
  readonly origin: string;
  readonly claimed: ClaimedState | null;
}

export interface PlanVersionRow {
  readonly plan_id: PlanId;
  readonly version: number;
  readonly hash: string;
  readonly plan: Plan;
  readonly change_type: "initial" | "modification" | "refactoring" | "scope_reduction";
  readonly change_summary: string;
  readonly changes_detail: JsonObject | null;
  readonly parent_version: number | null;
  readonly created_at: number;
  readonly created_by: string;
  /** Tasks by status when the version was made; the store fills it in when it is left out. */
  readonly progress_at_creation?: JsonObject | null;
}

export interface ApprovalRow {
  readonly id: ApprovalId;
  readonly plan_id: PlanId;
  readonly version: number;
  readonly hash: string;
  readonly by: string;
  readonly at: number;
  /** `protected:PATH` and `waive:CHECK`. */
  readonly grants: readonly string[];
  /** Set when an edit, a rejection or a newer approval ends it. */
  readonly voided_at: number | null;
  readonly voided_reason: string | null;
}

export interface RunRow {
  readonly id: RunId;
  readonly plan_id: PlanId;
  readonly approval_id: ApprovalId;
  readonly version: number;
  readonly status: Run["status"];
  readonly created_at: number;
  readonly ended_at: number | null;
}

export interface StoredEvent {
  readonly seq: number;
  readonly lsn: number;
  readonly actor: string;
  readonly correlation_id: string;
  readonly event: RunEvent;
}

export interface HistoryRow {
  readonly id: number;
  readonly plan_id: PlanId;
  readonly change_type: string;
  readonly change_description: string;
  readonly changed_by: string;
  readonly phase_id: string | null;
  readonly milestone_id: string | null;
  readonly task_id: string | null;
  readonly previous_value: JsonObject | null;
  readonly new_value: JsonObject | null;
  readonly at: number;
}

export interface ModelCallRow {
  readonly id: string;
  readonly run_id: RunId | null;
  readonly plan_id: PlanId | null;
  readonly task_id: string | null;
  readonly purpose: string;
  readonly provider: string;
  readonly model: string;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cached_tokens: number;
  readonly usd: number;
  readonly recorded: boolean;
  readonly started_at: number;
  readonly duration_ms: number;
  readonly outcome: string;
  /** Blob of request and answer; null when recording is off. */
  readonly transcript: string | null;
}

export interface DiscoveryRow {
  readonly id: DiscoveryId;
  readonly request: string;
  readonly status: "in_progress" | "validated" | "completed";
  readonly document: JsonObject;
  readonly plan_id: PlanId | null;
  readonly created_at: number;
  readonly validated_at: number | null;
}

export interface SnapshotRow {
  readonly id: string;
  readonly plan_id: PlanId;
  readonly run_id: RunId;
  readonly paused_at: number;
  readonly paused_by: string;
  readonly reason: string;
  readonly tasks_state: JsonObject;
  readonly in_progress_tasks: readonly string[];
  /** What the next attempts go on from: feedback and kept hunks by task; absent when there is nothing. */
  readonly scratchpad_state?: JsonObject | null;
  readonly can_resume: boolean;
  readonly resumed_at: number | null;
}

/** What learning will need of one finished or failed task. */
export interface LessonRow {
  readonly id: string;
  readonly plan_id: PlanId;
  readonly run_id: RunId;
  readonly task_id: string;
  readonly kind: "example" | "failure";
  readonly signature: string | null;
  readonly root_cause: string | null;
  readonly context: JsonObject;
  readonly missing: string | null;
  readonly solution: string | null;
  readonly worked_ms: number;
  readonly at: number;
}

export interface MetricsRow {
  readonly plan_id: PlanId;
  readonly run_id: RunId;
  readonly metrics: JsonObject;
  readonly at: number;
}

export interface JiraMappingRow {
  readonly plan_id: PlanId;
  readonly local_kind: "plan" | "phase" | "milestone" | "task" | "subtask";
  readonly local_id: string;
  readonly jira_key: string;
  readonly jira_id: string | null;
  /** Hash of what was last sent, so that a second export changes nothing. */
  readonly content_hash: string | null;
  readonly synced_at: number | null;
}

export interface AuditRow {
  readonly action: string;
  readonly subject: string;
  readonly result: string;
  readonly detail: JsonObject | null;
}

/** A file in the store's folder that is not the state itself. */
export interface AsideFile {
  /** Relative to the store's folder. */
  readonly name: string;
  /** Imported as the state, found damaged, of an older schema, or a copy of what an import replaced. */
  readonly kind: "imported" | "quarantined" | "older" | "copy";
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly changed_at: number;
}

export type StoreRemedy = "take_over" | "accept_loss";

export interface StoreInfo {
  readonly location: string;
  readonly access: "write" | "read";
  /** Why it is read-only, as a sentence part; null when it is not. */
  readonly read_only_reason: string | null;
  /**
   * What a person may do about it when the store is opened again: take writing over from a process that is not proved
   * dead, or give up what is damaged at the journal's end; null when neither would help.
   */
  readonly remedy: StoreRemedy | null;
  readonly workspace: string;
  readonly epoch: number;
  readonly lsn: number;
  readonly image_bytes: number;
  readonly journal_bytes: number;
  readonly blob_bytes: number;
  /** What was imported, set aside as damaged, or kept from before an import or a change of the schema. */
  readonly aside_bytes?: number;
  readonly aside?: readonly AsideFile[];
  readonly quarantined: readonly string[];
  /** What opening had to put right, as sentences; empty after a clean start. */
  readonly notices: readonly string[];
  /** Who may write, as a sentence part such as `process 4711 on host`; null when nobody does. */
  readonly writer: string | null;
}

export interface StoreVerification {
  readonly ok: boolean;
  readonly frames: number;
  /** First LSN that does not verify; null when all do. */
  readonly first_bad: number | null;
  readonly problems: readonly string[];
}
