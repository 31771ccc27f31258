import type { MasterPlanError } from "../../core/errors";
import type { AttemptId } from "../../core/ids";
import type { RunContext } from "../run/runContext";
import type { AttemptSignals } from "./attemptSignals";
import { closeFailedTask } from "./failedTask";
import type { OpenAttempt } from "./openAttempt";

/** How an attempt ended, for whoever drives the run. */
export type AttemptEnd =
  | { readonly kind: "review"; readonly attempt_id: AttemptId; readonly empty: boolean }
  | { readonly kind: "failed" }
  | { readonly kind: "blocked" }
  | { readonly kind: "interrupted"; readonly error: MasterPlanError };

/** Records that the attempt failed, and why; `final` when another one could not do better. */
export async function endFailed(
  context: RunContext,
  attempt: OpenAttempt,
  from: "in_progress" | "tested",
  text: string,
  signals: AttemptSignals,
  final = false,
): Promise<AttemptEnd> {
  await closeFailedTask(context, attempt, from, { text, final }, signals.hold);
  return { kind: "failed" };
}
