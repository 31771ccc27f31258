import { progressOf } from "../core/run/progress";
import { pauseRun } from "./pauseRun";
import { checkPlanGates } from "./phaseGate";
import type { RunContext } from "./runContext";

/** The end: the plan's own gates pass on the landed state, then the run is completed and its figures are kept. */
export async function finishRun(context: RunContext, signal: AbortSignal): Promise<void> {
  const { deps, recorder } = context;
  const broken = await checkPlanGates(context, signal);
  if (signal.aborted) return;
  if (broken !== null) {
    await pauseRun(context, { reason: `quality gate: ${broken}`, by: "validator", canResume: true });
    return;
  }
  const run = recorder.state();
  const attempts = [...run.attempts.values()];
  const at = deps.clock.now();
  const row = deps.store.plan(run.plan_id);
  await recorder.append(
    "scheduler",
    [{ type: "run.completed" }],
    [
      {
        kind: "metrics.put",
        row: {
          plan_id: run.plan_id,
          run_id: run.id,
          at,
          metrics: {
            ...progressOf(run.tasks.values()),
            attempts: attempts.length,
            failed_attempts: attempts.filter((attempt) => attempt.outcome === "failed").length,
            worked_ms: [...run.tasks.values()].reduce((sum, task) => sum + task.worked_ms, 0),
            elapsed_ms: at - run.created_at,
            usd: run.cost.usd,
            tokens: run.cost.tokens,
            cached: run.cost.cached,
          },
        },
      },
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
