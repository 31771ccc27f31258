import { MasterPlanError } from "../../core/errors";
import type { ModelPart, ModelUsage, ToolCall } from "../../ports/languageModel";
import { providerError } from "./providerError";
import { ThinkSplitter } from "./thinkSplitter";
import { field, items, textOf } from "./wireValue";

type Finish = Extract<ModelPart, { type: "end" }>["finish"];

const finishes: Readonly<Record<string, Finish>> = {
  stop: "stop",
  eos: "stop",
  end_turn: "stop",
  stop_sequence: "stop",
  tool_calls: "tool_calls",
  tool_use: "tool_calls",
  function_call: "tool_calls",
  length: "length",
  max_tokens: "length",
  content_filter: "filtered",
};

interface PartialCall {
  id: string;
  name: string;
  arguments: string;
  readonly index: number | null;
}

/** Reads chat completion chunks of any server into parts. Pure: the same chunks give the same parts. */
export class ChunkReader {
  readonly #think = new ThinkSplitter();
  readonly #calls: PartialCall[] = [];
  #finish: Finish | null = null;
  #usage: ModelUsage | null = null;
  #model: string | null = null;
  #refusal = "";

  /** True once anything of an answer was seen: text, thought or a call. */
  started = false;

  /** Parts of one chunk. Throws the mapped error when the chunk carries one. */
  push(chunk: unknown): ModelPart[] {
    const error = field(chunk, "error");
    if (error !== undefined && error !== null)
      throw providerError({ status: null, body: chunk, retryAt: null });
    this.#usage = usageOf(chunk) ?? this.#usage;
    const model = field(chunk, "model");
    if (typeof model === "string" && model !== "") this.#model = model;
    const parts = items(field(chunk, "choices")).flatMap((choice) => this.#choice(choice));
    if (parts.length > 0 || this.#calls.length > 0) this.started = true;
    return parts;
  }

  /** What is left when the stream is over. Without an end mark of either kind there is no `end` part. */
  end(sawDone: boolean): ModelPart[] {
    const parts: ModelPart[] = this.#think.flush();
    if (this.#refusal !== "")
      throw new MasterPlanError("model.refused", `The model refused: ${this.#refusal.slice(0, 500)}`);
    for (const [position, call] of this.#calls.entries())
      parts.push({ type: "tool_call", call: finished(call, position) });
    if (this.#finish === null && !sawDone) return parts;
    const finish = this.#finish ?? (this.#calls.length > 0 ? "tool_calls" : "stop");
    parts.push({
      type: "end",
      finish,
      usage: this.#usage,
      ...(this.#model === null ? {} : { model: this.#model }),
    });
    return parts;
  }

  get finished(): boolean {
    return this.#finish !== null;
  }

  #choice(choice: unknown): ModelPart[] {
    const index = field(choice, "index");
    if (typeof index === "number" && index > 0) return [];
    this.#usage = usageOf(choice) ?? this.#usage;
    const delta = field(choice, "delta") ?? field(choice, "message");
    const parts = this.#delta(delta);
    const reason = field(choice, "finish_reason");
    if (reason === "error")
      throw providerError({
        status: null,
        body: { error: field(choice, "error") ?? "The provider failed while it answered" },
        retryAt: null,
      });
    if (typeof reason === "string" && reason !== "")
      this.#finish = Object.hasOwn(finishes, reason) ? (finishes[reason] ?? "unknown") : "unknown";
    return parts;
  }

  #delta(delta: unknown): ModelPart[] {
    const refusal = field(delta, "refusal");
    if (typeof refusal === "string") this.#refusal += refusal;
    const thought = textOf(field(delta, "reasoning_content")) || textOf(field(delta, "reasoning"));
    const parts: ModelPart[] = thought === "" ? [] : [{ type: "reasoning", text: thought }];
    const content = field(delta, "content");
    if (typeof content === "string") parts.push(...this.#think.push(content));
    else for (const piece of items(content)) parts.push(...this.#piece(piece));
    for (const call of items(field(delta, "tool_calls"))) this.#call(call);
    const legacy = field(delta, "function_call");
    if (legacy !== undefined && legacy !== null) this.#call({ index: 0, function: legacy });
    return parts;
  }

  /** A typed part, where content is a list (Mistral). */
  #piece(piece: unknown): ModelPart[] {
    const thinking = field(piece, "thinking");
    if (thinking !== undefined) {
      const text =
        typeof thinking === "string"
          ? thinking
          : items(thinking)
              .map((item) => textOf(field(item, "text")))
              .join("");
      return text === "" ? [] : [{ type: "reasoning", text }];
    }
    const text = textOf(field(piece, "text"));
    return text === "" ? [] : this.#think.push(text);
  }

  #call(delta: unknown): void {
    const id = textOf(field(delta, "id"));
    const name = textOf(field(field(delta, "function"), "name"));
    const given = field(field(delta, "function"), "arguments");
    const text = typeof given === "object" && given !== null ? JSON.stringify(given) : textOf(given);
    const index = field(delta, "index");
    const call = this.#find(typeof index === "number" ? index : null, id, name);
    if (id !== "") call.id = id;
    if (name !== "") call.name = name;
    call.arguments += text;
  }

  /** The call that a delta goes on with; a new id starts a new one, even under an index that was used before. */
  #find(index: number | null, id: string, name: string): PartialCall {
    const last = this.#calls.at(-1);
    const byId = id === "" ? undefined : this.#calls.find((call) => call.id === id);
    if (byId !== undefined) return byId;
    const byIndex =
      index === null
        ? id === "" && name === ""
          ? last
          : undefined
        : this.#calls.findLast((call) => call.index === index);
    if (byIndex !== undefined && (id === "" || byIndex.id === "")) return byIndex;
    const created = { id, name, arguments: "", index };
    this.#calls.push(created);
    return created;
  }
}

function finished(call: Readonly<PartialCall>, position: number): ToolCall {
  const id = call.id === "" ? `call_${position + 1}` : call.id;
  return { id, name: call.name, arguments: call.arguments === "" ? "{}" : call.arguments };
}

/** Token counts wherever a server puts them; null when there are none. */
function usageOf(holder: unknown): ModelUsage | null {
  const usage = field(holder, "usage") ?? field(field(holder, "x_groq"), "usage");
  const input = field(usage, "prompt_tokens") ?? field(usage, "input_tokens");
  const output = field(usage, "completion_tokens") ?? field(usage, "output_tokens");
  if (typeof input !== "number" || typeof output !== "number") return null;
  const cached =
    field(field(usage, "prompt_tokens_details"), "cached_tokens") ??
    field(usage, "prompt_cache_hit_tokens") ??
    field(usage, "cached_tokens");
  return {
    input_tokens: input,
    output_tokens: output,
    cached_tokens: typeof cached === "number" ? cached : 0,
  };
}
