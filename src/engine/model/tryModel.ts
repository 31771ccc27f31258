import { isMasterPlanError, MasterPlanError } from "../../core/errors";
import type { Clock } from "../../ports/clock";
import type { LanguageModel, ModelRequest } from "../../ports/languageModel";

/** What a first, small call to a model showed. */
export interface ModelTrial {
  readonly ms: number;
  /** The model that answered, where the endpoint says so. */
  readonly model: string;
}

const trialLimitMs = 30_000;
/** A server that names an optional field in its refusal gets the call again without it; there are six such fields. */
const maxCalls = 7;

const request: ModelRequest = {
  messages: [{ role: "user", content: "Answer with the one word: ready" }],
  max_output_tokens: 16,
  purpose: "health",
};

/**
 * Asks a model for one word, which costs next to nothing, and resolves when its answer has ended. Rejects with the
 * `model.*` error of the call, with `model.timedOut` when nothing came within the limit, and with `cancelled`.
 */
export async function tryModel(
  model: LanguageModel,
  clock: Clock,
  signal: AbortSignal,
  limitMs = trialLimitMs,
): Promise<ModelTrial> {
  const begun = clock.now();
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const limit = { isOver: false };
  void clock.sleep(limitMs, stop.signal).then(() => {
    limit.isOver = !stop.signal.aborted;
    stop.abort();
  });
  try {
    const answered = await firstAnswer(model, stop.signal);
    return { ms: clock.now() - begun, model: answered ?? model.info.model };
  } catch (error) {
    if (!limit.isOver) throw error;
    throw new MasterPlanError("model.timedOut", `No answer came within ${Math.round(limitMs / 1000)} s`, {
      hint: "Check that the model is loaded and the address is right, or choose another model",
    });
  } finally {
    stop.abort();
    signal.removeEventListener("abort", onAbort);
  }
}

async function firstAnswer(model: LanguageModel, signal: AbortSignal): Promise<string | undefined> {
  for (let calls = 1; ; calls += 1) {
    try {
      for await (const part of model.send(request, signal)) if (part.type === "end") return part.model;
      throw new MasterPlanError("model.truncated", "The answer broke off", {
        hint: "Try again, or choose another model",
      });
    } catch (error) {
      const again = isMasterPlanError(error, "model.rejected") && error.details["retryable"] === true;
      if (!again || calls === maxCalls) throw error;
    }
  }
}
