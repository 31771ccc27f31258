import type { NewEvent } from "../../core/run/runEvent";
import { isMasterPlanError, type MasterPlanError } from "../../core/errors";
import { specOf, taskState } from "../attempt/openAttempt";
import { pauseRun } from "../run/pauseRun";
import { lastAttempt } from "../../core/run/attemptInHands";
import { acceptByPolicy, acceptUnchanged, rejectByPolicy } from "./reviewService";
import type { RunContext } from "../run/runContext";

/**
 * What the run's own review mode does with a change that passed. Whatever it may not decide stays for a person, and the
 * log says why. Commands that changed nothing leave nothing to look at: their exit codes are the proof.
 */
export async function applyReviewPolicy(
  context: RunContext,
  taskId: string,
  signal: AbortSignal,
): Promise<void> {
  const { recorder } = context;
  const { options } = recorder.state();
  const state = taskState(context, taskId);
  const attempt = lastAttempt(recorder.state(), state);
  const proved = attempt?.hunk_count === 0 && specOf(context, taskId).executor === "command";
  if (options.review === "reject" && !proved) return rejectByPolicy(context, taskId);
  if (options.review !== "accept" && !proved) return;
  try {
    await (proved ? acceptUnchanged : acceptByPolicy)(context, taskId, signal);
  } catch (error) {
    if (isMasterPlanError(error, "git.headMoved")) {
      await pauseRun(context, { reason: "head_moved", by: "executor", canResume: true });
    } else if (
      isMasterPlanError(error) &&
      /^(?:review|path)\.|^git\.(?:dirtyFile|nestedRepository)$/u.test(error.code)
    ) {
      await leaveForPerson(context, taskId, error);
    } else throw error;
  }
}

async function leaveForPerson(context: RunContext, taskId: string, error: MasterPlanError): Promise<void> {
  const { recorder } = context;
  if (taskState(context, taskId).status !== "in_review") return;
  const message = `${taskId} waits for a person: ${error.message}`;
  const attempt = lastAttempt(recorder.state(), taskState(context, taskId));
  // A change without hunks asked for no review until now.
  const asked: NewEvent[] =
    attempt?.hunk_count === 0 && attempt.change_hash !== null
      ? [
          {
            type: "review.requested",
            attempt_id: attempt.id,
            task_id: taskId,
            change_hash: attempt.change_hash,
          },
        ]
      : [];
  await recorder.append("executor", [recorder.line("warn", message), ...asked]);
}
