import type { MasterPlanError } from "../../core/errors";
import { schedule, type Step } from "../../core/run/scheduler";
import { isFinished } from "../../core/run/transitions";
import { releaseIdleWorktrees } from "../attempt/attemptWorktree";
import type { AttemptEnd } from "../attempt/attemptEnd";
import { runAttempt } from "../attempt/attemptRunner";
import { specOf } from "../attempt/openAttempt";
import { finishRun } from "./finishRun";
import { startManualTasks } from "../review/manualTask";
import { pauseRun } from "./pauseRun";
import { checkPhase } from "./phaseGate";
import { applyReviewPolicy } from "../review/reviewPolicy";
import type { RunContext } from "./runContext";
import { lackOfSpace } from "../storage/storageSpace";
import { runWaiting } from "./waitingItems";

/**
 * The one loop of a run: look at the state, take the steps the scheduler names, record what came of them. It ends when
 * the run is finished, paused, or only a person can go on; `wake` starts it again.
 */
export class RunExecutor {
  readonly context: RunContext;
  readonly #abort = new AbortController();
  /** Aborted when nothing new may begin. */
  readonly #held = new AbortController();
  readonly #hold = AbortSignal.any([this.#held.signal, this.#abort.signal]);
  readonly #active = new Map<string, Promise<void>>();
  #loop: Promise<void> | null = null;
  #woken = false;
  #caughtUp = false;
  /** What storage or git did under an attempt; the loop ends with it instead of waiting for nobody. */
  #broken: { readonly error: unknown } | null = null;
  #wakeUp: () => void = () => undefined;
  readonly #onBroken: (error: unknown) => Promise<void>;

