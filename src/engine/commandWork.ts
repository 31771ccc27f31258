import { MasterPlanError } from "../core/errors";
import type { OpenAttempt, WorkOutcome } from "./openAttempt";
import { feedbackText } from "./feedbackText";
import { validationPorts, type RunContext } from "./runContext";
import type { NewEvent } from "./runRecorder";
import { runTaskCommands } from "./validator";

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
  const { task, id } = attempt;
  const ids = { attempt_id: id, task_id: task.task_id };
  const key = `command:${id}`;
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
  await recorder.append("executor", [
    { type: "intent.settled", key, outcome: broken === undefined ? "done" : "failed" },
    ...evidence.map((one): NewEvent => ({ type: "check.finished", ...ids, evidence: one })),
  ]);
  if (signal.aborted) throw new MasterPlanError("cancelled", "The attempt was stopped");
  return {
    summary: evidence.map((one) => `${one.check}: ${one.summary}`).join("\n"),
    evidence,
    failure: broken === undefined ? null : await feedbackText(deps.store, [broken]),
  };
}
