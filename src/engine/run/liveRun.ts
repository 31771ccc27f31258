import { isMasterPlanError, type MasterPlanError } from "../../core/errors";
import { isFinished } from "../../core/run/transitions";
import type { EngineDeps } from "../engineDeps";
import { pauseRun } from "./pauseRun";
import type { RunContext } from "./runContext";
import { RunExecutor } from "./runExecutor";
import type { RunRecorder } from "./runRecorder";

/** How long to wait before a pause that could not be recorded is tried again. */
const againMs = 5000;

/** A pause that has to be recorded; `error` is why it was not yet. */
interface OwedPause {
  readonly reason: string;
  readonly by: string;
  error: Error | null;
}

/**
 * A run that this process drives. Whatever fails under it, the run pauses with the reason; when not even that can be
 * recorded (a full disk), the pause is owed: tried again by itself, and before anything else is done with the run.
 */
export class LiveRun {
  readonly recorder: RunRecorder;
  readonly #deps: EngineDeps;
  readonly #abort = new AbortController();
  /** Ends the waiting for a pause that is owed. */
  readonly #given = new AbortController();
  #executor: RunExecutor | null = null;
  /** Settles when the loop begins, or will never begin. */
  #opened: Promise<void> = Promise.resolve();
  /** Settles when nothing of the run is under way any more; never rejects. */
  #rest: Promise<void> = Promise.resolve();
  #isBroken = false;
  #isHeld = false;
  #owed: OwedPause | null = null;
  #recording: Promise<void> | null = null;
  #retrying = false;

  private constructor(deps: EngineDeps, recorder: RunRecorder) {
    this.#deps = deps;
    this.recorder = recorder;
  }

  /** Opens the run's context and drives it until it rests. */
  static begin(
    deps: EngineDeps,
    recorder: RunRecorder,
    open: (signal: AbortSignal) => Promise<RunContext>,
  ): LiveRun {
    const live = new LiveRun(deps, recorder);
    live.#opened = live.#open(open);
    live.#rest = live.#opened.then(() => live.#executor?.settled());
    return live;
  }

  /** A run that rests, opened to take a person's decision. */
  static async attach(
    deps: EngineDeps,
    recorder: RunRecorder,
    open: (signal: AbortSignal) => Promise<RunContext>,
  ): Promise<LiveRun> {
    const live = new LiveRun(deps, recorder);
    const context = await open(live.#abort.signal);
    live.#executor = new RunExecutor(context, (error) => live.broke(error));
    return live;
  }

  /** The loop, once the run has its branch and its baseline; null as well when it broke or was stopped for good. */
  get executor(): RunExecutor | null {
    return this.#isBroken || this.#abort.signal.aborted ? null : this.#executor;
  }

  /** Why the run stands still although its state does not say so; null when its state is the truth. */
  get obstacle(): Error | null {
    return this.#owed?.error ?? null;
  }

  async #open(open: (signal: AbortSignal) => Promise<RunContext>): Promise<void> {
    try {
      const context = await open(this.#abort.signal);
      if (this.#abort.signal.aborted) return;
      this.#executor = new RunExecutor(context, (error) => this.broke(error));
      if (!this.#isHeld) this.#executor.wake();
    } catch (error) {
      await this.broke(error);
    }
  }

  /** The loop as soon as it has begun; null when it never will. */
  async opened(): Promise<RunExecutor | null> {
    await this.#opened;
    return this.executor;
  }

  /** Resolves when the run rests. Rejects with the error of the store when its pause cannot be recorded. */
  async settled(): Promise<void> {
    await this.#rest;
    await this.#executor?.settled();
    await this.recordOwed();
  }

  /** Something under the run failed: it pauses with the reason, or as soon as that can be recorded. Never rejects. */
  async broke(error: unknown): Promise<void> {
    this.#isBroken = true;
    const code = isMasterPlanError(error) ? error.code : "internal";
    const message = error instanceof Error ? error.message : String(error);
    this.#deps.logger.log("error", "The run stopped", { run: this.recorder.run, code, message });
    await this.pause({ reason: `${code}: ${message}`, by: "executor" }).catch(() => {
      // It is owed now, and everyone who asks for the run is told why.
    });
  }

  /** Records a pause. Rejects when it could not be recorded; it is tried again then until it is. */
  async pause(how: { readonly reason: string; readonly by: string }): Promise<void> {
    this.#owed ??= { ...how, error: null };
    try {
      await this.recordOwed();
    } catch (error) {
      this.#deps.logger.log("error", "The pause could not be recorded yet", {
        run: this.recorder.run,
        error: String(error),
      });
      void this.#tryAgain();
      throw error;
    }
  }

  /** Records the pause that is owed, if one is. Rejects with the error of the store while that is not possible. */
  async recordOwed(): Promise<void> {
    const owed = this.#owed;
    if (owed === null) return;
    this.#recording ??= this.#record(owed).finally(() => {
      this.#recording = null;
    });
    await this.#recording;
  }

  async #record(owed: OwedPause): Promise<void> {
    try {
      if (!isFinished(this.recorder.state().status)) {
        await pauseRun(
          { deps: this.#deps, recorder: this.recorder },
          { reason: owed.reason, by: owed.by, canResume: true },
        );
      }
      this.#owed = null;
    } catch (error) {
      owed.error = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }

  async #tryAgain(): Promise<void> {
    if (this.#retrying) return;
    this.#retrying = true;
    const { signal } = this.#given;
    while (this.#owed !== null && this.#deps.store.access === "write") {
      await this.#deps.clock.sleep(againMs, signal);
      if (isAborted(signal)) break;
      // Why it failed again is kept with what is owed.
      await this.recordOwed().catch(() => undefined);
    }
    this.#retrying = false;
  }

  /** Begins nothing new. Resolves when what runs has come to its own end, or was stopped in the meantime. */
  async rest(): Promise<void> {
    this.#isHeld = true;
    this.#executor?.hold();
    await this.#rest;
    await this.#executor?.settled();
  }

  /**
   * Stops what is under way, a running command too; resolves when nothing of it runs any more. A pause that is owed
   * stays owed. `why` is told to the work.
   */
  async stop(why?: MasterPlanError): Promise<void> {
    this.#abort.abort(why);
    await this.#executor?.stop(why);
    await this.#rest;
  }

  /** Stops for good: what is owed is left to the next opening, which finds the run interrupted. */
  async close(): Promise<void> {
    this.#given.abort();
    await this.stop();
  }
}

/** Asked anew after a wait. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
