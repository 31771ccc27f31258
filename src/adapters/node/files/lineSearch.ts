import { Worker } from "node:worker_threads";
import { MasterPlanError } from "../../../core/errors";

export interface FoundLine {
  /** 1-based. */
  readonly line: number;
  readonly text: string;
}

/** Finds lines of one text after the other; `close` must be called at the end. */
export interface LineSearch {
  find(text: string, limit: number): Promise<readonly FoundLine[]>;
  close(): Promise<void>;
}

/**
 * A literal search runs here; a regular expression runs in a worker, because a hostile one can only be stopped with
 * the thread it runs on. All its texts together may take `timeoutMs`; then it rejects with `usage.invalid`.
 */
export function createLineSearch(query: string, isRegex: boolean, timeoutMs: number): LineSearch {
  if (!isRegex)
    return {
      find: (text, limit) => Promise.resolve(literal(text, query, limit)),
      close: () => Promise.resolve(),
    };
  return new WorkerLineSearch(query, timeoutMs);
}

const maxShown = 400;

function literal(text: string, query: string, limit: number): FoundLine[] {
  const found: FoundLine[] = [];
  if (query === "" || !text.includes(query)) return found;
  for (const [index, line] of text.split(/\r?\n/u).entries()) {
    if (found.length >= limit) break;
    if (line.includes(query)) found.push({ line: index + 1, text: line.slice(0, maxShown) });
  }
  return found;
}

const script = `
const { parentPort, workerData } = require("node:worker_threads");
let expression = null;
let problem = null;
try {
  expression = new RegExp(workerData.query, "u");
} catch (error) {
  problem = String(error.message);
}
parentPort.on("message", ({ text, limit }) => {
  if (expression === null) return parentPort.postMessage({ problem });
  const found = [];
  const lines = text.split(/\\r?\\n/u);
  for (let index = 0; index < lines.length && found.length < limit; index++) {
    if (expression.test(lines[index])) found.push({ line: index + 1, text: lines[index].slice(0, ${maxShown}) });
  }
  parentPort.postMessage({ found });
});
`;

type Answer = { readonly problem: string } | { readonly found: readonly FoundLine[] };

class WorkerLineSearch implements LineSearch {
  readonly #worker: Worker;
  #leftMs: number;

  constructor(query: string, timeoutMs: number) {
    this.#worker = new Worker(script, {
      eval: true,
      workerData: { query },
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    });
    this.#leftMs = timeoutMs;
  }

  async find(text: string, limit: number): Promise<readonly FoundLine[]> {
    const start = performance.now();
    const answer = await this.#ask(text, limit);
    this.#leftMs -= performance.now() - start;
    if ("problem" in answer)
      throw new MasterPlanError("usage.invalid", `The pattern is not valid: ${answer.problem}`);
    return answer.found;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(text: string, limit: number): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        this.#worker.removeAllListeners();
        finish();
      };
      const timer = setTimeout(
        () => {
          const hint = "Use a plain text, or a pattern without nested repetition";
          const error = new MasterPlanError("usage.invalid", "The pattern takes too long to search with", {
            hint,
          });
          settle(() => reject(error));
        },
        Math.max(1, this.#leftMs),
      );
      this.#worker.once("message", (answer: Answer) => settle(() => resolve(answer)));
      this.#worker.once("error", (error: Error) => settle(() => reject(error)));
      this.#worker.postMessage({ text, limit });
    });
  }
}
