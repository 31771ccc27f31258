import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { SqlJsStatic } from "sql.js";
import type { Disk } from "../../../ports/disk";
import { performTask, type BackgroundAnswers, type BackgroundTask } from "./backgroundTask";

export interface BackgroundRunnerOptions {
  readonly disk: Disk;
  readonly engine: SqlJsStatic;
  /** Bundle of the worker; without one, or with another disk than the real one, work is done in place. */
  readonly workerFile: string | null;
}

/** Does work on the store's files in a worker thread where there is one. */
export async function runInBackground<K extends BackgroundTask["kind"]>(
  options: BackgroundRunnerOptions,
  task: Extract<BackgroundTask, { kind: K }>,
): Promise<BackgroundAnswers[K]> {
  const { workerFile, disk, engine } = options;
  if (workerFile === null || !existsSync(workerFile)) return performTask<K>(disk, engine, task);
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile, { workerData: task, env: {}, stdin: false });
    worker.once(
      "message",
      (message: { readonly answer: BackgroundAnswers[K]; readonly failure?: string }) => {
        if (message.failure === undefined) resolve(message.answer);
        else reject(new Error(message.failure));
      },
    );
    worker.once("error", reject);
    worker.once("exit", (code) => {
      reject(new Error(`the worker ended with ${code}`));
    });
  });
}
