import type { NewEvent } from "../../core/run/runEvent";
import type { OpenAttempt } from "./openAttempt";
import { analyseFailure, type FailedAttempt } from "./failureAnalysis";
import type { RunContext } from "../run/runContext";
import { modelForRun } from "../model/runModel";

/**
 * Ends an attempt that failed: the reason becomes feedback for the next one. After the last attempt the failure is
 * analysed, if there is a model to ask.
 */
export async function closeFailedTask(
  context: RunContext,
  attempt: OpenAttempt,
  from: "in_progress" | "tested",
  failure: { readonly text: string; readonly final: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { recorder } = context;
  const { text } = failure;
  const { task_id } = attempt.task;
  const ids = { attempt_id: attempt.id, task_id };
  const state = recorder.state().tasks.get(task_id);
  const repeated =
    state?.feedback.some((one) => one.source === "validation" && firstLine(one.text) === firstLine(text)) ===
    true;
  const last = (state?.failed_attempts ?? 0) + 1 >= (state?.max_attempts ?? 1);
  // The same failure twice in a row will not mend itself: stop before it burns the third attempt.
  const twice = repeated && !last && attempt.task.executor !== "command";
  const events: NewEvent[] = [
    // No next attempt comes by itself that could learn from it; the status says it once.
    ...(failure.final
      ? []
      : [{ type: "attempt.feedback", ...ids, source: "validation", text } satisfies NewEvent]),
    { type: "attempt.finished", ...ids, outcome: "failed", reason: firstLine(text) },
    {
      type: "task.status",
      task_id,
      from,
      to: "failed",
      cause: from === "tested" ? "validator" : "executor",
      by: from === "tested" ? "validator" : "executor",
      reason: twice ? `the same failure twice: ${firstLine(text)}` : firstLine(text),
      ...((twice || failure.final) && { final: true }),
    },
  ];
  await recorder.append("validator", events);
  if ((last || repeated) && attempt.task.executor !== "command") await analyse(context, attempt, signal);
}

/** Best effort: no model, no money or a bad answer leave the task failed without an analysis, and say so in the log. */
async function analyse(context: RunContext, attempt: OpenAttempt, signal: AbortSignal): Promise<void> {
  const { recorder } = context;
  const run = recorder.state();
  const state = run.tasks.get(attempt.task.task_id);
  if (state === undefined || (await context.deps.models.model("default")) === null) return;
  const attempts = state.attempt_ids.flatMap((id): FailedAttempt[] => {
    const one = run.attempts.get(id);
    if (one === undefined) return [];
    const feedback = state.feedback.filter((line) => line.attempt === one.number).map((line) => line.text);
    return [{ number: one.number, summary: one.summary, feedback, diff: null }];
  });
  const result = await analyseFailure({
    client: await modelForRun(context),
    plan: context.plan,
    task: attempt.task,
    attempts,
    done: [...run.tasks.values()].filter((task) => task.status === "done").map((task) => task.task_id),
    cache_key: context.planHash,
    signal,
  });
  await recorder.append("executor", [
    result.ok
      ? { type: "failure.analysed", task_id: attempt.task.task_id, analysis: { ...result.value } }
      : recorder.line("warn", `No failure analysis for ${attempt.task.task_id}: ${result.error.message}`),
  ]);
}

function firstLine(text: string): string {
  const line = text.split("\n", 1)[0] ?? text;
  return line.length > 200 ? `${line.slice(0, 197)}...` : line;
}
