import OpenAI from "openai";
import { Stream } from "openai/streaming";
import { isMasterPlanError, MasterPlanError } from "../../core/errors";
import { createRedact } from "../../core/redact";
import type { Clock } from "../../ports/clock";
import type { LanguageModel, ModelInfo, ModelPart, ModelRequest } from "../../ports/languageModel";
import { createBoundedFetch, defaultFetchLimits, type FetchLimits, type FetchTrace } from "./boundedFetch";
import { ChunkReader } from "./chunkReader";
import { optionalFields, toRequestBody, type OptionalField } from "./openAiRequest";
import { Watchdog } from "./watchdog";

export interface OpenAiModelOptions {
  readonly info: ModelInfo;
  readonly baseUrl: string;
  /** Asked at each call, so that a rotated key works; null when the endpoint takes none. */
  readonly apiKey: () => Promise<string | null>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly timeouts?: Partial<ModelTimeouts>;
  readonly limits?: FetchLimits;
}

/** Milliseconds. `idle` counts from data to data: comments and pings do not stretch it. */
export interface ModelTimeouts {
  readonly headers: number;
  readonly firstToken: number;
  readonly idle: number;
  readonly total: number;
}

export const defaultModelTimeouts: ModelTimeouts = {
  headers: 60_000,
  firstToken: 60_000,
  idle: 30_000,
  total: 600_000,
};

/** Any server that speaks chat completions: OpenAI, Ollama, LM Studio, vLLM, OpenRouter, Azure and others. */
export class OpenAiModel implements LanguageModel {
  readonly info: ModelInfo;
  readonly #options: OpenAiModelOptions;
  readonly #timeouts: ModelTimeouts;
  /** Optional fields that this server refused; learned once, left out from then on. */
  readonly #leftOut = new Set<OptionalField>();

  constructor(options: OpenAiModelOptions) {
    this.info = options.info;
    this.#options = options;
    this.#timeouts = { ...defaultModelTimeouts, ...options.timeouts };
  }

