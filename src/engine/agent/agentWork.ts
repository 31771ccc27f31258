import type { NewEvent } from "../../core/run/runEvent";
import { MasterPlanError } from "../../core/errors";
import type { DependencyInstall } from "../attempt/dependencyInstall";
import { runAgent } from "./agentLoop";
import type { OpenAttempt, WorkOutcome } from "../attempt/openAttempt";
import { outputTail } from "../attempt/feedbackText";
import type { AttemptSignals } from "../attempt/attemptSignals";
import { keptDiff } from "../attempt/keptHunks";
import { validationPorts, type RunContext } from "../run/runContext";
import { modelForRun } from "../model/runModel";
import { runCheck } from "../validation/checkRun";

/** Codes of an agent's failure that say something about the attempt itself, so that it counts and is tried again. */
const attemptFailures: readonly string[] = [
  "model.stepsExceeded",
  "model.looped",
  "model.badAnswer",
  "model.refused",
  "model.truncated",
];

/** A line that breaks again and again says nothing about the work: the run pauses, and no attempt is lost. */
function countsAsAttempt(error: MasterPlanError): boolean {
  const brokenLine = error.code === "model.truncated" && error.details["retryable"] === true;
  return attemptFailures.includes(error.code) && !brokenLine;
}

/** Lets the model work on the task in the attempt's own files; the run's plan is what it sees, never what it may change. */
export async function doAgentWork(
  context: RunContext,
  attempt: OpenAttempt,
  install: DependencyInstall,
  { stop, hold }: AttemptSignals,
): Promise<WorkOutcome> {
  const { recorder, deps } = context;
  const { task, id, state } = attempt;
  const ids = { attempt_id: id, task_id: task.task_id };
  const client = await modelForRun(context);
  const kept = await keptDiff(context, state);
  const result = await runAgent({
    client,
    plan: context.plan,
    task,
    planHash: context.planHash,
    files: attempt.files,
    unchangeable: (paths) => deps.git.unchangeable(paths),
    feedback: state.feedback,
    ...(kept !== null && { keptHunks: kept }),
    checks: context.checks.map((check) => check.name),
    // A check that runs comes to its own end; the model is not asked again after a pause.
    runCheck: async (name) => {
      const check = context.checks.find((one) => one.name === name);
      if (check === undefined)
        throw new MasterPlanError("command.notApproved", `The workspace has no check ${name}`);
      const obstacle = await install.ensure(stop);
      if (obstacle !== null) return { ...obstacle, output: await outputTail(deps.store, obstacle) };
      const evidence = await runCheck(validationPorts(context, attempt.files), check, context.baseline, stop);
      return { ...evidence, output: await outputTail(deps.store, evidence) };
    },
    maxSteps: deps.settings.get().max_steps,
    onStep: async (step) => {
      const { subtask } = step;
      const events: NewEvent[] =
        subtask !== undefined && state.subtasks.has(subtask.subtask_id)
          ? [{ type: "subtask.status", task_id: task.task_id, ...subtask }]
          : [{ type: "attempt.step", ...ids, tool: step.tool, text: step.text, ok: step.ok }];
      await recorder.append("executor", events);
    },
    signal: hold,
  });
  if (!result.ok) {
    if (!countsAsAttempt(result.error)) throw result.error;
    return { summary: result.error.message, evidence: [], failure: result.error.message };
  }
  const { summary, decisions, surprises } = result.value;
  await recorder.append("executor", [
    ...decisions.map((one): NewEvent => ({
      type: "decision.recorded",
      task_id: task.task_id,
      kind: "decision",
      text: one.decision,
      detail: one.rationale,
      by: client.info.model,
    })),
    ...surprises.map((one): NewEvent => ({
      type: "decision.recorded",
      task_id: task.task_id,
      kind: "surprise",
      text: one.observation,
      detail: one.evidence,
      by: client.info.model,
    })),
  ]);
  return { summary, evidence: [], failure: null };
}
