import { MasterPlanError } from "../../core/errors";
import type { RunId } from "../../core/ids";
import { tasksOf, type Plan } from "../../core/plan/plan";
import type { RunOptions } from "../../core/run/run";
import { isFinished } from "../../core/run/transitions";
import type { EngineDeps } from "../engineDeps";
import type { RunParams } from "../masterPlan";
import { authorizeRun } from "../plan/gate";
import { refuseWithoutSpace } from "../storage/storageSpace";
import { refuseUnstartable } from "./beginRun";
import { runPhases } from "./runContext";
import { RunRecorder } from "./runRecorder";

/**
 * Records a run of an approved plan as queued, or refuses it before anything is written: without a valid approval, while
 * another run of the workspace is open, for a phase that the plan has not, where the workspace or the disk cannot bear it.
 */
export async function queueRun(deps: EngineDeps, params: RunParams): Promise<RunRecorder> {
  const by = params.by ?? deps.environment.person();
  const { approval, version } = await authorizeRun(deps, params.approval, by);
  refuseSecondRun(deps);
  refuseUnknownPhase(version.plan, params.until_phase);
  await refuseUnstartable(deps, version.plan, params.target);
  await refuseWithoutSpace(deps);
  const run: RunId = `r_${deps.ids.ulid()}`;
  const claimed = deps.store.plan(approval.plan_id)?.claimed?.tasks ?? {};
  const recorder = new RunRecorder(deps, run);
  await recorder.append(by, [
    {
      type: "run.queued",
      run,
      plan_id: approval.plan_id,
      version: approval.version,
      hash: approval.hash,
      approval_id: approval.id,
      options: optionsOf(deps, params),
      tasks: tasksOf(version.plan).map(({ phase, milestone, task }) => ({
        task_id: task.task_id,
        phase_id: phase.phase_id,
        milestone_id: milestone.milestone_id,
        depends_on: task.depends_on,
        max_attempts: task.max_attempts ?? 3,
        status: claimed[task.task_id]?.state === "done" ? "claimed" : "pending",
        subtasks: (task.subtasks ?? []).map((subtask) => subtask.subtask_id),
      })),
      phases: runPhases(version.plan),
      by,
    },
  ]);
  return recorder;
}

function refuseSecondRun({ store }: EngineDeps): void {
  const active = store.runs().find((row) => !isFinished(row.status));
  if (active === undefined) return;
  throw new MasterPlanError(
    "run.alreadyActive",
    `The run of ${store.plan(active.plan_id)?.title ?? active.plan_id}, version ${active.version}, is ${active.status} in this workspace`,
    {
      hint: "Resume, finish or cancel it first: a workspace has one active run",
      details: { run: active.id },
    },
  );
}

function refuseUnknownPhase(plan: Plan, phase: string | undefined): void {
  if (phase === undefined || plan.phases.some(({ phase_id }) => phase_id === phase)) return;
  throw new MasterPlanError("usage.invalid", `The plan has no phase ${phase}`);
}

/** What the caller leaves open, the settings say. */
function optionsOf(deps: EngineDeps, params: RunParams): RunOptions {
  const settings = deps.settings.get();
  const budget = params.budget_usd ?? settings.budget_usd;
  return {
    concurrency: Math.max(1, params.concurrency ?? 1),
    review: params.review ?? settings.review,
    target: params.target ?? settings.target,
    ...(budget !== null && { budget_usd: budget }),
    ...(params.until_phase !== undefined && { until_phase: params.until_phase }),
  };
}
