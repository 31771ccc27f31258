import type { JsonObject, JsonValue } from "../json";

/**
 * The content of a plan version, with the names of the plan file format (snake case on the wire and here, so that
 * nothing is mapped twice). Immutable; run state lives elsewhere. `extra` keeps fields this version does not know.
 */
export interface Plan {
  readonly schema_version: 1;
  readonly project_name: string;
  readonly user_request_original: string;
  readonly ticket_id?: string;
  readonly plan_type?: "feature" | "bug" | "refactor" | "chore" | "ops";
  readonly priority?: string;
  readonly severity?: string;
  readonly assignee?: string;
  readonly repo?: string;
  readonly branch?: string;
  readonly links?: readonly string[];
  readonly estimate?: string;
  readonly start_date?: string;
  readonly target_date?: string;
  readonly stack?: JsonObject;
  readonly dependencies?: readonly JsonValue[];
  readonly business_logic?: BusinessLogic;
  readonly entities?: readonly JsonObject[];
  readonly conventions?: JsonObject;
  readonly objective?: string;
  readonly scope?: {
    readonly in?: readonly string[];
    readonly out?: readonly string[];
    readonly extra?: JsonObject;
  };
  readonly technical_approach?: string;
  readonly context?: {
    readonly code?: readonly string[];
    readonly contracts?: readonly string[];
    readonly constraints?: readonly string[];
    readonly terms?: JsonObject;
    readonly extra?: JsonObject;
  };
  readonly edits?: readonly JsonObject[];
  readonly files?: readonly PlannedFile[];
  readonly breaking_changes?: JsonObject;
  readonly risk_level?: "green" | "yellow" | "red";
  readonly risks?: readonly Risk[];
  readonly compatibility?: JsonObject;
  readonly external_dependencies?: JsonObject;
  readonly security?: JsonObject;
  readonly observability?: JsonObject;
  readonly quality_gates?: readonly QualityGate[];
  readonly testing_strategy?: JsonObject;
  readonly documentation_updates?: readonly string[];
  readonly rollback?: readonly RollbackStep[];
  readonly acceptance_criteria?: readonly AcceptanceCriterion[];
  readonly sign_off?: readonly string[];
  readonly pr_link?: string;
  readonly phases: readonly Phase[];
  readonly extra?: JsonObject;
}

export interface BusinessLogic {
  readonly domain?: string;
  readonly industry?: string;
  readonly bounded_contexts?: readonly JsonValue[];
  readonly rules?: readonly JsonObject[];
  readonly workflows?: readonly JsonObject[];
  readonly extra?: JsonObject;
}

export interface PlannedFile {
  readonly path: string;
  readonly change?: "add" | "modify" | "delete";
  readonly risk?: string;
  readonly notes?: string;
  readonly extra?: JsonObject;
}

export interface Risk {
  readonly risk: string;
  readonly impact?: string;
  readonly likelihood?: string;
  readonly mitigation?: string;
  readonly owner?: string;
  readonly trigger?: string;
  readonly extra?: JsonObject;
}

export interface QualityGate {
  readonly gate: string;
  /** Argument vector; never a shell string. */
  readonly command?: Argv;
  readonly metric?: string;
  readonly operator?: string;
  readonly value?: number | string;
  readonly expectation?: string;
  readonly when?: "task" | "phase" | "plan";
  readonly extra?: JsonObject;
}

export interface RollbackStep {
  readonly description: string;
  readonly command?: Argv;
  readonly extra?: JsonObject;
}

/** An argument vector: the executable and its arguments. Never empty. */
export type Argv = readonly string[];

/** A plain sentence, or one with an id and the check that proves it. */
export type AcceptanceCriterion =
  | string
  | { readonly id?: string; readonly text: string; readonly check?: string; readonly extra?: JsonObject };

export interface Phase {
  readonly phase_id: string;
  readonly name: string;
  readonly goal?: string;
  readonly description?: string;
  readonly order?: number;
  readonly depends_on_phases?: readonly string[];
  /** Who opens the next phase when this one is through; `auto` when its checkpoint passes. */
  readonly gate?: "auto" | "person";
  readonly checkpoint?: {
    readonly text?: string;
    readonly commands?: readonly Argv[];
    readonly predicates?: readonly Predicate[];
    readonly extra?: JsonObject;
  };
  readonly files_create?: readonly string[];
  readonly files_modify?: readonly string[];
  readonly components?: readonly string[];
  readonly install?: readonly Argv[];
  readonly tests?: {
    readonly unit?: readonly string[];
    readonly integration?: readonly string[];
    readonly extra?: JsonObject;
  };
  readonly complexity?: "low" | "medium" | "high";
  readonly estimate_min_hours?: number;
  readonly estimated_duration_hours?: number;
  readonly estimate_max_hours?: number;
  readonly milestones: readonly Milestone[];
  readonly extra?: JsonObject;
}

