import { MasterPlanError } from "../../core/errors";
import type { LanguageModel, ModelInfo, ModelPart, ModelRequest } from "../../ports/languageModel";
import { findTurn, type Recording, type RecordedTurn } from "./recording";

/** Gives recorded replies again, and says so: nothing is computed, nothing leaves the machine, nothing costs. */
export class RecordedModel implements LanguageModel {
  readonly info: ModelInfo;
  readonly #load: () => Promise<Recording>;

  /** `load` is asked once per call, so that nothing is read before it is needed. */
  constructor(label: string, load: () => Promise<Recording>) {
    // Replies that were recorded cost nothing, so a budget is never in question.
    const free = { usd_per_million_input: 0, usd_per_million_output: 0 };
    this.info = { provider: "recorded", model: label, origin: "recorded", recorded: true, ...free };
    this.#load = load;
  }

  async *send(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart> {
    const recording = await this.#load();
    if (signal.aborted) throw new MasterPlanError("cancelled", "The model call was cancelled");
    const turn = findTurn(recording, {
      purpose: request.purpose,
      schema: request.schema?.name ?? null,
      task_id: request.subject?.task_id ?? null,
      feedback: request.subject?.has_feedback ?? false,
      said: request.messages.map((message) => message.content).join("\n"),
      turn: request.messages.filter((message) => message.role === "assistant").length,
    });
    if (turn === null) throw noRecording(recording.label, request);
    yield* partsOf(turn, request);
  }
}

function* partsOf(turn: RecordedTurn, request: ModelRequest): Generator<ModelPart> {
  const text = turn.json === undefined ? (turn.text ?? "") : JSON.stringify(turn.json);
  if (text !== "") yield { type: "text", text };
  const calls = turn.tool_calls ?? [];
  const round = request.messages.filter((message) => message.role === "assistant").length + 1;
  for (const [index, call] of calls.entries()) {
    const id = `recorded_${round}_${index + 1}`;
    yield { type: "tool_call", call: { id, name: call.name, arguments: JSON.stringify(call.arguments) } };
  }
  const usage = { input_tokens: 0, output_tokens: 0, cached_tokens: 0 };
  yield { type: "end", finish: calls.length > 0 ? "tool_calls" : "stop", usage };
}

function noRecording(label: string, request: ModelRequest): MasterPlanError {
  const task = request.subject?.task_id;
  const what = task === undefined ? `a ${request.purpose} call` : `task ${task}`;
  return new MasterPlanError(
    "model.noRecording",
    `The recording "${label}" holds no reply to ${what} like this one`,
    {
      hint: "Recorded replies only tell the sample story. Choose a model, or use the template planner, which needs none",
    },
  );
}
