import type { JournalWriter } from "../journal/journalWriter";
import type { CommitPipeline } from "./commitPipeline";
import { runInBackground } from "./image/backgroundRunner";
import type { LoadedState } from "./image/loadState";
import type { StoreContext } from "./storeContext";

/** Less journal than this is not worth a checkpoint when the store falls quiet. */
const idleBytes = 256 * 1024;
/** Less journal than this is replayed faster than an image is made when the store is closed. */
const closingBytes = 1024 * 1024;

export interface CheckpointParts {
  readonly journal: JournalWriter;
  readonly pipeline: CommitPipeline;
  /** Runs after each image: what else should be on disk with it. */
  readonly afterImage: () => Promise<void>;
}

/** Makes images of what was committed: when the journal grows long, when the store falls quiet, and at its end. */
export class Checkpoints {
  readonly #context: StoreContext;
  readonly #parts: CheckpointParts;
  /** Bytes of ended journal files that a later opening would have to replay. */
  #sinceImage: number;
  #imageLsn: number;
  #imageBytes: number;
  /** Bytes in journal files that this process has ended. */
  #written = 0;
  #making: Promise<boolean> | null = null;
  #held = 0;
  #idle: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(context: StoreContext, state: LoadedState, parts: CheckpointParts) {
    this.#context = context;
    this.#parts = parts;
    this.#sinceImage = state.journalBytes;
    this.#imageLsn = state.imageLsn;
    this.#imageBytes = state.imageBytes;
  }

  get imageBytes(): number {
    return this.#imageBytes;
  }

  /** Bytes this process has added to the journal. */
  get written(): number {
    return this.#written + this.#parts.journal.bytes;
  }

  /** Journal bytes that a later opening would have to replay. */
  get #toReplay(): number {
    return this.#sinceImage + this.#parts.journal.bytes;
  }

  /** Something was committed: an image is due at a size limit, or later in idle time. */
  committed(): void {
    if (this.#toReplay >= this.#context.limits.checkpointBytes) this.#soon();
    else this.#whenIdle();
  }

  /** Ends the current journal file; only between two batches. */
  async rotate(): Promise<void> {
    const { journal } = this.#parts;
    this.#sinceImage += journal.bytes;
    this.#written += journal.bytes;
    await journal.rotate();
  }

  /** Makes an image of everything committed so far; false when there was nothing to do or it failed. */
  async make(): Promise<boolean> {
    if (this.#making !== null || this.#held > 0 || this.#parts.journal.end.lsn === this.#imageLsn)
      return false;
    // Remembered before the first wait: whoever rewrites files must hear of it.
    const making = this.#makeImage().finally(() => {
      this.#making = null;
    });
    this.#making = making;
    return making;
  }

  /** Makes none while `task` changes files that one would read. */
  async without<T>(task: () => Promise<T>): Promise<T> {
    this.#held += 1;
    try {
      await this.#making?.catch(() => false);
      return await task();
    } finally {
      this.#held -= 1;
    }
  }

  /** Nothing begins by itself any more; call before the last commits are waited for. */
  stop(): void {
    this.#closed = true;
    if (this.#idle !== null) clearTimeout(this.#idle);
  }

  /** Spares the next opening a long replay; commands that follow one another each open the store anew. */
  async finish(): Promise<void> {
    await this.#making?.catch(() => false);
    if (this.#context.limits.idleMs === 0 || this.#toReplay < closingBytes) return;
    await this.#begin();
  }

  async #makeImage(): Promise<boolean> {
    const { directory, workspace, ids } = this.#context;
    const { journal, pipeline, afterImage } = this.#parts;
    const upTo = await pipeline.exclusively(async () => {
      await this.rotate();
      return journal.end.lsn;
    });
    const rotated = this.#sinceImage;
    const task = {
      kind: "checkpoint" as const,
      directory,
      workspace,
      upTo,
      unique: `${process.pid}-${ids.ulid()}`,
    };
    const answer = await runInBackground<"checkpoint">(this.#context, task).catch((error: unknown) => {
      // The journal still has everything; only the next opening takes longer.
      const why = error instanceof Error ? error.message : String(error);
      this.#context.logger.log("warn", "A checkpoint could not be made", { why });
      return null;
    });
    if (answer === null) return false;
    this.#sinceImage -= rotated;
    this.#imageLsn = answer.lsn;
    this.#imageBytes = answer.bytes;
    await afterImage();
    return true;
  }

  #soon(): void {
    if (this.#making === null && !this.#closed) void this.#begin();
  }

  async #begin(): Promise<void> {
    await this.make().catch((error: unknown) => {
      this.#context.logger.log("warn", "A checkpoint could not be begun", { error: String(error) });
    });
  }

  #whenIdle(): void {
    const { idleMs } = this.#context.limits;
    if (idleMs === 0 || this.#closed || this.#toReplay < idleBytes) return;
    if (this.#idle !== null) {
      this.#idle.refresh();
      return;
    }
    this.#idle = setTimeout(() => {
      this.#soon();
    }, idleMs);
    this.#idle.unref();
  }
}
