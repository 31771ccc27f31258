import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { SqlJsStatic } from "sql.js";
import type { Disk } from "../../ports/disk";
import type { Logger } from "../../ports/logger";
import { makeCheckpoint, type CheckpointAnswer, type CheckpointRequest } from "./checkpoint";

export interface CheckpointerOptions {
  readonly disk: Disk;
  readonly engine: SqlJsStatic;
  readonly logger: Logger;
  /** Bundle of the worker; without one, or with another disk than the real one, checkpoints are made in place. */
  readonly workerFile: string | null;
}

/** Makes one checkpoint at a time, in a worker thread where there is one. */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  #running: Promise<CheckpointAnswer | null> | null = null;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
  }

  get busy(): boolean {
    return this.#running !== null;
  }

  /** Resolves with null when there is nothing to do or it failed, which is logged: the journal still has everything. */
  async run(request: CheckpointRequest): Promise<CheckpointAnswer | null> {
    this.#running ??= this.#make(request)
      .catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        this.#options.logger.log("warn", "A checkpoint could not be made", { why });
        return null;
      })
      .finally(() => {
        this.#running = null;
      });
    return this.#running;
  }

  async settled(): Promise<void> {
    await this.#running;
  }

  #make(request: CheckpointRequest): Promise<CheckpointAnswer | null> {
    const { workerFile, disk, engine } = this.#options;
    if (workerFile === null || !existsSync(workerFile)) return makeCheckpoint(disk, engine, request);
    return new Promise((resolve, reject) => {
      const worker = new Worker(workerFile, { workerData: request, env: {}, stdin: false });
      worker.once("message", (message: { answer?: CheckpointAnswer | null; failure?: string }) => {
        if (message.failure === undefined) resolve(message.answer ?? null);
        else reject(new Error(message.failure));
      });
      worker.once("error", reject);
      worker.once("exit", (code) => reject(new Error(`the checkpoint worker ended with ${code}`)));
    });
  }
}
