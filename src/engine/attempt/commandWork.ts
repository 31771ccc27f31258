import type { NewEvent } from "../../core/run/runEvent";
import { isMasterPlanError, MasterPlanError } from "../../core/errors";
import type { Evidence } from "../../core/validation/evidence";
import { commandKey, receiptOf, takeUpReceipt } from "./commandReceipt";
import type { OpenAttempt, WorkOutcome } from "./openAttempt";
import { feedbackText } from "./feedbackText";
import { validationPorts, type RunContext } from "../run/runContext";
import { runTaskCommands } from "../validation/validator";

/**
 * Runs the commands of a command task, each at most once per attempt: the intent is durable before the process starts,
 * so that a crash in between is seen as an unknown outcome and never repeated silently. What a command did is told when
 * it has ended. A signal cuts off the command that runs; what ended before it keeps its evidence.
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
  ]);
  const evidence: Evidence[] = [];
  const told = () =>
    evidence.flatMap((one): NewEvent[] => [
      {
        type: "attempt.step",
        ...ids,
        tool: "command",
        text: (one.command ?? [one.check]).join(" "),
        ok: one.status === "passed",
      },
      { type: "check.finished", ...ids, evidence: one },
    ]);
  try {
    await runTaskCommands({ ...validationPorts(context, attempt.files), task }, signal, (one) => {
      evidence.push(one);
    });
  } catch (error) {
    if (!isMasterPlanError(error, "cancelled")) throw error;
    if (evidence.length > 0) await recorder.append("executor", told());
    const cut = (task.commands?.[evidence.length] ?? []).join(" ");
    throw new MasterPlanError("cancelled", error.message, { details: { cut } });
  }
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
  await recorder.append("executor", [settled, ...told()]);
  if (signal.aborted) throw new MasterPlanError("cancelled", "The attempt was stopped");
  if (broken === undefined) return { summary, evidence, failure: null };
  // A program that is not there, or may not run, is not there the next time either.
  return broken.status === "not_verified"
    ? { summary, evidence, failure: broken.summary, final: true }
    : { summary, evidence, failure: await feedbackText(deps.store, [broken]) };
}
