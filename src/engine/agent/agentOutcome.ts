import type { UnchangeablePath } from "../../core/change/path/unchangeable";
import type { MasterPlanError } from "../../core/errors";
import type { Plan, Task } from "../../core/plan/plan";
import type { Result } from "../../core/result";
import type { Evidence } from "../../core/validation/evidence";
import type { WorkspaceFiles } from "../../ports/workspaceFiles";
import type { ModelClient } from "../model/modelExchange";

/** One attempt of an agent at one task, in files that are the attempt's own. */
export interface AgentRequest {
  readonly client: ModelClient;
  readonly plan: Plan;
  readonly task: Task;
  /** Hash of the plan version; provider caches are keyed by it. */
  readonly planHash: string;
  readonly files: WorkspaceFiles;
  /** Of these paths, those that no task may change. */
  readonly unchangeable?: (paths: readonly string[]) => Promise<readonly UnchangeablePath[]>;
  /** Validated discovery document of the plan, if it has one. */
  readonly discovery?: Readonly<Record<string, unknown>>;
  /** What worked and what to avoid, best first; part of the cached prefix. */
  readonly examples?: readonly string[];
  /** Results of earlier tasks that this one depends on, one line each. */
  readonly context?: readonly string[];
  /** Why earlier attempts were not taken, oldest first: validation failures and a person's reasons. */
  readonly feedback: readonly AgentFeedback[];
  /** Unified diff of hunks that a person wants kept; they are in the files already. */
  readonly keptHunks?: string;
  /** Names that `run_check` takes. */
  readonly checks: readonly string[];
  /** `output`: the end of what the check printed, for the model. */
  readonly runCheck: (name: string, signal: AbortSignal) => Promise<Evidence & { readonly output?: string }>;
  readonly maxSteps: number;
  /** Called after every tool call, in order. A rejection ends the attempt. */
  onStep(step: AgentStep): Promise<void> | void;
  readonly signal: AbortSignal;
}

export interface AgentFeedback {
  readonly attempt: number;
  readonly source: "validation" | "review" | "model" | "person";
  readonly text: string;
}

export interface AgentStep {
  /** Name of the tool, or `text` for edits that came as text. */
  readonly tool: string;
  /** One line for a person. */
  readonly text: string;
  readonly ok: boolean;
  readonly subtask?: {
    readonly subtask_id: string;
    readonly status: "in_progress" | "completed" | "cancelled";
  };
}

/** What an attempt came to. It says nothing about whether the work is right: validation does. */
export interface AgentOutcome {
  readonly summary: string;
  readonly decisions: readonly { readonly decision: string; readonly rationale: string }[];
  readonly surprises: readonly { readonly observation: string; readonly evidence: string }[];
  /** Paths that were written, deleted or moved, sorted. */
  readonly touched: readonly string[];
  /** Number of model answers used. */
  readonly steps: number;
  readonly recorded: boolean;
}

/**
 * Failures: `model.*`, `model.stepsExceeded` when the rounds are used up, `model.looped` when the model goes in
 * circles, `cancelled`. What was written until then is still in the files.
 */
export type RunAgent = (request: AgentRequest) => Promise<Result<AgentOutcome, MasterPlanError>>;
