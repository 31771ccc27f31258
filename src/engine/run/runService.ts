import { isMasterPlanError, MasterPlanError } from "../../core/errors";
import type { RunId } from "../../core/ids";
import { isFinished } from "../../core/run/transitions";
import type { RunStatus } from "../../core/run/run";
import { stoppedByPerson } from "../attempt/attemptSignals";
import { releaseIdleWorktrees } from "../attempt/attemptWorktree";
import { beginRun, reopenContext } from "./beginRun";
import { recordCancel } from "./cancelRun";
import type { EngineDeps } from "../engineDeps";
import { isFrozen } from "../plan/gate";
import { authorizeResume, refuseFrozen } from "../plan/frozen";
import type { RefusedAction } from "../plan/planHistory";
import { decideGate } from "./gateDecision";
import type { RunParams } from "../masterPlan";
import type { FixPlace, GateParams, ReviewParams, TaskParams } from "../personDecisions";
import { LiveRun } from "./liveRun";
import { pauseRun } from "./pauseRun";
import { refuseOtherSnapshot } from "./pauseSnapshot";
import { queueRun } from "./queueRun";
import { settleOpenWork } from "./recovery";
import { recordOptions, recordResumed, refuseOptions } from "./resumeRun";
import { decide } from "../review/reviewService";
import type { RunContext } from "./runContext";
import { RunRecorder } from "./runRecorder";
import { decideTask } from "../review/taskDecision";

/**
 * Starts, drives and stops runs. One run of a workspace is active at most. With `continueAfterDecision` a person's
 * decision sets the run going again (an editor stays open); without it `resume` does (a command ends).
 */
export class RunService {
  readonly #deps: EngineDeps;
  readonly #continueAfterDecision: boolean;
  readonly #live = new Map<RunId, LiveRun>();
  /** Runs that a person is stopping: they have come to rest only when that is recorded. */
  readonly #stopping = new Map<RunId, Promise<void>>();

  constructor(deps: EngineDeps, options: { readonly continueAfterDecision: boolean }) {
    this.#deps = deps;
    this.#continueAfterDecision = options.continueAfterDecision;
  }

