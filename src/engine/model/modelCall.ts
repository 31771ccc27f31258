import { costOf, estimateTokens, type ModelPrice } from "../../core/cost/callCost";
import { priceOf } from "../../core/cost/modelPrices";
import { MasterPlanError } from "../../core/errors";
import { createRedact, type Redact } from "../../core/redact";
import { err, ok, type Result } from "../../core/result";
import type { ModelInfo, ModelRequest, ModelUsage } from "../../ports/languageModel";
import type { ModelCallRow } from "../../ports/storeRows";
import { collectAnswer, type AnswerOutcome, type CollectedAnswer } from "./modelAnswer";
import type { ChatAnswer, ChatRequest, ModelClientOptions } from "./modelExchange";
import { isSameModel } from "./sameModel";
import { asModelError, cancelledError, decideRetry, fractionOf } from "./modelRetry";
import { transcriptOf } from "./modelTranscript";

/** One logical call: a request with its transport retries, each one reserved, paid and recorded. */
export interface ModelCaller {
  readonly info: ModelInfo;
  chat(request: ChatRequest, signal: AbortSignal): Promise<Result<ChatAnswer, MasterPlanError>>;
  /** `takesCut` says whether an answer without an end mark is whole all the same. */
  call(
    request: ModelRequest,
    takesCut: (text: string) => boolean,
    signal: AbortSignal,
  ): Promise<Result<CollectedAnswer, MasterPlanError>>;
}

const defaultMaxOutputTokens = 16_384;

export function createModelCaller(options: ModelClientOptions): ModelCaller {
  return new RetryingCaller(options);
}

class RetryingCaller implements ModelCaller {
  readonly info: ModelInfo;
  readonly #options: ModelClientOptions;
  readonly #redact: Redact;

  constructor(options: ModelClientOptions) {
    this.info = options.model.info;
    this.#options = options;
    this.#redact = createRedact(options.secrets);
  }

  async chat(request: ChatRequest, signal: AbortSignal): Promise<Result<ChatAnswer, MasterPlanError>> {
    const answer = await this.call(toModelRequest(request), () => false, signal);
    if (!answer.ok) return answer;
    const { text, tool_calls, finish, usage } = answer.value;
    return ok({
      text,
      tool_calls,
      finish: finish === "cut" ? "stop" : finish,
      usage,
      recorded: this.info.recorded,
    });
  }

