import type { ApprovalId, PlanId, RunId } from "../core/ids";
import type { JsonObject } from "../core/json";
import type { Run } from "../core/run/run";
import type { RunEvent } from "../core/run/runEvent";
import type { StoreInfo, StoreVerification } from "./storeInfo";
import type {
  ApprovalRow,
  AuditRow,
  DiscoveryRow,
  HistoryRow,
  JiraMappingRow,
  LessonRow,
  MetricsRow,
  ModelCallRow,
  PlanRow,
  PlanVersionRow,
  RunRow,
  SnapshotRow,
  StoredEvent,
} from "./storeRows";

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
  importState(path: string, options?: ImportOptions): Promise<void>;
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

/** `keep` is the file that takes a copy of what is replaced. */
export interface ImportOptions {
  readonly keep?: string;
  /** Asked once more between the last commit to the old state and its replacement; what it throws ends the import. */
  readonly allow?: () => void;
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
