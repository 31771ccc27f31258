import { MasterPlanError } from "../../core/errors";
import type { LanguageModel, ModelPart, ModelRequest, ModelUsage, ToolCall } from "../../ports/languageModel";

/** Everything one request brought back. With `error` set, text and calls are what had arrived until then. */
export interface CollectedAnswer {
  readonly text: string;
  readonly reasoning: string;
  readonly tool_calls: readonly ToolCall[];
  /** `cut`: no end mark was seen, and the answer is whole all the same. */
  readonly finish: "stop" | "tool_calls" | "length" | "cut";
  readonly usage: ModelUsage;
  readonly model: string | null;
}

export interface AnswerOutcome extends Omit<CollectedAnswer, "usage"> {
  readonly usage: ModelUsage | null;
  /** Something of the answer had arrived. */
  readonly started: boolean;
  readonly error: unknown;
}

/** Reads a stream to its end and judges how it ended. Never throws. */
export async function collectAnswer(
  model: LanguageModel,
  request: ModelRequest,
  takesCut: (text: string) => boolean,
  signal: AbortSignal,
): Promise<AnswerOutcome> {
  const texts: string[] = [];
  const reasoning: string[] = [];
  const calls: ToolCall[] = [];
  let end: Extract<ModelPart, { type: "end" }> | null = null;
  let error: unknown = null;
  try {
    for await (const part of model.send(request, signal)) {
      if (part.type === "text") texts.push(part.text);
      else if (part.type === "reasoning") reasoning.push(part.text);
      else if (part.type === "tool_call") calls.push(part.call);
      else end = part;
    }
  } catch (thrown) {
    error = thrown;
  }
  const text = texts.join("");
  if (error === null && signal.aborted)
    error = new MasterPlanError("cancelled", "The model call was cancelled");
  error ??= faultOfEnd(end, text, calls, takesCut);
  return {
    text,
    reasoning: reasoning.join(""),
    tool_calls: calls,
    finish: finishOf(end, calls),
    usage: end?.usage ?? null,
    model: end?.model ?? null,
    started: texts.length + reasoning.length + calls.length > 0 || end !== null,
    error,
  };
}

function finishOf(
  end: Extract<ModelPart, { type: "end" }> | null,
  calls: readonly ToolCall[],
): CollectedAnswer["finish"] {
  if (end === null) return "cut";
  if (end.finish === "length") return "length";
  return calls.length > 0 ? "tool_calls" : "stop";
}

function faultOfEnd(
  end: Extract<ModelPart, { type: "end" }> | null,
  text: string,
  calls: readonly ToolCall[],
  takesCut: (text: string) => boolean,
): MasterPlanError | null {
  if (end === null) {
    if (calls.length === 0 && takesCut(text)) return null;
    return new MasterPlanError("model.truncated", "The model's answer stopped before its end", {
      details: { retryable: true },
    });
  }
  if (end.finish === "filtered") {
    return new MasterPlanError("model.refused", "The provider's content filter stopped the answer", {
      hint: "Reword the request or the task, or choose another model",
    });
  }
  if (end.finish !== "length" && text.trim() === "" && calls.length === 0) {
    return new MasterPlanError("model.badAnswer", "The model gave an empty answer", {
      details: { retryable: true, empty: true },
    });
  }
  return null;
}
