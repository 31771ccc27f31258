import type { MasterPlanError } from "../../core/errors";
import type { RunId } from "../../core/ids";
import type { Run } from "../../core/run/run";
import type { StoreCommit } from "../../ports/store";
import { DurableLog, keepReserve } from "../journal/durableLog";
import { JournalWriter } from "../journal/journalWriter";
import { WatermarkFile } from "../journal/watermark";
import type { Lease } from "../node/writer/lease";
import { Checkpoints } from "./checkpoints";
import { CommitPipeline } from "./commitPipeline";
import type { LoadedState } from "./image/loadState";
import { encodeCommit } from "./image/replay";
import type { RunStates } from "./apply/runStates";
import type { SqlDatabase } from "./sqlDatabase";
import type { StoreContext } from "./storeContext";

const heartbeatMs = 2000;

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
  readonly #checkpoints: Checkpoints;
  #closed = false;

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
    this.#checkpoints = new Checkpoints(context, state, {
      journal: this.#journal,
      pipeline: this.#pipeline,
      afterImage: async () => {
        await watermark.sync().catch(() => undefined);
        await this.keepReserve();
      },
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
    return this.#checkpoints.imageBytes;
  }

  /** Bytes this process has added to the journal. */
  get written(): number {
    return this.#checkpoints.written;
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
    this.#checkpoints.committed();
    return lsn;
  }

  /** Runs between two batches; see `CommitPipeline.exclusively`. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    return this.#pipeline.exclusively(task);
  }

  /**
   * Lets nothing more be committed about these runs, and ends the current journal file; everything that was committed
   * about them is in files that can be read and rewritten. `choose` is asked between two batches.
   */
  closeRuns(choose: () => readonly RunId[]): Promise<readonly RunId[]> {
    return this.#pipeline.exclusively(async () => {
      const runs = choose();
      this.#pipeline.closeRuns(runs);
      await this.#checkpoints.rotate().catch((error: unknown) => {
        this.#pipeline.openRuns(runs);
        throw error;
      });
      return runs;
    });
  }

  openRuns(runs: readonly RunId[]): void {
    this.#pipeline.openRuns(runs);
  }

  /** Makes no checkpoint while `task` changes files that one would read. */
  withoutCheckpoints<T>(task: () => Promise<T>): Promise<T> {
    return this.#checkpoints.without(task);
  }

  /** Ends the current journal file, so that it can be read and rewritten by others. */
  async rotate(): Promise<void> {
    await this.#pipeline.exclusively(() => this.#checkpoints.rotate());
  }

  /**
   * Builds the state that `make` answers, which holds the commit's other changes, puts `commit` on disk only when that
   * has gone well, and goes on with the new state, which `install` hears of. Commits that wait are checked again.
   */
  async replaceState<T extends { readonly database: SqlDatabase; readonly runs: RunStates }>(
    commit: StoreCommit,
    make: (lsn: number) => T,
    install: (state: T) => void,
  ): Promise<number> {
    return this.#pipeline.exclusively(async () => {
      const state = make(this.lsn + 1);
      try {
        await this.#log.append([encodeCommit(commit)]);
      } catch (error) {
        state.database.close();
        throw error;
      }
      this.#pipeline.replaceState(state.database, state.runs);
      install(state);
      return this.lsn;
    });
  }

  /** Makes an image of everything committed so far; false when there was nothing to do or it failed. */
  checkpoint(): Promise<boolean> {
    return this.#checkpoints.make();
  }

  /** Finishes what was begun and gives the lease back. What cannot be closed any more is left to the next opening. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#heartbeat);
    this.#checkpoints.stop();
    await this.#pipeline.idle();
    await this.#checkpoints.finish();
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
