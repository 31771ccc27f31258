import type { MasterPlanError } from "../../core/errors";
import type { RunId } from "../../core/ids";
import type { Run } from "../../core/run/run";
import type { StoreCommit } from "../../ports/store";
import { DurableLog, keepReserve } from "../journal/durableLog";
import { JournalWriter } from "../journal/journalWriter";
import { WatermarkFile } from "../journal/watermark";
import type { Lease } from "../node/lease";
import { runInBackground } from "./backgroundRunner";
import type { CheckpointAnswer } from "./checkpoint";
import { CommitPipeline } from "./commitPipeline";
import type { LoadedState } from "./loadState";
import { encodeCommit } from "./replay";
import type { RunStates } from "./runStates";
import type { SqlDatabase } from "./sqlDatabase";
import type { StoreContext } from "./storeContext";

const heartbeatMs = 2000;
/** Less journal than this is not worth a checkpoint when the store falls quiet. */
const idleBytes = 256 * 1024;
/** Less journal than this is replayed faster than an image is made when the store is closed. */
const closingBytes = 1024 * 1024;

export interface WriterEvents {
  readonly onCommit: (commit: StoreCommit, lsn: number) => void;
  /** Nothing can be written any more; the store goes on read-only. */
  readonly onLost: (reason: MasterPlanError) => void;
}

/** The writing half of an open store: lease with heartbeat, journal, commits, checkpoints. */
export class StoreWriter {
  readonly #context: StoreContext;
  readonly #lease: Lease;
  readonly #watermark: WatermarkFile;
  readonly #journal: JournalWriter;
  readonly #pipeline: CommitPipeline;
  readonly #log: DurableLog;
  readonly #heartbeat: NodeJS.Timeout;
  #idle: NodeJS.Timeout | null = null;
  /** Journal bytes that a later opening would have to replay. */
  #sinceImage: number;
  #imageLsn: number;
  #imageBytes: number;
  #written = 0;
  #closed = false;
  #checkpointing: Promise<CheckpointAnswer | null> | null = null;

