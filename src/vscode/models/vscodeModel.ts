import * as vscode from "vscode";
import { systemClock } from "../../adapters/node/systemClock";
import { Watchdog } from "../../adapters/openai/watchdog";
import { isMasterPlanError, MasterPlanError } from "../../core/errors";
import type { ProviderHealth } from "../../ports/environment";
import type {
  LanguageModel,
  ModelInfo,
  ModelMessage,
  ModelPart,
  ModelRequest,
  ModelUsage,
} from "../../ports/languageModel";

/** The editor may ask the person for leave first. */
const firstPartMs = 180_000;
const idleMs = 30_000;

/**
 * A model that the editor offers, by `vendor/id`, id, family or name, or the editor's first choice for an empty name.
 * null when the editor offers none at all.
 */
export async function openVscodeModel(name: string): Promise<LanguageModel | null> {
  const offered = await vscode.lm.selectChatModels();
  if (offered.length === 0) return null;
  const chosen = named(offered, name);
  if (chosen !== undefined) return new VscodeModel(chosen);
  const names = offered.map((model) => model.id).join(", ");
  throw new MasterPlanError("model.notFound", `The editor offers no model ${name}`, {
    hint: `Choose one of ${names}`,
  });
}

/** Whether the editor still offers the model, which it says without a request to any provider. */
export async function vscodeModelHealth(name: string): Promise<ProviderHealth> {
  const offered = await vscode.lm.selectChatModels();
  return named(offered, name) === undefined ? { state: "missing", detail: name } : { state: "answers" };
}

function named(
  offered: readonly vscode.LanguageModelChat[],
  name: string,
): vscode.LanguageModelChat | undefined {
  if (name === "") return offered[0];
  const exact = offered.find((model) => `${model.vendor}/${model.id}` === name);
  return exact ?? offered.find((model) => [model.id, model.family, model.name].includes(name));
}

/** One of the editor's own language models. Paid for by the editor's account, so it costs nothing here. */
export class VscodeModel implements LanguageModel {
  readonly info: ModelInfo;
  readonly #model: vscode.LanguageModelChat;

  constructor(model: vscode.LanguageModelChat) {
    this.#model = model;
    this.info = {
      provider: "vscode",
      model: model.id,
      origin: `vscode:${model.vendor}`,
      recorded: false,
      max_input_tokens: model.maxInputTokens,
      structure: "text",
      usd_per_million_input: 0,
      usd_per_million_output: 0,
      usd_per_million_cached: 0,
    };
  }

  async *send(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart> {
    const call = new VscodeCall(signal);
    try {
      const messages = toEditorMessages(request.messages);
      const response = await call.race(this.#model.sendRequest(messages, optionsOf(request), call.token));
      const said: string[] = [];
      const parts = response.stream[Symbol.asyncIterator]();
      let calls = 0;
      for (;;) {
        const next = await call.race(parts.next());
        if (next.done === true) break;
        call.sawPart();
        const part = toModelPart(next.value);
        if (part === null) continue;
        said.push(part.type === "text" ? part.text : JSON.stringify(part));
        if (part.type === "tool_call") calls += 1;
        yield part;
      }
      const usage = await call.race(this.#usage(request.messages, said.join("")));
      yield { type: "end", finish: calls > 0 ? "tool_calls" : "stop", usage };
    } catch (error) {
      throw call.explain(error);
    } finally {
      call.dispose();
    }
  }

  /** The editor tells no usage, but it can count. */
  async #usage(messages: readonly ModelMessage[], answer: string): Promise<ModelUsage> {
    const sent = messages.map((message) => message.content).join("\n");
    const [input, output] = await Promise.all([
      this.#model.countTokens(sent),
      this.#model.countTokens(answer),
    ]);
    return { input_tokens: input, output_tokens: output, cached_tokens: 0 };
  }
}

/** Cancelling and waiting for one request. */
class VscodeCall {
  readonly #signal: AbortSignal;
  readonly #source = new vscode.CancellationTokenSource();
  readonly #watchdog: Watchdog;
  readonly #ended: Promise<never>;
  #end: (error: MasterPlanError) => void = () => undefined;
  #failure: MasterPlanError | null = null;
  #started = false;
  readonly #onAbort = (): void => this.#stop(cancelled());

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.#ended = new Promise((_resolve, reject) => {
      this.#end = reject;
    });
    // Nobody may be waiting when it is rejected; it is raced when somebody is.
    this.#ended.catch(() => undefined);
    this.#watchdog = new Watchdog(systemClock, (phase, limitMs) => this.#stop(timedOut(phase, limitMs)));
    this.#watchdog.watch("the first part of the answer", firstPartMs);
    signal.addEventListener("abort", this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
  }

  get token(): vscode.CancellationToken {
    return this.#source.token;
  }

