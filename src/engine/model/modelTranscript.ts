import type { MasterPlanError } from "../../core/errors";
import type { ModelRequest } from "../../ports/languageModel";
import type { CollectedAnswer } from "./modelAnswer";

/** A call as readable text: what was sent and what came back. Secrets are taken out by the caller. */
export function transcriptOf(
  request: ModelRequest,
  answer: Pick<CollectedAnswer, "text" | "tool_calls" | "finish">,
  error: MasterPlanError | null,
): string {
  const parts = request.messages.map((message) => {
    const calls = message.role === "assistant" ? (message.tool_calls ?? []) : [];
    return [
      `## ${message.role}`,
      message.content,
      ...calls.map((call) => `-> ${call.name} ${call.arguments}`),
    ].join("\n");
  });
  if (request.tools !== undefined)
    parts.push(`## tools\n${request.tools.map((tool) => tool.name).join(", ")}`);
  if (request.schema !== undefined)
    parts.push(`## answer form\n${request.structure ?? "json_schema"} ${request.schema.name}`);
  const calls = answer.tool_calls.map((call) => `-> ${call.name} ${call.arguments}`);
  parts.push([`## answer (${answer.finish})`, answer.text, ...calls].join("\n"));
  if (error !== null) parts.push(`## failed\n${error.code}: ${error.message}`);
  return `${parts.join("\n\n")}\n`;
}