  private constructor(
    context: StoreContext,
    lease: Lease,
    watermark: WatermarkFile,
    state: LoadedState,
    events: WriterEvents,
  ) {
    this.#context = context;
    this.#lease = lease;
    this.#watermark = watermark;
    this.#sinceImage = state.journalBytes;
    this.#imageLsn = state.imageLsn;
    this.#imageBytes = state.imageBytes;
    const { disk, directory, logger, clock } = context;
    this.#journal = new JournalWriter(disk, directory, lease.epoch, state.end, context.limits.journalAhead);
    this.#log = new DurableLog({
      disk,
      directory,
      journal: this.#journal,
      watermark,
      logger,
      confirmLease: () => lease.confirm(),
      onLost: events.onLost,
    });
    this.#pipeline = new CommitPipeline(state.database, state.runs, this.#log, (commit, lsn) => {
      events.onCommit(commit, lsn);
    });
    this.#heartbeat = setInterval(() => {
      lease.beat(clock.now()).catch((error: unknown) => {
        logger.log("warn", "The heartbeat could not be written", { error: String(error) });
      });
    }, heartbeatMs);
    this.#heartbeat.unref();
  }

  static async start(
    context: StoreContext,
    lease: Lease,
    state: LoadedState,
    events: WriterEvents,
  ): Promise<StoreWriter> {
    const watermark = await WatermarkFile.open(context.disk, context.directory);
    // What was recovered is the truth from now on, also for those who read beside this process.
    await watermark.write(state.end);
    const writer = new StoreWriter(context, lease, watermark, state, events);
    await writer.keepReserve();
    return writer;
  }

  /** Sets space aside for a full disk, unless it is there. What cannot be set aside is said in the log. */
  async keepReserve(): Promise<void> {
    const { disk, directory, limits, logger } = this.#context;
    await keepReserve(disk, directory, limits.reserveBytes).catch((error: unknown) => {
      logger.log("warn", "No space could be set aside for a full disk", { error: String(error) });
    });
  }

  get lease(): Lease {
    return this.#lease;
  }

  get lsn(): number {
    return this.#journal.end.lsn;
  }

  get imageBytes(): number {
    return this.#imageBytes;
  }

  /** Bytes this process has added to the journal. */
  get written(): number {
    return this.#written + this.#journal.bytes;
  }

  /** Bytes at the end of the journal that wait for commits. */
  get spare(): number {
    return this.#journal.spare;
  }

  beforeRead(): void {
    this.#pipeline.beforeRead();
  }

  /** See `CommitPipeline.settle`. */
  settle(): void {
    this.#pipeline.settle();
  }

  /** The acknowledged state of a run. */
  run(id: RunId): Run | null {
    return this.#pipeline.run(id);
  }

  async commit(commit: StoreCommit): Promise<number> {
    const lsn = await this.#pipeline.commit(commit);
    if (this.#sinceImage + this.#journal.bytes >= this.#context.limits.checkpointBytes)
      this.#checkpointSoon();
    else this.#checkpointWhenIdle();
    return lsn;
  }

  /** Runs between two batches; see `CommitPipeline.exclusively`. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    return this.#pipeline.exclusively(task);
  }

  /** Ends the current journal file, so that it can be read and rewritten by others. */
  async rotate(): Promise<void> {
    await this.#pipeline.exclusively(() => this.#rotate());
  }

  /**
   * Puts `commit` on disk and goes on with the state that `make` builds, which holds the commit's other changes.
   * Commits that wait are checked again against the new state.
   */
  async replaceState(
    commit: StoreCommit,
    make: (lsn: number) => { readonly database: SqlDatabase; readonly runs: RunStates },
  ): Promise<number> {
    const lsn = await this.#pipeline.exclusively(async () => {
      await this.#log.append([encodeCommit(commit)]);
      const { database, runs } = make(this.lsn);
      this.#pipeline.replaceState(database, runs);
      return this.lsn;
    });
    return lsn;
  }

  async #rotate(): Promise<void> {
    this.#sinceImage += this.#journal.bytes;
    this.#written += this.#journal.bytes;
    await this.#journal.rotate();
  }

  /** Makes an image of everything committed so far; false when there was nothing to do or it failed. */
  async checkpoint(): Promise<boolean> {
    if (this.#checkpointing !== null || this.lsn === this.#imageLsn) return false;
    const { directory, workspace, ids } = this.#context;
    const upTo = await this.#pipeline.exclusively(async () => {
      await this.#rotate();
      return this.lsn;
    });
    const rotated = this.#sinceImage;
    const task = {
      kind: "checkpoint" as const,
      directory,
      workspace,
      upTo,
      unique: `${process.pid}-${ids.ulid()}`,
    };
    this.#checkpointing = runInBackground<"checkpoint">(this.#context, task).catch((error: unknown) => {
      // The journal still has everything; only the next opening takes longer.
      const why = error instanceof Error ? error.message : String(error);
      this.#context.logger.log("warn", "A checkpoint could not be made", { why });
      return null;
    });
    const answer = await this.#checkpointing;
    this.#checkpointing = null;
    if (answer === null) return false;
    this.#sinceImage -= rotated;
    this.#imageLsn = answer.lsn;
    this.#imageBytes = answer.bytes;
    await this.#watermark.sync().catch(() => undefined);
    await this.keepReserve();
    return true;
  }

  #checkpointSoon(): void {
    if (this.#checkpointing !== null || this.#closed) return;
    this.checkpoint().catch((error: unknown) => {
      this.#context.logger.log("warn", "A checkpoint could not be begun", { error: String(error) });
    });
  }

  #checkpointWhenIdle(): void {
    const { idleMs } = this.#context.limits;
    if (idleMs === 0 || this.#closed || this.#sinceImage + this.#journal.bytes < idleBytes) return;
    if (this.#idle !== null) {
      this.#idle.refresh();
      return;
    }
    this.#idle = setTimeout(() => {
      this.#checkpointSoon();
    }, idleMs);
    this.#idle.unref();
  }

  /** Spares the next opening a long replay; commands that follow one another each open the store anew. */
  async #checkpointAtEnd(): Promise<void> {
    if (this.#context.limits.idleMs === 0 || this.#sinceImage + this.#journal.bytes < closingBytes) return;
    await this.checkpoint().catch((error: unknown) => {
      this.#context.logger.log("warn", "A checkpoint could not be begun", { error: String(error) });
    });
  }

  /** Finishes what was begun and gives the lease back. What cannot be closed any more is left to the next opening. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#heartbeat);
    if (this.#idle !== null) clearTimeout(this.#idle);
    await this.#pipeline.idle();
    await this.#checkpointing;
    await this.#checkpointAtEnd();
    const steps = [
      () => this.#journal.close(),
      () => this.#watermark.sync(),
      () => this.#watermark.close(),
      () => this.#lease.release(),
    ];
    for (const step of steps) {
      await step().catch((error: unknown) => {
        this.#context.logger.log("warn", "The store could not be closed cleanly", { error: String(error) });
      });
    }
  }
}
