import { costOf } from "../../core/cost/callCost";
import { priceOf } from "../../core/cost/modelPrices";
import { isMasterPlanError, MasterPlanError } from "../../core/errors";
import type { Clock } from "../../ports/clock";
import type { LanguageModel, ModelRequest, ModelUsage } from "../../ports/languageModel";
import type { ModelCallRow } from "../../ports/storeRows";

/** What a first, small call to a model showed. */
export interface ModelTrial {
  readonly ms: number;
  /** The model that answered, where the endpoint says so. */
  readonly model: string;
}

/** One request of a trial, as it is recorded. */
export type TrialCall = Omit<
  ModelCallRow,
  "id" | "run_id" | "plan_id" | "task_id" | "purpose" | "transcript"
>;

const trialLimitMs = 30_000;
/** A server that names an optional field in its refusal gets the call again without it; there are six such fields. */
const maxCalls = 7;

const request: ModelRequest = {
  messages: [{ role: "user", content: "Answer with the one word: ready" }],
  max_output_tokens: 16,
  purpose: "health",
};

/**
 * Asks a model for one word, which costs next to nothing, and resolves when its answer has ended. `onCall` hears of each
 * request when it has ended, however it did. Rejects with the
 * `model.*` error of the call, with `model.timedOut` when nothing came within the limit, and with `cancelled`.
 */
export async function tryModel(
  model: LanguageModel,
  clock: Clock,
  signal: AbortSignal,
  limitMs = trialLimitMs,
  onCall: (call: TrialCall) => void = () => undefined,
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
    const answered = await firstAnswer(model, clock, stop.signal, onCall);
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

async function firstAnswer(
  model: LanguageModel,
  clock: Clock,
  signal: AbortSignal,
  onCall: (call: TrialCall) => void,
): Promise<string | undefined> {
  for (let calls = 1; ; calls += 1) {
    const started = clock.now();
    const told = (outcome: string, usage: ModelUsage, answered?: string): void => {
      onCall(trialCall(model, { outcome, usage, answered, started, ms: clock.now() - started }));
    };
    try {
      for await (const part of model.send(request, signal)) {
        if (part.type !== "end") continue;
        told("ok", part.usage ?? guessed, part.model);
        return part.model;
      }
      throw new MasterPlanError("model.truncated", "The answer broke off", {
        hint: "Try again, or choose another model",
      });
    } catch (error) {
      const code = isMasterPlanError(error) ? error.code : "internal";
      // What was cut off may be paid for all the same; a refusal costs nothing.
      if (signal.aborted) told("unknown", guessed);
      else told(code, code === "model.truncated" ? guessed : nothing);
      const again = isMasterPlanError(error, "model.rejected") && error.details["retryable"] === true;
      if (!again || calls === maxCalls) throw error;
    }
  }
}

const nothing: ModelUsage = { input_tokens: 0, output_tokens: 0, cached_tokens: 0 };
/** An upper guess at what the one question and its answer take. */
const guessed: ModelUsage = { input_tokens: 24, output_tokens: 16, cached_tokens: 0 };

function trialCall(
  { info }: LanguageModel,
  call: {
    readonly outcome: string;
    readonly usage: ModelUsage;
    readonly answered: string | undefined;
    readonly started: number;
    readonly ms: number;
  },
): TrialCall {
  const known = priceOf(info.model, info.origin);
  const input = info.usd_per_million_input ?? known?.input ?? 0;
  const output = info.usd_per_million_output ?? known?.output ?? 0;
  const price = { input, output, cached: info.usd_per_million_cached ?? known?.cached ?? input };
  return {
    provider: info.provider,
    model: call.answered ?? info.model,
    input_tokens: call.usage.input_tokens,
    output_tokens: call.usage.output_tokens,
    cached_tokens: call.usage.cached_tokens,
    usd: info.recorded ? 0 : costOf(call.usage, price),
    recorded: info.recorded,
    started_at: call.started,
    duration_ms: call.ms,
    outcome: call.outcome,
  };
}