  /** `onBroken` hears what storage or git did under the loop, before the loop counts as ended; it never rejects. */
  constructor(context: RunContext, onBroken: (error: unknown) => Promise<void>) {
    this.context = context;
    this.#onBroken = onBroken;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Whether the loop is under way: what a person decides then must be looked at without being asked to go on. */
  get driving(): boolean {
    return this.#loop !== null;
  }

  /** Starts the loop, or makes a running one look again. */
  wake(): void {
    this.#woken = true;
    this.#wakeUp();
    this.#loop ??= this.#drive()
      .catch((error: unknown) => this.#onBroken(error))
      .finally(() => {
        this.#loop = null;
      });
  }

  /** Resolves when the loop has come to rest, also when storage or git failed under it. */
  async settled(): Promise<void> {
    while (this.#loop !== null) await this.#loop;
  }

  /** Nothing new begins; what runs comes to its own end, and then the loop rests. */
  hold(): void {
    this.#held.abort();
    this.#wakeUp();
  }

  /** Looks again at what waits for review, because the run may decide more by itself than before. */
  reconsider(): void {
    this.#caughtUp = false;
    this.wake();
  }

  /**
   * Stops what is under way, a running command too: interrupted attempts cost nothing. `why` is the signal's reason.
   * Resolves when nothing of it runs any more.
   */
  async stop(why?: MasterPlanError): Promise<void> {
    this.#abort.abort(why);
    await Promise.allSettled([...this.#active.values()]);
    await this.#loop;
  }

  async #drive(): Promise<void> {
    const { recorder } = this.context;
    for (;;) {
      this.#woken = false;
      await this.#refuseBroken();
      const run = recorder.state();
      if (this.#hold.aborted || isFinished(run.status) || run.status === "paused") {
        await Promise.allSettled([...this.#active.values()]);
        await this.#refuseBroken();
        return;
      }
      if (!this.#caughtUp) {
        await this.#catchUp();
        continue;
      }
      const steps = schedule({
        run,
        phases: this.context.phases,
        specs: this.context.specs,
        active: new Set(this.#active.keys()),
      });
      if (steps.length === 0) {
        const woken = new Promise<void>((resolve) => {
          this.#wakeUp = resolve;
        });
        await Promise.race([...this.#active.values(), woken]);
        continue;
      }
      if (steps.some((step) => step.kind === "wait")) {
        if (await this.#rest()) return;
        continue;
      }
      if (run.status === "waiting") await recorder.append("scheduler", [{ type: "run.running" }]);
      await this.#take(steps);
    }
  }

  async #refuseBroken(): Promise<void> {
    if (this.#broken === null) return;
    this.#abort.abort();
    await Promise.allSettled([...this.#active.values()]);
    throw this.#broken.error;
  }

  /** Takes the steps in order until one of them, or a person in the meantime, makes the rest of this look stale. */
  async #take(steps: readonly Step[]): Promise<void> {
    const { recorder } = this.context;
    const byHand = steps.flatMap((step) =>
      step.kind === "start_task" && this.#isManual(step.task_id) ? [step.task_id] : [],
    );
    for (const step of steps) {
      if (this.#hold.aborted || recorder.state().status !== "running") return;
      if (step.kind === "start_task" && byHand.includes(step.task_id)) {
        // All of them are measured against one snapshot, taken with the first.
        if (step.task_id === byHand[0]) await startManualTasks(this.context, byHand);
      } else if (!(await this.#perform(step))) return;
    }
  }

  #isManual(taskId: string): boolean {
    return specOf(this.context, taskId).executor === "manual";
  }

  /** Nothing to do without a person. True when the loop may end; a wake in the meantime keeps it going. */
  async #rest(): Promise<boolean> {
    const { recorder, plan } = this.context;
    const run = recorder.state();
    if (run.status === "running") {
      const waiting = runWaiting(run, plan);
      await recorder.append("scheduler", [{ type: "run.waiting", waiting }]);
    }
    return !this.#woken;
  }

  /** Takes one step. False when the state changed in a way that makes the remaining steps of this look stale. */
  async #perform(step: Step): Promise<boolean> {
    const { recorder } = this.context;
    const by = "scheduler" as const;
    switch (step.kind) {
      case "start_phase":
        await recorder.append(by, [{ type: "phase.started", phase_id: step.phase_id }]);
        return true;
      case "block_task":
        await recorder.append(by, [
          {
            type: "task.status",
            task_id: step.task_id,
            from: "pending",
            to: "blocked",
            cause: by,
            by,
            reason: step.reason,
          },
        ]);
        return true;
      case "unblock_task":
        await recorder.append(by, [
          { type: "task.status", task_id: step.task_id, from: "blocked", to: "pending", cause: by, by },
        ]);
        return true;
      case "retry_task":
        await recorder.append(by, [
          { type: "task.status", task_id: step.task_id, from: "failed", to: "pending", cause: by, by },
        ]);
        return true;
      case "start_task":
        return this.#startWithSpace(step.task_id);
      case "check_phase":
        await checkPhase(this.context, step.phase_id, this.signal);
        return false;
      case "complete_phase":
        await recorder.append("validator", [{ type: "phase.completed", phase_id: step.phase_id }]);
        return true;
      case "stop_after_phase":
        await pauseRun(this.context, { reason: `until ${step.phase_id}`, by, canResume: true });
        return false;
      case "complete_run":
        await finishRun(this.context, this.signal);
        return false;
      case "wait":
        return false;
    }
  }

  /** An attempt makes a worktree, transcripts and outputs: without room for them the run pauses and says so. */
  async #startWithSpace(taskId: string): Promise<boolean> {
    const problem = await lackOfSpace(this.context.deps);
    if (problem === null) {
      this.#start(taskId);
      return true;
    }
    await pauseRun(this.context, { reason: `store.full: ${problem}`, by: "executor", canResume: true });
    return false;
  }

  #start(taskId: string): void {
    const work = this.#attempt(taskId)
      .catch((error: unknown) => {
        this.#broken ??= { error };
      })
      .finally(() => this.#active.delete(taskId));
    this.#active.set(taskId, work);
  }

  async #attempt(taskId: string): Promise<void> {
    const end = await runAttempt(this.context, taskId, { stop: this.signal, hold: this.#hold });
    await this.#afterAttempt(taskId, end);
  }

  async #afterAttempt(taskId: string, end: AttemptEnd): Promise<void> {
    if (end.kind === "interrupted") {
      if (end.error.code === "cancelled") return;
      await pauseRun(this.context, { reason: pauseReason(end.error), by: "executor", canResume: true });
      return;
    }
    // A run that is being paused lands nothing more by itself; where nothing changed, there is nothing to land.
    if (end.kind === "review" && (end.empty || !this.#hold.aborted))
      await applyReviewPolicy(this.context, taskId, this.signal);
  }

  /** A crash may have come between a change's proof and its acceptance by policy: catch up once, before anything else. */
  async #catchUp(): Promise<void> {
    this.#caughtUp = true;
    for (const task of this.context.recorder.state().tasks.values()) {
      if (task.status === "in_review" && !this.#active.has(task.task_id))
        await applyReviewPolicy(this.context, task.task_id, this.signal);
    }
    await releaseIdleWorktrees(this.context);
  }
}

function pauseReason(error: MasterPlanError): string {
  if (error.code === "model.budgetExceeded") return "budget";
  return `${error.code}: ${error.message}`;
}
