/** One model behind one endpoint. Adapters translate; retries, budget and recording live in one wrapper above. */
export interface LanguageModel {
  readonly info: ModelInfo;
  /** What this model authenticates with, so that no transcript or message keeps it; empty where nothing is set. */
  secrets?(): Promise<readonly string[]>;
  /**
   * Streams one answer. The last part is always `end`; a stream that stops without it was cut and counts as
   * truncated. Throws `MasterPlanError` with a `model.*` code; `signal` aborts within a second and throws `cancelled`.
   */
  send(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart>;
}

export interface ModelInfo {
  /** `openai-compatible`, `vscode`, `recorded`. */
  readonly provider: string;
  readonly model: string;
  /** Origin of the endpoint, for display; never holds a key. */
  readonly origin: string;
  /** Answers come from a recording; shown as such wherever they appear. */
  readonly recorded: boolean;
  readonly max_input_tokens?: number;
  /** False when the model is known to take no tools; its edits then come as text. */
  readonly supports_tools?: boolean;
  /** The best form of structured answer it is known to take; `json_schema` is tried when this is left out. */
  readonly structure?: "json_schema" | "json_object" | "text";
  readonly usd_per_million_input?: number;
  readonly usd_per_million_output?: number;
  readonly usd_per_million_cached?: number;
}

export type ModelMessage =
  | { readonly role: "system" | "user"; readonly content: string }
  | { readonly role: "assistant"; readonly content: string; readonly tool_calls?: readonly ToolCall[] }
  | { readonly role: "tool"; readonly tool_call_id: string; readonly content: string };

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text exactly as the model wrote it; parsed once by the tool loop. */
  readonly arguments: string;
}

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ModelRequest {
  readonly messages: readonly ModelMessage[];
  readonly tools?: readonly ToolSpec[];
  readonly schema?: { readonly name: string; readonly schema: Readonly<Record<string, unknown>> };
  /** How a structured answer is asked for; the wrapper steps down when a server refuses (400 or 422). */
  readonly structure?: "json_schema" | "json_object" | "text";
  readonly max_output_tokens?: number;
  /** Hash of the plan version, so that provider caches hit across tasks. */
  readonly cache_key?: string;
  readonly purpose: ModelPurpose;
  /** What the call is about; recordings are found by it, and it is never sent. */
  readonly subject?: { readonly task_id?: string; readonly has_feedback?: boolean };
}

export type ModelPurpose =
  "discovery" | "plan" | "task" | "repair" | "failure_analysis" | "change" | "lessons" | "health";

export type ModelPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reasoning"; readonly text: string }
  | { readonly type: "tool_call"; readonly call: ToolCall }
  | {
      readonly type: "end";
      readonly finish: "stop" | "tool_calls" | "length" | "filtered" | "unknown";
      readonly usage: ModelUsage | null;
      /** The model that answered, where the endpoint says so; it may differ from the one asked for. */
      readonly model?: string;
    };

export interface ModelUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cached_tokens: number;
}