export interface Milestone {
  readonly milestone_id: string;
  readonly name: string;
  readonly description?: string;
  readonly acceptance_criteria?: readonly AcceptanceCriterion[];
  readonly estimated_duration_hours?: number;
  readonly tasks: readonly Task[];
  readonly extra?: JsonObject;
}

export type TaskType =
  "setup" | "implementation" | "testing" | "documentation" | "deployment" | "refactoring";
export type Executor = "agent" | "command" | "manual";

export interface Task {
  readonly task_id: string;
  readonly title: string;
  readonly description: string;
  readonly task_type: TaskType;
  /** Who does the work; `agent` when left out. */
  readonly executor?: Executor;
  readonly priority?: "critical" | "high" | "medium" | "low";
  readonly complexity?: "low" | "medium" | "high";
  readonly estimate_min_minutes?: number;
  readonly estimated_time_minutes?: number;
  readonly estimate_max_minutes?: number;
  readonly story_points?: number;
  readonly acceptance_criteria?: readonly AcceptanceCriterion[];
  readonly labels?: readonly string[];
  readonly depends_on: readonly string[];
  readonly assigned_agent?: string;
  readonly preconditions?: readonly Predicate[];
  readonly postconditions?: readonly Predicate[];
  readonly expected_outputs?: {
    readonly files?: readonly string[];
    readonly exports?: readonly string[];
    readonly classes?: readonly string[];
    readonly tables?: readonly string[];
    readonly lines_of_code?: number;
    readonly extra?: JsonObject;
  };
  readonly file_scope?: {
    readonly write?: readonly string[];
    readonly read?: readonly string[];
    readonly extra?: JsonObject;
  };
  readonly resources?: readonly string[];
  readonly commands?: readonly Argv[];
  readonly checks?: readonly string[];
  readonly subtasks?: readonly Subtask[];
  readonly max_attempts?: number;
  readonly extra?: JsonObject;
}

export interface Subtask {
  readonly subtask_id: string;
  readonly title: string;
  readonly description?: string;
  readonly estimated_minutes?: number;
  readonly extra?: JsonObject;
}

/**
 * A typed claim about the tree, checked by machine. Fields beside `type` belong to the type; an unknown type is kept
 * and shown, and counts as not verified.
 */
export interface Predicate {
  readonly type: string;
  readonly description?: string;
  readonly critical?: boolean;
  readonly path?: string;
  readonly pattern?: string;
  readonly class?: string;
  readonly from?: string;
  readonly name?: string;
  readonly module?: string;
  readonly file?: string;
  readonly pointer?: string;
  readonly equals?: JsonValue;
  readonly table?: string;
  readonly model?: string;
  readonly command?: Argv;
  readonly extra?: JsonObject;
}

/** Something in the input that makes it no plan. `pointer` is an RFC 6901 JSON pointer, or `line N` for a document. */
export interface PlanFault {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
  /** 1-based line in the text it came from, when there was one. */
  readonly line?: number;
}

/** Something a person may fix, accept or send back; never stops an approval by itself. */
export interface Finding {
  readonly code: string;
  readonly task_id?: string;
  readonly phase_id?: string;
  readonly message: string;
}

/** What an imported document says was already done. Shown as claimed, never as proved. */
export interface ClaimedState {
  readonly tasks: Readonly<Record<string, ClaimedTask>>;
  readonly decisions: readonly {
    readonly decision: string;
    readonly rationale?: string;
    readonly at?: string;
    readonly author?: string;
  }[];
  readonly surprises: readonly { readonly observation: string; readonly evidence?: string }[];
  readonly progress: readonly { readonly at?: string; readonly text: string }[];
  readonly outcomes: readonly string[];
  /** Run state as the file gave it, by `plan`, `phase:ID`, `milestone:ID`, `task:ID` or `subtask:ID`. */
  readonly details?: Readonly<Record<string, JsonObject>>;
}

export interface ClaimedTask {
  /** `done`: claimed done. `partial`: both texts kept. `in_progress`: the first one to take up again. */
  readonly state: "done" | "partial" | "in_progress" | "blocked" | "skipped" | "failed";
  readonly at?: string;
  readonly note?: string;
}

/** Every task with where it hangs, in document order. */
export function tasksOf(
  plan: Plan,
): { readonly phase: Phase; readonly milestone: Milestone; readonly task: Task }[] {
  return plan.phases.flatMap((phase) =>
    phase.milestones.flatMap((milestone) => milestone.tasks.map((task) => ({ phase, milestone, task }))),
  );
}
