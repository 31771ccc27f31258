import type {
  ChatCompletionCreateParams,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions";
import type { ModelMessage, ModelRequest } from "../../ports/languageModel";

/** Fields that some servers refuse and that an answer does not depend on. */
export const optionalFields = [
  "stream_options",
  "prompt_cache_key",
  "max_completion_tokens",
  "max_tokens",
  "tool_choice",
  "stream",
] as const;
export type OptionalField = (typeof optionalFields)[number];

/** The JSON body of a chat completions request; `left_out` names fields that this server has refused before. */
export function toRequestBody(
  request: ModelRequest,
  model: string,
  leftOut: ReadonlySet<OptionalField>,
): ChatCompletionCreateParams {
  const keeps = (name: OptionalField): boolean => !leftOut.has(name);
  const streams = keeps("stream");
  return {
    model,
    messages: request.messages.map(toMessage),
    ...(streams ? { stream: true } : { stream: false }),
    ...(streams && keeps("stream_options") ? { stream_options: { include_usage: true } } : {}),
    ...toolsOf(request, keeps("tool_choice")),
    ...formatOf(request),
    ...limitOf(request.max_output_tokens, keeps),
    ...(request.cache_key !== undefined && keeps("prompt_cache_key")
      ? { prompt_cache_key: request.cache_key }
      : {}),
  };
}

function toMessage(message: ModelMessage): ChatCompletionMessageParam {
  if (message.role !== "assistant") return message;
  const calls = message.tool_calls ?? [];
  if (calls.length === 0) return { role: "assistant", content: message.content };
  return {
    role: "assistant",
    content: message.content === "" ? null : message.content,
    tool_calls: calls.map((call) => ({
      id: call.id,
      type: "function",
      function: { name: call.name, arguments: call.arguments },
    })),
  };
}

function toolsOf(
  request: ModelRequest,
  keepsChoice: boolean,
): Pick<ChatCompletionCreateParams, "tools" | "tool_choice"> {
  if (request.tools === undefined || request.tools.length === 0) return {};
  const tools = request.tools.map(({ name, description, parameters }) => ({
    type: "function" as const,
    function: { name, description, parameters: { ...parameters } },
  }));
  return keepsChoice ? { tools, tool_choice: "auto" } : { tools };
}

function formatOf(request: ModelRequest): Pick<ChatCompletionCreateParams, "response_format"> {
  if (request.schema === undefined || request.structure === "text") return {};
  if (request.structure === "json_object") return { response_format: { type: "json_object" } };
  const { name, schema } = request.schema;
  return {
    response_format: { type: "json_schema", json_schema: { name, strict: true, schema: { ...schema } } },
  };
}

function limitOf(
  limit: number | undefined,
  keeps: (name: OptionalField) => boolean,
): Readonly<Record<string, number>> {
  if (limit === undefined) return {};
  if (keeps("max_completion_tokens")) return { max_completion_tokens: limit };
  return keeps("max_tokens") ? { max_tokens: limit } : {};
}
