import type { NewEvent } from "../../core/run/runEvent";
import { isMasterPlanError, type MasterPlanError } from "../../core/errors";
import { commandKey, unknownOutcome } from "./commandReceipt";
import { taskState, type OpenAttempt } from "./openAttempt";
import type { RunContext } from "../run/runContext";

/** Puts the task back where it was: an interruption costs no attempt. */
export async function interruptAttempt(
  context: RunContext,
  attempt: OpenAttempt,
  error: MasterPlanError,
): Promise<{ readonly kind: "interrupted"; readonly error: MasterPlanError }> {
  const { task_id } = attempt.task;
  const run = context.recorder.state();
  if (run.intents.get(commandKey(attempt.id))?.outcome === "open") {
    // Stopped in the middle of a command: the person who stopped it decides whether it runs again.
    await context.recorder.append(
      "executor",
      unknownOutcome(run, { attempt_id: attempt.id, task_id }, "executor"),
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
