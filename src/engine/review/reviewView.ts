import { criteriaState, toCriterion } from "../../core/change/criteriaState";
import { blocks } from "../../core/validation/evidence";
import type { EngineDeps } from "../engineDeps";
import { loadChange } from "./changeRecord";
import { MasterPlanError } from "../../core/errors";
import type { RunId } from "../../core/ids";
import { tasksOf } from "../../core/plan/plan";
import type { ReviewView } from "../personDecisions";
import { lastAttempt } from "../../core/run/attemptInHands";
import type { ChangeRecord } from "./changeRecord";

/** Everything a review page shows; also of a change that was decided already. */
export async function reviewViewOf(deps: EngineDeps, runId: RunId, taskId: string): Promise<ReviewView> {
  const { run, state, attempt, task, record } = await loadTaskChange(deps, runId, taskId);
  return {
    run: runId,
    task_id: taskId,
    title: task.title,
    attempt: attempt.number,
    max_attempts: state.max_attempts,
    summary: attempt.summary,
    change: record.change,
    evidence: attempt.evidence,
    criteria: criteriaState(
      (task.acceptance_criteria ?? []).map(toCriterion),
      attempt.evidence,
      state.sign_offs,
    ),
    feedback: state.feedback.map((one) => one.text),
    recorded: run.cost.recorded,
    needs_waiver: attempt.evidence
      .filter((one) => blocks(one) && !state.waivers.some((waiver) => waiver.check === one.check))
      .map((one) => one.check),
  };
}

/** Both sides of one file of a task's last change, as text; null where the side does not exist or is not text. */
export async function changedFileOf(
  deps: EngineDeps,
  runId: RunId,
  taskId: string,
  path: string,
): Promise<{ readonly before: string | null; readonly after: string | null }> {
  const { record } = await loadTaskChange(deps, runId, taskId);
  const file = record.raw.find((one) => one.path === path);
  if (file === undefined)
    throw new MasterPlanError("review.notOpen", `The change of ${taskId} does not touch ${path}`);
  const decoder = new TextDecoder();
  return {
    before: file.before === null ? null : decoder.decode(file.before),
    after: file.after === null ? null : decoder.decode(file.after),
  };
}

async function loadTaskChange(deps: EngineDeps, runId: RunId, taskId: string) {
  const run = deps.store.run(runId);
  if (run === null) throw new MasterPlanError("run.unknown", `There is no run ${runId} in this workspace`);
  const state = run.tasks.get(taskId);
  const task = planTask(deps, run.plan_id, run.version, taskId);
  if (state === undefined || task === undefined) {
    throw new MasterPlanError("task.unknown", `Run ${runId} has no task ${taskId}`);
  }
  const attempt = lastAttempt(run, state);
  if (attempt === null) throw new MasterPlanError("review.notOpen", `Nobody has worked on ${taskId} yet`);
  const record: ChangeRecord = await loadChange(deps, attempt);
  return { run, state, attempt, task, record };
}

function planTask(
  deps: EngineDeps,
  plan: Parameters<EngineDeps["store"]["version"]>[0],
  version: number,
  taskId: string,
) {
  const row = deps.store.version(plan, version);
  return row === null ? undefined : tasksOf(row.plan).find(({ task }) => task.task_id === taskId)?.task;
}
