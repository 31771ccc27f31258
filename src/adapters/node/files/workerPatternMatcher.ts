import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { PatternMatch, PatternMatcher } from "../../../ports/patternMatcher";

export interface PatternMatcherOptions {
  /** How long one pattern may take on one text. */
  readonly timeoutMs?: number;
}

/**
 * Matches in a worker thread, made when it is first needed and thrown away with a pattern that does not come back:
 * JavaScript cannot interrupt a regular expression on the thread it runs on.
 */
export function createPatternMatcher(
  options: PatternMatcherOptions = {},
): PatternMatcher & { dispose(): Promise<void> } {
  const matcher = new WorkerPatternMatcher(options.timeoutMs ?? 5000);
  return {
    match: (pattern, text, signal) => matcher.match(pattern, text, signal),
    dispose: () => matcher.dispose(),
  };
}

/** Runs as its own script, so that no second bundle has to be found at run time. */
const script = `
const { parentPort } = require("node:worker_threads");
parentPort.on("message", ({ pattern, text }) => {
  let expression;
  try {
    expression = new RegExp(pattern, "mu");
  } catch (error) {
    parentPort.postMessage({ status: "invalid", message: String(error.message) });
    return;
  }
  const found = expression.exec(text);
  if (found === null) {
    parentPort.postMessage({ status: "absent" });
    return;
  }
  let line = 1;
  for (let at = text.indexOf("\\n"); at !== -1 && at < found.index; at = text.indexOf("\\n", at + 1)) line += 1;
  parentPort.postMessage({ status: "found", line });
});
`;

class WorkerPatternMatcher {
  readonly #timeoutMs: number;
  #worker: Worker | null = null;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** One question at a time, so that an answer can only belong to the question that is open. */
  match(pattern: string, text: string, signal: AbortSignal): Promise<PatternMatch> {
    const answer = this.#queue.then(() => this.#ask(pattern, text, signal));
    this.#queue = answer;
    return answer;
  }

  async dispose(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  async #ask(pattern: string, text: string, signal: AbortSignal): Promise<PatternMatch> {
    if (signal.aborted) return { status: "timed_out" };
    // Starting a thread on a busy machine can take longer than any pattern may: only the matching is on the clock.
    const worker = this.#worker ?? (await startWorker());
    this.#worker = worker;
    const answer = await new Promise<PatternMatch | null>((resolve) => {
      const finish = (result: PatternMatch | null) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        // Only our own: the thread's message channel goes quiet when all listeners are taken away.
        worker.off("message", finish).off("error", onAbort).off("exit", onAbort);
        resolve(result);
      };
      const onAbort = () => finish(null);
      const timer = setTimeout(onAbort, this.#timeoutMs);
      signal.addEventListener("abort", onAbort, { once: true });
      worker.once("message", finish);
      worker.once("error", onAbort);
      worker.once("exit", onAbort);
      worker.postMessage({ pattern, text });
    });
    if (answer !== null) return answer;
    await this.dispose();
    return { status: "timed_out" };
  }
}

async function startWorker(): Promise<Worker> {
  const worker = new Worker(script, {
    eval: true,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 128 },
  });
  worker.unref();
  await once(worker, "online");
  return worker;
}
