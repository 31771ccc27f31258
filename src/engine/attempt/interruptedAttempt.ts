import type { NewEvent } from "../../core/run/runEvent";
import { isMasterPlanError, type MasterPlanError } from "../../core/errors";
import { isStoppedByPerson } from "./attemptSignals";
import { commandKey, stoppedCommand, unknownOutcome } from "./commandReceipt";
import { taskState, type OpenAttempt } from "./openAttempt";
import type { RunContext } from "../run/runContext";

/** Puts the task back where it was: an interruption costs no attempt. */
export async function interruptAttempt(
  context: RunContext,
  attempt: OpenAttempt,
  error: MasterPlanError,
  stop: AbortSignal,
): Promise<{ readonly kind: "interrupted"; readonly error: MasterPlanError }> {
  const { task_id } = attempt.task;
  const run = context.recorder.state();
  if (run.intents.get(commandKey(attempt.id))?.outcome === "open") {
    const { cut } = error.details;
    // Stopped in the middle of a command: what it did until then is not known, so it never runs again by itself.
    await context.recorder.append(
      "executor",
      isStoppedByPerson(stop)
        ? stoppedCommand(attempt, typeof cut === "string" ? cut : "", context.deps.environment.translate)
        : unknownOutcome(run, { attempt_id: attempt.id, task_id }, "executor"),
    );
    return { kind: "interrupted", error };
  }
  const { status } = taskState(context, task_id);
  const back: NewEvent[] =
    status === "in_progress" || status === "ready_for_test" || status === "tested"
      ? [
          {
            type: "task.status",
            task_id,
            from: status,
            to: "pending",
            cause: "executor",
            by: "executor",
            reason: error.message,
          },
        ]
      : [];
  await context.recorder.append("executor", [
    {
      type: "attempt.finished",
      attempt_id: attempt.id,
      task_id,
      outcome: "interrupted",
      reason: `${error.code}: ${error.message}`,
    },
    ...back,
  ]);
  return { kind: "interrupted", error };
}

/** Failures that say nothing about the work: the run stops or waits, the attempt does not count. */
export function isInterruption(error: unknown): error is MasterPlanError {
  if (!isMasterPlanError(error)) return false;
  return error.code === "cancelled" || error.code.startsWith("model.") || error.code === "gate.untrusted";
}