  async call(
    request: ModelRequest,
    takesCut: (text: string) => boolean,
    signal: AbortSignal,
  ): Promise<Result<CollectedAnswer, MasterPlanError>> {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#request(request, takesCut, signal);
      if (answer.ok) return answer;
      const { clock, ids, logger } = this.#options;
      const now = clock.now();
      const decision = decideRetry(answer.error, attempt, fractionOf(ids.ulid()), now);
      if (decision.kind === "fail") return answer;
      if (decision.kind === "waitUntil") return err(waitingUntil(answer.error, decision.at));
      logger.log("info", "Model call will be tried again", {
        code: answer.error.code,
        attempt,
        delay_ms: decision.delayMs,
      });
      await clock.sleep(decision.delayMs, signal);
      if (signal.aborted) return err(cancelledError());
    }
  }

  /** One request: reserve, announce, send, settle, record. */
  async #request(
    request: ModelRequest,
    takesCut: (text: string) => boolean,
    signal: AbortSignal,
  ): Promise<Result<CollectedAnswer, MasterPlanError>> {
    if (signal.aborted) return err(cancelledError());
    const { model, clock, ids, ledger, recorder } = this.#options;
    const price = this.#price();
    if (!price.ok) return price;
    const id = ids.ulid();
    const input = estimateInput(request);
    const cap = request.max_output_tokens ?? this.#options.maxOutputTokens ?? defaultMaxOutputTokens;
    const reservation = costOf({ input_tokens: input, output_tokens: cap, cached_tokens: 0 }, price.value);
    const reserved = ledger.reserve(id, reservation);
    if (!reserved.ok) return err(overBudget(reserved.error.needed_usd, reserved.error.left_usd));
    const bounded = ledger.limitUsd === null ? request : { ...request, max_output_tokens: cap };
    try {
      const row = this.#row(id, request, {
        model: model.info.model,
        started_at: clock.now(),
        duration_ms: 0,
        usage: { input_tokens: input, output_tokens: cap, cached_tokens: 0 },
        usd: reservation,
        outcome: "unknown",
      });
      const { purpose } = request;
      const opened = { id, purpose, task_id: row.task_id, model: row.model, reserved_usd: reservation, row };
      await recorder.opened(opened);
    } catch (error) {
      ledger.settle(id, 0);
      throw error;
    }
    const startedAt = clock.now();
    const outcome = await collectAnswer(model, bounded, takesCut, signal);
    this.#noteOtherModel(outcome.model);
    const usage = outcome.usage ?? this.#guessUsage(outcome.started, input, cap, outcome);
    const usd = model.info.recorded ? 0 : costOf(usage, price.value);
    ledger.settle(id, usd);
    const error = outcome.error === null ? null : this.#clean(asModelError(outcome.error, signal));
    await this.#record(id, request, { startedAt, usage, usd, error, answer: outcome });
    return error === null ? ok({ ...outcome, usage }) : err(error);
  }

  /** The row names the model that answered; that it is not the one asked for is said in the log as well. */
  #noteOtherModel(answered: string | null): void {
    const { model, logger } = this.#options;
    if (answered === null || isSameModel(model.info.model, answered)) return;
    logger.log("warn", "The server answered with another model than the one asked for", {
      asked: model.info.model,
      answered: answered.slice(0, 200),
    });
  }

  #price(): Result<ModelPrice, MasterPlanError> {
    const { info } = this.#options.model;
    const free = { input: 0, output: 0, cached: 0 };
    if (info.recorded) return ok(free);
    const known = priceOf(info.model, info.origin);
    const input = info.usd_per_million_input ?? known?.input;
    const output = info.usd_per_million_output ?? known?.output;
    if (input !== undefined && output !== undefined) {
      return ok({ input, output, cached: info.usd_per_million_cached ?? known?.cached ?? input });
    }
    const limit = this.#options.ledger.limitUsd;
    if (limit === null) return ok(free);
    const message = `The price of model ${info.model} is unknown, so the budget of $${limit} cannot be kept`;
    return err(
      new MasterPlanError("model.budgetExceeded", message, {
        hint: "Set usd_per_million_input and usd_per_million_output in the provider settings, or set no budget",
      }),
    );
  }

  /** What to charge when the provider gave no usage: nothing before the first part, else an upper guess. */
  #guessUsage(
    started: boolean,
    input: number,
    cap: number,
    answer: { readonly text: string; readonly error: unknown },
  ): ModelUsage {
    if (!started) return { input_tokens: 0, output_tokens: 0, cached_tokens: 0 };
    const output = answer.error === null ? estimateTokens(answer.text) : cap;
    return { input_tokens: input, output_tokens: output, cached_tokens: 0 };
  }

  #clean(error: MasterPlanError): MasterPlanError {
    const message = this.#redact(error.message);
    if (message === error.message) return error;
    const hint = error.hint === undefined ? {} : { hint: this.#redact(error.hint) };
    return new MasterPlanError(error.code, message, { ...hint, details: error.details });
  }

  async #record(
    id: string,
    request: ModelRequest,
    call: {
      readonly startedAt: number;
      readonly usage: ModelUsage;
      readonly usd: number;
      readonly error: MasterPlanError | null;
      readonly answer: AnswerOutcome;
    },
  ): Promise<void> {
    const { model, clock, recorder } = this.#options;
    const row = this.#row(id, request, {
      model: call.answer.model ?? model.info.model,
      started_at: call.startedAt,
      duration_ms: clock.now() - call.startedAt,
      usage: call.usage,
      usd: call.usd,
      outcome: call.error === null ? "ok" : call.error.code,
    });
    await recorder.closed({ row, transcript: this.#redact(transcriptOf(request, call.answer, call.error)) });
  }

  #row(
    id: string,
    request: ModelRequest,
    call: Pick<ModelCallRow, "model" | "started_at" | "duration_ms" | "usd" | "outcome"> & {
      readonly usage: ModelUsage;
    },
  ): ModelCallRow {
    const { model, scope } = this.#options;
    const { usage, ...known } = call;
    return {
      id,
      ...scope,
      task_id: request.subject?.task_id ?? null,
      purpose: request.purpose,
      provider: model.info.provider,
      ...known,
      ...usage,
      recorded: model.info.recorded,
      transcript: null,
    };
  }
}

export function toModelRequest(request: ChatRequest): ModelRequest {
  const subject = {
    ...(request.task_id === undefined ? {} : { task_id: request.task_id }),
    ...(request.has_feedback === undefined ? {} : { has_feedback: request.has_feedback }),
  };
  return {
    messages: request.messages,
    purpose: request.purpose,
    subject,
    ...(request.tools === undefined ? {} : { tools: request.tools }),
    ...(request.cache_key === undefined ? {} : { cache_key: request.cache_key }),
    ...(request.max_output_tokens === undefined ? {} : { max_output_tokens: request.max_output_tokens }),
  };
}

function estimateInput(request: ModelRequest): number {
  const messages = request.messages.reduce(
    (sum, message) => sum + 4 + estimateTokens(JSON.stringify(message)),
    0,
  );
  const tools = request.tools === undefined ? 0 : estimateTokens(JSON.stringify(request.tools));
  const schema = request.schema === undefined ? 0 : estimateTokens(JSON.stringify(request.schema.schema));
  return messages + tools + schema;
}

function overBudget(needed: number, left: number): MasterPlanError {
  const message = `The next model call may cost up to $${needed.toFixed(4)}, and $${left.toFixed(4)} of the budget are left`;
  return new MasterPlanError("model.budgetExceeded", message, {
    hint: "What was done is kept. Raise the budget and resume the run",
    details: { needed_usd: needed, left_usd: left },
  });
}

function waitingUntil(error: MasterPlanError, at: number): MasterPlanError {
  const time = new Date(at).toISOString();
  return new MasterPlanError(error.code, `${error.message}; the provider takes requests again at ${time}`, {
    hint: `The task waits until ${time}; resume then, or choose another model`,
    cause: error,
    details: { ...error.details, retry_at: at, waiting: true },
  });
}