  async secrets(): Promise<readonly string[]> {
    // A key that cannot be had is reported by the call that needs it.
    const key = await this.#options.apiKey().catch(() => null);
    return [...(key === null ? [] : [key]), ...Object.values(this.#options.headers ?? {})];
  }

  async *send(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart> {
    if (signal.aborted) throw cancelled();
    const key = await this.#options.apiKey();
    // A server that does not stream sends its headers with the whole answer.
    const timeouts = this.#leftOut.has("stream")
      ? { ...this.#timeouts, headers: this.#timeouts.total }
      : this.#timeouts;
    const call = new OpenAiCall(
      this.#options.clock,
      timeouts,
      this.#options.limits ?? defaultFetchLimits,
      signal,
    );
    const redact = createRedact(key === null ? [] : [key]);
    try {
      const body = toRequestBody(request, this.info.model, this.#leftOut);
      const options = { signal: call.signal, maxRetries: 0 };
      const client = this.#client(key, call);
      const response = await call.race(client.chat.completions.create(body, options).asResponse());
      yield* call.read(response, client);
    } catch (error) {
      const mapped = call.explain(error);
      throw redacted(this.#learn(mapped, request) ?? mapped, redact);
    } finally {
      call.dispose();
    }
  }

  #client(key: string | null, call: OpenAiCall): OpenAI {
    const url = new URL(this.#options.baseUrl);
    const query = Object.fromEntries(url.searchParams);
    url.search = "";
    const azure = key !== null && url.hostname.endsWith(".azure.com") ? { "api-key": key } : {};
    return new OpenAI({
      apiKey: key ?? "none",
      baseURL: url.href.replace(/\/+$/u, ""),
      organization: null,
      project: null,
      webhookSecret: null,
      maxRetries: 0,
      timeout: this.#timeouts.total * 2,
      logLevel: "off",
      defaultQuery: query,
      defaultHeaders: {
        ...this.#options.headers,
        ...azure,
        ...(key === null ? { Authorization: null } : {}),
      },
      fetch: createBoundedFetch(call.trace, this.#options.limits ?? defaultFetchLimits, () =>
        this.#options.clock.now(),
      ),
    });
  }

  /** A server that names an optional field in its refusal gets the next request without it. */
  #learn(error: MasterPlanError, request: ModelRequest): MasterPlanError | null {
    if (error.code !== "model.rejected") return null;
    const sent = toRequestBody(request, this.info.model, this.#leftOut);
    const refused = optionalFields.find(
      (name) => name in sent && new RegExp(`\\b${name}\\b`, "u").test(error.message),
    );
    if (refused === undefined) return null;
    this.#leftOut.add(refused);
    return new MasterPlanError(error.code, error.message, { details: { ...error.details, retryable: true } });
  }
}

/** The clocks, limits and end of one request. */
class OpenAiCall {
  readonly trace: FetchTrace = { failure: null, sawDone: false };
  readonly #timeouts: ModelTimeouts;
  readonly #limits: FetchLimits;
  readonly #outer: AbortSignal;
  readonly #controller = new AbortController();
  readonly #aborted: Promise<never>;
  readonly #phase: Watchdog;
  readonly #total: Watchdog;
  readonly #onAbort = (): void => this.#controller.abort();

  constructor(clock: Clock, timeouts: ModelTimeouts, limits: FetchLimits, outer: AbortSignal) {
    this.#timeouts = timeouts;
    this.#limits = limits;
    this.#outer = outer;
    const expire = (phase: string, limitMs: number): void => {
      this.trace.failure = timedOut(phase, limitMs);
      this.#controller.abort();
    };
    this.#phase = new Watchdog(clock, expire);
    this.#total = new Watchdog(clock, expire);
    this.#aborted = new Promise((_resolve, reject) => {
      this.signal.addEventListener("abort", () => reject(this.trace.failure ?? cancelled()), { once: true });
    });
    // Nobody may be waiting at the moment of the abort; the promise is raced when somebody is.
    this.#aborted.catch(() => undefined);
    outer.addEventListener("abort", this.#onAbort, { once: true });
    // Whoever cancelled while the key was being fetched is not heard by a listener that comes later.
    if (outer.aborted) this.#onAbort();
    this.#total.watch("the whole answer", timeouts.total);
    this.#phase.watch("the response headers", timeouts.headers);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for `work`, but no longer than until the call is aborted. */
  race<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#aborted]);
  }

  async *read(response: Response, client: OpenAI): AsyncGenerator<ModelPart> {
    const reader = new ChunkReader();
    const isStream = /event-stream/iu.test(response.headers.get("content-type") ?? "");
    this.#phase.watch("the first part of the answer", this.#timeouts.firstToken);
    if (isStream) yield* this.#stream(response, client, reader);
    else for (const part of reader.push(await this.#json(response))) yield part;
    yield* reader.end(this.trace.sawDone || !isStream);
  }

  async *#stream(response: Response, client: OpenAI, reader: ChunkReader): AsyncGenerator<ModelPart> {
    // A controller of its own: the library aborts the one it is given when a stream breaks, which is no cancelling.
    const stream = Stream.fromSSEResponse<unknown>(response, new AbortController(), client, false, "events");
    const chunks = stream[Symbol.asyncIterator]();
    for (;;) {
      const next = await this.race(chunks.next()).catch((error: unknown) => {
        // What was broken off after the end mark lacks nothing but perhaps its token counts.
        if (reader.finished && this.trace.failure === null && !this.#outer.aborted)
          return { done: true as const, value: undefined };
        throw error;
      });
      if (this.#outer.aborted || this.trace.failure !== null) throw this.trace.failure ?? cancelled();
      if (next.done === true) return;
      const waited = !reader.started;
      const parts = reader.push(next.value);
      if (!waited) this.#phase.touch();
      else if (reader.started) this.#phase.watch("the next part of the answer", this.#timeouts.idle);
      yield* parts;
    }
  }

  async #json(response: Response): Promise<unknown> {
    const text = await this.race(response.text());
    if (text.length > this.#limits.maxResponseBytes)
      throw new MasterPlanError("model.badAnswer", "The endpoint's answer is too large");
    try {
      return JSON.parse(text) as unknown;
    } catch {
      const empty = text.trim() === "";
      const message = empty ? "The endpoint's answer is empty" : "The endpoint's answer is broken JSON";
      throw new MasterPlanError("model.truncated", message, {
        details: { retryable: true },
      });
    }
  }

  explain(error: unknown): MasterPlanError {
    if (this.#outer.aborted) return cancelled();
    if (this.trace.failure !== null) return this.trace.failure;
    if (isMasterPlanError(error)) return error;
    return new MasterPlanError("model.truncated", "The connection broke before the answer was complete", {
      cause: error,
      details: { retryable: true },
    });
  }

  dispose(): void {
    this.#phase.stop();
    this.#total.stop();
    this.#outer.removeEventListener("abort", this.#onAbort);
    this.#controller.abort();
  }
}

function cancelled(): MasterPlanError {
  return new MasterPlanError("cancelled", "The model call was cancelled");
}

function timedOut(phase: string, limitMs: number): MasterPlanError {
  return new MasterPlanError(
    "model.timedOut",
    `The endpoint stopped answering: ${phase} did not come within ${Math.round(limitMs / 1000)} s`,
    {
      hint: "Try again, or choose another model",
      details: { retryable: true },
    },
  );
}

function redacted(error: MasterPlanError, redact: (text: string) => string): MasterPlanError {
  const hint = error.hint === undefined ? {} : { hint: redact(error.hint) };
  const details = { ...error.details };
  return new MasterPlanError(error.code, redact(error.message), { ...hint, details });
}
