import type { NewEvent } from "../../core/run/runEvent";
import { MasterPlanError } from "../../core/errors";
import { commandKey, receiptOf, takeUpReceipt } from "./commandReceipt";
import type { OpenAttempt, WorkOutcome } from "./openAttempt";
import { feedbackText } from "./feedbackText";
import { validationPorts, type RunContext } from "../run/runContext";
import { runTaskCommands } from "../validation/validator";

/**
 * Runs the commands of a command task, each at most once per attempt: the intent is durable before the process starts,
 * so that a crash in between is seen as an unknown outcome and never repeated silently.
 */
export async function doCommandWork(
  context: RunContext,
  attempt: OpenAttempt,
  signal: AbortSignal,
): Promise<WorkOutcome> {
  const { recorder, deps } = context;
  const kept = await takeUpReceipt(context, attempt);
  if (kept !== null) return kept;
  const { task, id } = attempt;
  const ids = { attempt_id: id, task_id: task.task_id };
  const key = commandKey(id);
  if (!deps.environment.isTrusted()) {
    throw new MasterPlanError("gate.untrusted", "Commands do not run in a workspace that is not trusted");
  }
  await recorder.append("executor", [
    {
      type: "intent.opened",
      intent: { key, kind: "command", ...ids, spec: { commands: task.commands ?? [] } },
    },
    ...(task.commands ?? []).map((argv): NewEvent => ({
      type: "attempt.step",
      ...ids,
      tool: "command",
      text: argv.join(" "),
      ok: true,
    })),
  ]);
  const evidence = await runTaskCommands(
    { ...validationPorts(context, attempt.files), task },
    signal,
    () => undefined,
  );
  const broken = evidence.find((one) => one.status !== "passed");
  const summary = evidence.map((one) => `${one.check}: ${one.summary}`).join("\n");
  // The receipt holds what the commands did, so that nothing between here and the review can make them run again.
  const settled: NewEvent =
    broken === undefined
      ? {
          type: "intent.settled",
          key,
          outcome: "done",
          result: await receiptOf(context, attempt, { summary, evidence }),
        }
      : { type: "intent.settled", key, outcome: "failed" };
  await recorder.append("executor", [
    settled,
    ...evidence.map((one): NewEvent => ({ type: "check.finished", ...ids, evidence: one })),
  ]);
  if (signal.aborted) throw new MasterPlanError("cancelled", "The attempt was stopped");
  return {
    summary,
    evidence,
    failure: broken === undefined ? null : await feedbackText(deps.store, [broken]),
  };
}
