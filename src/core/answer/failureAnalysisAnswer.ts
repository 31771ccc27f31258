import type { JsonValue } from "../json";

/** Why a task failed for good, and what could be done; shown to a person who decides. */
export interface FailureAnalysis {
  readonly root_cause: string;
  readonly symptoms: readonly string[];
  readonly why_retries_failed: readonly string[];
  readonly hidden_dependency?: string;
  readonly conclusion: string;
  /** Ranked, best first. */
  readonly proposed_solutions: readonly ProposedSolution[];
}

export interface ProposedSolution {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly action: "create_dependency_task" | "modify_task_scope" | "modify_task_context" | "retry";
  /** Tasks in the form of the plan file; parsed with the plan when a person takes the solution. */
  readonly new_tasks?: readonly JsonValue[];
  readonly insert_before?: string;
  /** Percent, 0 to 100. */
  readonly success_probability: number;
  readonly estimated_time_minutes?: number;
  readonly note?: string;
}