  async run(params: RunParams): Promise<{ readonly run: RunId }> {
    const recorder = await queueRun(this.#deps, params);
    this.#go(recorder, (signal) => beginRun(this.#deps, recorder, signal));
    return { run: recorder.run };
  }

  /** Why the run stands still although its state says otherwise: its pause could not be recorded. Null normally. */
  obstacle(run: RunId): Error | null {
    return this.#live.get(run)?.obstacle ?? null;
  }

  /** Resolves when the run rests: finished, paused, or waiting for a person. */
  async settled(run: RunId): Promise<{ readonly status: RunStatus; readonly reason: string | null }> {
    await this.#live.get(run)?.settled();
    await this.#stopping.get(run)?.catch(() => undefined);
    const { status, reason } = new RunRecorder(this.#deps, run).state();
    return { status, reason };
  }

  /** Lets what runs come to its own end and pauses then; with `now` it is stopped at once. */
  async pause(run: RunId, by: string, how: { reason?: string; now?: boolean } = {}): Promise<void> {
    const recorder = this.#recorder(run);
    if (isFinished(recorder.state().status)) throw finished(recorder);
    await this.#stopped(run, this.#pauseAs(run, how.reason ?? "user", by, how.now === true));
  }

  async #stopped(run: RunId, stopping: Promise<void>): Promise<void> {
    this.#stopping.set(run, stopping);
    try {
      await stopping;
    } finally {
      if (this.#stopping.get(run) === stopping) this.#stopping.delete(run);
    }
  }

  /** What is under way stops even when the pause cannot be recorded: then it is owed. */
  async #pauseAs(run: RunId, reason: string, by: string, now: boolean): Promise<void> {
    const live = this.#live.get(run);
    if (live === undefined) {
      await pauseRun({ deps: this.#deps, recorder: this.#recorder(run) }, { reason, by, canResume: true });
      return;
    }
    if (!now) await live.rest();
    try {
      await live.pause({ reason, by });
    } finally {
      await live.stop(stoppedByPerson());
    }
    if (this.#live.get(run) === live) this.#live.delete(run);
  }

  async resume(run: RunId, by: string, options: Partial<RunParams>, snapshot?: string): Promise<void> {
    const deps = this.#deps;
    await this.#stopping.get(run)?.catch(() => undefined);
    const recorder = this.#recorder(run);
    await this.#live.get(run)?.recordOwed();
    const state = recorder.state();
    if (isFinished(state.status)) throw finished(recorder);
    refuseOtherSnapshot(deps.store, state, snapshot);
    refuseOptions(deps, recorder, options);
    await authorizeResume(deps, state, by);
    const live = this.#live.get(run);
    if (live !== undefined && state.status !== "paused" && live.executor?.driving !== false) {
      if (await recordOptions(recorder, by, options)) {
        const { budget_usd: budget } = recorder.state().options;
        if (budget !== undefined) live.executor?.context.ledger.limitTo(budget);
        live.executor?.reconsider();
      } else live.executor?.wake();
      return;
    }
    // A pause of the run's own lets what runs come to its end, too.
    await live?.rest();
    await live?.close();
    await settleOpenWork(deps, recorder);
    await recordResumed(deps, recorder, by, options);
    this.#go(recorder, (signal) =>
      state.base === null ? beginRun(deps, recorder, signal) : reopenContext(deps, recorder, signal),
    );
  }

  async cancel(run: RunId, reason: string, by: string): Promise<void> {
    const recorder = this.#recorder(run);
    if (isFinished(recorder.state().status)) throw finished(recorder);
    await this.#stopped(run, this.#cancelNow(run, recorder, reason, by));
  }

  async #cancelNow(run: RunId, recorder: RunRecorder, reason: string, by: string): Promise<void> {
    const live = this.#live.get(run);
    await live?.stop(stoppedByPerson());
    try {
      await recordCancel(this.#deps, recorder, reason, by);
    } catch (error) {
      await live?.broke(error);
      throw error;
    }
    await live?.close();
    this.#live.delete(run);
    await releaseIdleWorktrees({ deps: this.#deps, recorder });
  }

  async review(
    params: ReviewParams,
  ): Promise<{ readonly accepted: boolean; readonly commit: string | null }> {
    if (params.decision === "accept") await this.#refuseFrozen("review", params);
    return this.#deciding(params.run, ({ context, signal }) => decide(context, params, signal));
  }

  /** The place to mend the task in, for `fix`. */
  async task(params: TaskParams): Promise<FixPlace | null> {
    if (params.action !== "skip") await this.#refuseFrozen("task", params);
    return this.#deciding(params.run, ({ context, signal }) => decideTask(context, params, signal));
  }

  /** GO or NO-GO of a person, on a phase or, by the plan's id, on the end of the run. */
  async gate(params: GateParams): Promise<string> {
    const recorder = this.#recorder(params.run);
    const by = params.by ?? this.#deps.environment.person();
    if (params.go) await this.#refuseFrozen("gate", params);
    const state = await decideGate(recorder, params, by);
    if (params.go) this.#goOn(params.run);
    else await this.pause(params.run, by, { reason: `gate: ${params.reason ?? ""}` });
    return state;
  }

  #refuseFrozen(
    action: RefusedAction,
    { run, by }: { readonly run: RunId; readonly by?: string },
  ): Promise<void> {
    return refuseFrozen(this.#deps, action, run, by ?? this.#deps.environment.person());
  }

  /** Stops everything that is under way, for panic and for shutting down. */
  async stopAll(reason: string | null, by: string): Promise<void> {
    for (const [run, live] of [...this.#live]) {
      if (reason !== null && !isFinished(live.recorder.state().status))
        await this.#pauseAs(run, reason, by, true);
      else await live.close();
      this.#live.delete(run);
    }
  }

  /** Takes a person's decision. When it cannot land because HEAD moved, the run pauses and asks. */
  async #deciding<T>(
    run: RunId,
    take: (live: { readonly context: RunContext; readonly signal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    const live = await this.#attached(run);
    try {
      const result = await take(live);
      this.#goOn(run);
      return result;
    } catch (error) {
      if (isMasterPlanError(error, "git.headMoved"))
        await this.#live.get(run)?.pause({ reason: "head_moved", by: "executor" });
      throw error;
    } finally {
      await releaseIdleWorktrees(live.context);
    }
  }

  /** A loop that is under way looks again; one that came to rest only starts again in a process that stays. */
  #goOn(run: RunId): void {
    const executor = this.#live.get(run)?.executor;
    if (isFrozen(this.#deps)) return;
    if (this.#continueAfterDecision || executor?.driving === true) executor?.wake();
  }

  /** The context to take a decision in: of the live run, or opened for just this decision. */
  async #attached(run: RunId): Promise<{ readonly context: RunContext; readonly signal: AbortSignal }> {
    const live = this.#live.get(run);
    const executor = (await live?.opened()) ?? (await this.#reopened(run)).executor;
    if (executor === null) throw finished(this.#recorder(run));
    return { context: executor.context, signal: executor.signal };
  }

  async #reopened(run: RunId): Promise<LiveRun> {
    const deps = this.#deps;
    await this.#live.get(run)?.recordOwed();
    const recorder = this.#recorder(run);
    if (isFinished(recorder.state().status)) throw finished(recorder);
    await this.#live.get(run)?.close();
    const live = await LiveRun.attach(deps, recorder, (signal) => reopenContext(deps, recorder, signal));
    this.#live.set(run, live);
    return live;
  }

  #go(recorder: RunRecorder, open: (signal: AbortSignal) => Promise<RunContext>): void {
    this.#live.set(recorder.run, LiveRun.begin(this.#deps, recorder, open));
  }

  #recorder(run: RunId): RunRecorder {
    const recorder = this.#live.get(run)?.recorder ?? new RunRecorder(this.#deps, run);
    recorder.state();
    return recorder;
  }
}

function finished(recorder: RunRecorder): MasterPlanError {
  return new MasterPlanError(
    "run.notActive",
    `Run ${recorder.run} has ended: it is ${recorder.state().status}`,
    {
      hint: "Start a new run of the approved plan",
    },
  );
}