  race<T>(work: Thenable<T>): Promise<T> {
    return Promise.race([work, this.#ended]);
  }

  sawPart(): void {
    if (this.#started) this.#watchdog.touch();
    else this.#watchdog.watch("the next part of the answer", idleMs);
    this.#started = true;
  }

  explain(error: unknown): MasterPlanError {
    if (this.#failure !== null) return this.#failure;
    if (this.#signal.aborted) return cancelled();
    return isMasterPlanError(error) ? error : editorError(error);
  }

  dispose(): void {
    this.#watchdog.stop();
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#source.cancel();
    this.#source.dispose();
  }

  #stop(error: MasterPlanError): void {
    this.#failure ??= error;
    this.#source.cancel();
    this.#end(this.#failure);
  }
}

/** The editor knows no system role; its rules go first, as the person's words. */
function toEditorMessages(messages: readonly ModelMessage[]): vscode.LanguageModelChatMessage[] {
  return messages.map((message) => {
    if (message.role === "assistant") {
      const calls = (message.tool_calls ?? []).map(
        (call) => new vscode.LanguageModelToolCallPart(call.id, call.name, argumentsOf(call.arguments)),
      );
      const text = message.content === "" ? [] : [new vscode.LanguageModelTextPart(message.content)];
      return vscode.LanguageModelChatMessage.Assistant([...text, ...calls]);
    }
    if (message.role !== "tool") return vscode.LanguageModelChatMessage.User(message.content);
    const result = new vscode.LanguageModelToolResultPart(message.tool_call_id, [
      new vscode.LanguageModelTextPart(message.content),
    ]);
    return vscode.LanguageModelChatMessage.User([result]);
  });
}

function argumentsOf(text: string): object {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    // The model's own slip, answered as such by the tool loop; the history needs an object all the same.
    return {};
  }
}

function optionsOf(request: ModelRequest): vscode.LanguageModelChatRequestOptions {
  const justification = "MasterPlan plans and carries out the work you asked for.";
  if (request.tools === undefined || request.tools.length === 0) return { justification };
  const tools = request.tools.map(({ name, description, parameters }) => ({
    name,
    description,
    inputSchema: parameters,
  }));
  return { justification, tools, toolMode: vscode.LanguageModelChatToolMode.Auto };
}

/** null for parts of kinds that this version does not know. */
function toModelPart(part: unknown): Extract<ModelPart, { type: "text" | "tool_call" }> | null {
  if (part instanceof vscode.LanguageModelTextPart)
    return part.value === "" ? null : { type: "text", text: part.value };
  if (!(part instanceof vscode.LanguageModelToolCallPart)) return null;
  return {
    type: "tool_call",
    call: { id: part.callId, name: part.name, arguments: JSON.stringify(part.input) },
  };
}

function editorError(error: unknown): MasterPlanError {
  const message = error instanceof Error ? error.message : "no reason was given";
  const code = error instanceof vscode.LanguageModelError ? error.code : "";
  const said = (title: string): string => `${title}: ${message.slice(0, 500)}`;
  switch (code) {
    case "NoPermissions":
      return new MasterPlanError(
        "model.unauthorized",
        said("The editor did not let MasterPlan use the model"),
        { hint: "Allow it when the editor asks, or choose another model", cause: error },
      );
    case "Blocked":
      return new MasterPlanError(
        "model.quotaExceeded",
        said("The editor blocks further requests to the model"),
        { hint: "Wait, or choose another model", cause: error },
      );
    case "NotFound":
      return new MasterPlanError("model.notFound", said("The editor no longer offers the model"), {
        hint: "Choose a model again",
        cause: error,
      });
    default:
      if (/filter|refus|off_topic|content management/iu.test(message)) {
        return new MasterPlanError("model.refused", said("The model refused"), { cause: error });
      }
      if (/token|context|too long|length/iu.test(message))
        return new MasterPlanError("model.contextTooLong", said("The request is too long for the model"), {
          cause: error,
        });
      if (/rate.?limit|too many requests|429/iu.test(message)) {
        return new MasterPlanError(
          "model.rateLimited",
          said("The editor's provider limits the rate of requests"),
          { cause: error, details: { retryable: true } },
        );
      }
      return new MasterPlanError("model.unreachable", said("The editor's model failed"), {
        hint: "Try again, or choose another model",
        cause: error,
        details: { retryable: true },
      });
  }
}

function cancelled(): MasterPlanError {
  return new MasterPlanError("cancelled", "The model call was cancelled");
}

function timedOut(phase: string, limitMs: number): MasterPlanError {
  return new MasterPlanError(
    "model.timedOut",
    `The editor's model stopped answering: ${phase} did not come within ${limitMs / 1000} s`,
    { details: { retryable: true } },
  );
}
