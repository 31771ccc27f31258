import { MasterPlanError } from "../../core/errors";
import type { NewEvent } from "../../core/run/runEvent";
import type { RawChange } from "../../ports/git";
import { keepChange } from "../review/changeRecord";
import type { RunContext } from "../run/runContext";
import { attemptInput } from "../validation/attemptInput";
import { validateAttempt } from "../validation/validator";
import { endFailed, type AttemptEnd } from "./attemptEnd";
import type { AttemptSignals } from "./attemptSignals";
import { failsAttempt, feedbackText } from "./feedbackText";
import type { OpenAttempt, WorkOutcome } from "./openAttempt";

/** Keeps what an attempt changed, validates it and asks for its review; what does not pass fails the attempt. */
export async function proposeChange(
  context: RunContext,
  attempt: OpenAttempt,
  done: { readonly work: WorkOutcome; readonly raw: readonly RawChange[]; readonly runnable: boolean },
  signals: AttemptSignals,
): Promise<AttemptEnd> {
  const { deps, recorder } = context;
  const { stop } = signals;
  const { task } = attempt;
  const { work, raw } = done;
  const ids = { attempt_id: attempt.id, task_id: task.task_id };
  if (raw.length === 0 && task.executor !== "command" && (task.postconditions ?? []).length === 0) {
    return endFailed(
      context,
      attempt,
      "in_progress",
      deps.environment.translate("The attempt changed no file"),
      signals,
    );
  }
  const { record, blob } = await keepChange(deps, raw, task.file_scope?.write ?? null);
  const hunks = record.change.files.reduce((sum, file) => sum + file.hunks.length, 0);
  await recorder.append("executor", [
    {
      type: "change.proposed",
      ...ids,
      change_hash: record.change.hash,
      blob,
      hunks,
      files: raw.map((file) => file.path),
    },
    {
      type: "task.status",
      task_id: task.task_id,
      from: "in_progress",
      to: "ready_for_test",
      cause: "executor",
      by: "executor",
    },
  ]);
  const evidence = await validateAttempt(
    attemptInput(context, attempt.files, { task, change: record.change, runs_code: done.runnable }),
    stop,
    () => undefined,
  );
  if (stop.aborted) throw new MasterPlanError("cancelled", "The attempt was stopped");
  await recorder.append("validator", [
    ...evidence.map((one): NewEvent => ({ type: "check.finished", ...ids, evidence: one })),
    {
      type: "task.status",
      task_id: task.task_id,
      from: "ready_for_test",
      to: "tested",
      cause: "validator",
      by: "validator",
    },
  ]);
  const broken = evidence.filter(failsAttempt);
  if (broken.length > 0) {
    const text = await feedbackText(deps.store, broken);
    return endFailed(context, attempt, "tested", text, signals);
  }
  await recorder.append("validator", [
    { type: "attempt.finished", ...ids, outcome: "succeeded", summary: work.summary },
    {
      type: "task.status",
      task_id: task.task_id,
      from: "tested",
      to: "in_review",
      cause: "validator",
      by: "validator",
    },
    // Commands that changed no file leave nothing to look at.
    ...(raw.length === 0 && task.executor === "command"
      ? []
      : [{ type: "review.requested", ...ids, change_hash: record.change.hash } satisfies NewEvent]),
  ]);
  return { kind: "review", attempt_id: attempt.id, empty: raw.length === 0 };
}
