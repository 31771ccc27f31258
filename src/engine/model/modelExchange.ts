import type { AnswerFault } from "../../core/answer/answerFault";
import type { MasterPlanError } from "../../core/errors";
import type { PlanId, RunId } from "../../core/ids";
import type { Result } from "../../core/result";
import type { Clock, IdSource } from "../../ports/clock";
import type {
  LanguageModel,
  ModelInfo,
  ModelMessage,
  ModelPurpose,
  ModelUsage,
  ToolCall,
  ToolSpec,
} from "../../ports/languageModel";
import type { Logger } from "../../ports/logger";
import type { ModelCallRow } from "../../ports/storeRows";
import type { BudgetLedger } from "./modelBudget";

/**
 * The one wrapper above every language model: retries, format fall-back, repairs, budget, cost rows and transcripts.
 * Failures are results with a `model.*` code or `cancelled`; `model.rateLimited` with `details.retry_at` (epoch
 * milliseconds) means: wait until then without holding anything open.
 */
export interface ModelClient {
  readonly info: ModelInfo;
  /** One answer in text and tool calls. */
  chat(request: ChatRequest, signal: AbortSignal): Promise<Result<ChatAnswer, MasterPlanError>>;
  /** One answer that must satisfy a schema; faults go back to the model at most twice. */
  ask<T>(
    request: StructuredRequest<T>,
    signal: AbortSignal,
  ): Promise<Result<StructuredAnswer<T>, MasterPlanError>>;
}

export interface ModelClientOptions {
  readonly model: LanguageModel;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly ledger: BudgetLedger;
  readonly scope: { readonly run_id: RunId | null; readonly plan_id: PlanId | null };
  readonly recorder: ModelRecorder;
  /** Values that must not reach a transcript or an error message, such as keys from the environment. */
  readonly secrets?: readonly string[];
  /** Cap on the tokens of one answer; bounds the reservation. */
  readonly maxOutputTokens?: number;
}

/** Where the wrapper leaves its traces; the engine makes them durable. */
export interface ModelRecorder {
  /** Before anything is sent. The call must not start unless this resolves. */
  opened(call: OpenedModelCall): Promise<void>;
  /** After a call ended, however it ended. `transcript` is redacted text of request and answer. */
  closed(call: ClosedModelCall): Promise<void>;
}

export interface OpenedModelCall {
  readonly id: string;
  readonly purpose: ModelPurpose;
  readonly task_id: string | null;
  readonly model: string;
  /** Charged in full when the outcome of the call is never known. */
  readonly reserved_usd: number;
  /** The call as it stands while nobody knows how it ends: outcome `unknown`, tokens and cost as reserved. */
  readonly row: ModelCallRow;
}

export interface ClosedModelCall {
  /** `transcript` is null in the row; whoever stores the text puts the blob's hash in. */
  readonly row: ModelCallRow;
  readonly transcript: string;
}

export interface ChatRequest {
  readonly messages: readonly ModelMessage[];
  readonly tools?: readonly ToolSpec[];
  readonly purpose: ModelPurpose;
  readonly task_id?: string;
  readonly has_feedback?: boolean;
  readonly cache_key?: string;
  readonly max_output_tokens?: number;
}

export interface ChatAnswer {
  readonly text: string;
  readonly tool_calls: readonly ToolCall[];
  /** `length`: the answer was cut by the token limit. */
  readonly finish: "stop" | "tool_calls" | "length";
  readonly usage: ModelUsage;
  readonly recorded: boolean;
}

export interface AnswerSchema<T> {
  /** Name on the wire: `masterplan`, `discovery_document`, ... */
  readonly name: string;
  readonly schema: Readonly<Record<string, unknown>>;
  parse(value: unknown): Result<T, readonly AnswerFault[]>;
}

export interface StructuredRequest<T> extends Omit<ChatRequest, "tools"> {
  readonly answer: AnswerSchema<T>;
}

export interface StructuredAnswer<T> {
  readonly value: T;
  /** How often the answer had to be sent back. */
  readonly repairs: number;
  readonly recorded: boolean;
}
