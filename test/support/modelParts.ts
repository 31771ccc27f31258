import { isMasterPlanError, type MasterPlanError } from "../../src/core/errors";
import type { LanguageModel, ModelPart, ModelRequest } from "../../src/ports/languageModel";

/** What a model's stream came to, in a form that compares well. */
export interface Collected {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly end: Extract<ModelPart, { type: "end" }> | null;
  readonly error: MasterPlanError | null;
}

/** Reads one answer to its end. Errors of ours are part of the outcome, anything else is thrown. */
export async function collect(
  model: LanguageModel,
  request: ModelRequest,
  signal = new AbortController().signal,
): Promise<Collected> {
  const parts: ModelPart[] = [];
  let error: MasterPlanError | null = null;
  try {
    for await (const part of model.send(request, signal)) parts.push(part);
  } catch (thrown) {
    if (!isMasterPlanError(thrown)) throw thrown;
    error = thrown;
  }
  return {
    text: parts.map((part) => (part.type === "text" ? part.text : "")).join(""),
    reasoning: parts.map((part) => (part.type === "reasoning" ? part.text : "")).join(""),
    calls: parts.flatMap((part) => (part.type === "tool_call" ? [part.call] : [])),
    end: parts.find((part) => part.type === "end") ?? null,
    error,
  };
}

export const helloRequest: ModelRequest = {
  messages: [{ role: "user", content: "Hello" }],
  purpose: "health",
};
