import type { ApprovalId, DiscoveryId, PlanId, RunId } from "../core/ids";
import type { JsonObject } from "../core/json";
import type { ClaimedState, Plan } from "../core/plan/plan";
import type { Run } from "../core/run/run";
import type { RunEvent } from "../core/run/runEvent";

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
