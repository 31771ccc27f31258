import { isSecretFile } from "../../src/core/change/path/secretFile";
import type { WorkspaceFiles } from "../../src/ports/workspaceFiles";
import type { Clock, IdSource } from "../../src/ports/clock";
import type { LanguageModel, ModelInfo, ModelPart, ModelRequest } from "../../src/ports/languageModel";
import type { Logger } from "../../src/ports/logger";
import { BudgetLedger } from "../../src/engine/model/modelBudget";
import {
  createModelClient,
  type ClosedModelCall,
  type ModelClient,
  type OpenedModelCall,
} from "../../src/engine/model/modelClient";

export const silentLogger: Logger = { log: () => undefined, child: () => silentLogger };

/** A clock that sleeps in no time and remembers how long it was asked to. */
export class ManualClock implements Clock {
  time = 1_750_000_000_000;
  readonly slept: number[] = [];

  now(): number {
    return this.time;
  }

  sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    this.time += ms;
    return Promise.resolve();
  }
}

/** Ids that count up and still look like ULIDs. */
export function countingIds(): IdSource {
  let next = 0;
  return { ulid: () => `01JDABCDEFGHJKMNPQRS${String((next += 1)).padStart(6, "0")}` };
}

type Step = readonly ModelPart[] | Error;

/** A model that answers from a list and remembers what it was asked. */
export class ListedModel implements LanguageModel {
  readonly requests: ModelRequest[] = [];
  readonly info: ModelInfo;
  readonly #steps: Step[];

  constructor(steps: readonly Step[], info: Partial<ModelInfo> = {}) {
    this.#steps = [...steps];
    this.info = {
      provider: "openai-compatible",
      model: "scripted",
      origin: "http://127.0.0.1:1",
      recorded: false,
      ...info,
    };
  }

  async *send(request: ModelRequest): AsyncGenerator<ModelPart> {
    this.requests.push(structuredClone(request));
    const step = this.#steps.shift();
    if (step === undefined) throw new Error("The model was asked more often than the test says");
    if (step instanceof Error) throw step;
    yield* step;
  }
}

export function says(
  text: string,
  usage = { input_tokens: 100, output_tokens: 10, cached_tokens: 0 },
): ModelPart[] {
  return [
    { type: "text", text },
    { type: "end", finish: "stop", usage },
  ];
}

export function calls(...list: readonly (readonly [name: string, args: unknown])[]): ModelPart[] {
  return [
    ...list.map(([name, args], index): ModelPart => ({
      type: "tool_call",
      call: {
        id: `call_${index + 1}`,
        name,
        arguments: typeof args === "string" ? args : JSON.stringify(args),
      },
    })),
    { type: "end", finish: "tool_calls", usage: { input_tokens: 100, output_tokens: 10, cached_tokens: 60 } },
  ];
}

export interface Harness {
  readonly client: ModelClient;
  readonly clock: ManualClock;
  readonly ledger: BudgetLedger;
  readonly opened: OpenedModelCall[];
  readonly closed: ClosedModelCall[];
}

export function harness(
  model: LanguageModel,
  options: { readonly budget?: number | null; readonly secrets?: readonly string[] } = {},
): Harness {
  const clock = new ManualClock();
  const ledger = new BudgetLedger(options.budget ?? null);
  const opened: OpenedModelCall[] = [];
  const closed: ClosedModelCall[] = [];
  const client = createModelClient({
    model,
    clock,
    ids: countingIds(),
    logger: silentLogger,
    ledger,
    scope: { run_id: null, plan_id: null },
    recorder: {
      opened: async (call) => void opened.push(call),
      closed: async (call) => void closed.push(call),
    },
    ...(options.secrets === undefined ? {} : { secrets: options.secrets }),
  });
  return { client, clock, ledger, opened, closed };
}

/** Files in memory. Globs are only told apart by what they end with. */
export class MemoryFiles implements WorkspaceFiles {
  readonly root = "/memory";
  readonly contents: Map<string, string>;

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.contents = new Map(Object.entries(files));
  }

  list(options: Parameters<WorkspaceFiles["list"]>[0]): ReturnType<WorkspaceFiles["list"]> {
    const ending = (options.glob ?? "").replace(/^.*\*/u, "").replace(/^\//u, "");
    const paths = [...this.contents.keys()]
      .filter((path) => path.startsWith(options.under ?? "") && path.endsWith(ending))
      .filter((path) => options.secret !== true || isSecretFile(path))
      .sort();
    return Promise.resolve({ paths: paths.slice(0, options.limit), truncated: paths.length > options.limit });
  }

  read(path: string): ReturnType<WorkspaceFiles["read"]> {
    const text = this.contents.get(path);
    return Promise.resolve(
      text === undefined ? null : { bytes: new TextEncoder().encode(text), mode: 0o644 },
    );
  }

  stat(path: string): ReturnType<WorkspaceFiles["stat"]> {
    return Promise.resolve(this.contents.has(path) ? "file" : null);
  }

  search(query: Parameters<WorkspaceFiles["search"]>[0]): ReturnType<WorkspaceFiles["search"]> {
    const pattern = query.is_regex ? new RegExp(query.query, "u") : null;
    const matches = [...this.contents].flatMap(([path, text]) =>
      text.split("\n").flatMap((line, index) => {
        const hit = pattern === null ? line.includes(query.query) : pattern.test(line);
        return hit ? [{ path, line: index + 1, text: line }] : [];
      }),
    );
    return Promise.resolve(matches.slice(0, query.limit));
  }

  apply(writes: Parameters<WorkspaceFiles["apply"]>[0]): Promise<void> {
    for (const write of writes) {
      if (write.kind === "delete") this.contents.delete(write.path);
      else this.contents.set(write.path, new TextDecoder().decode(write.bytes));
    }
    return Promise.resolve();
  }
}
