import type { NewEvent } from "../../core/run/runEvent";
import { openPoints } from "../../core/run/openPoints";
import { blocks, type Evidence } from "../../core/validation/evidence";
import { pauseRun } from "./pauseRun";
import { checkPlanGates } from "./phaseGate";
import { startedBy } from "../review/reviewService";
import type { RunContext } from "./runContext";

/**
 * The end: the plan's own gates pass on the landed state and a person confirmed what no check can prove; then the run
 * is completed and its figures are kept. A run that accepts by policy signs off the criteria in the name of whoever
 * started it.
 */
export async function finishRun(context: RunContext, signal: AbortSignal): Promise<void> {
  const { recorder } = context;
  if (recorder.state().end?.state !== "go") {
    const evidence = await checkPlanGates(context, signal);
    if (signal.aborted) return;
    const broken = evidence.find(blocks);
    if (broken !== undefined) {
      const reason = `quality gate: ${broken.check}: ${broken.summary}`;
      await pauseRun(context, { reason, by: "validator", canResume: true });
      return;
    }
    if (!(await signedOff(context, evidence))) return;
  }
  await complete(context);
}

/** Whether nothing is left to confirm; asks for a person's word where something is. */
async function signedOff(context: RunContext, evidence: readonly Evidence[]): Promise<boolean> {
  const { deps, recorder, plan } = context;
  const run = recorder.state();
  const open = openPoints(run, plan, evidence, deps.environment.translate);
  if (open.length === 0) return true;
  const accepts = run.options.review === "accept";
  const by = accepts ? `${startedBy(context)} (review=accept)` : "validator";
  const gate: NewEvent = {
    type: "run.gate",
    plan_id: run.plan_id,
    state: accepts ? "go" : "waiting",
    by,
    open,
    evidence,
  };
  await recorder.append(accepts ? "executor" : "validator", [gate]);
  return accepts;
}

async function complete(context: RunContext): Promise<void> {
  const { deps, recorder } = context;
  const run = recorder.state();
  const at = deps.clock.now();
  const row = deps.store.plan(run.plan_id);
  await recorder.append(
    "scheduler",
    [{ type: "run.completed" }],
    [
      {
        kind: "history.add",
        row: {
          plan_id: run.plan_id,
          change_type: "completed",
          change_description: row?.title ?? "",
          changed_by: "scheduler",
          phase_id: null,
          milestone_id: null,
          task_id: null,
          previous_value: null,
          new_value: { run: run.id },
          at,
        },
      },
    ],
  );
}
