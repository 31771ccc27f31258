import { isMasterPlanError } from "../../core/errors";
import { attemptInHands } from "../../core/run/attemptInHands";
import { isFinalEnd, type BranchEnd } from "../../core/run/branchEnd";
import { progressOf } from "../../core/run/progress";
import { tasksOf, type Plan } from "../../core/plan/plan";
import type { Run, TaskState } from "../../core/run/run";
import { isFinished } from "../../core/run/transitions";
import type { Translate } from "../../core/translate";
import type { PlanRow, PlanVersionRow } from "../../ports/storeRows";
import type { StatusReport, TaskReport, WaitingItem } from "../runReports";
import { approvalItem, waitingItems } from "./waitingItems";

/** How a run stands: every number comes from events, none from a column that somebody set. */
export function statusOfRun(
  run: Run,
  row: PlanRow,
  plan: Plan,
  translate: Translate,
  end: BranchEnd | null = null,
): StatusReport {
  const titles = new Map(tasksOf(plan).map(({ task }) => [task.task_id, task.title]));
  const waiting = waitingItems(run, plan, translate);
  const byPhase = new Map<string, TaskState[]>();
  for (const task of run.tasks.values()) {
    const own = byPhase.get(task.phase_id);
    if (own === undefined) byPhase.set(task.phase_id, [task]);
    else own.push(task);
  }
  return {
    id: run.id,
    plan: run.plan_id,
    run: run.id,
    title: row.title,
    version: run.version,
    status: run.status,
    // What a waiting run waits for is listed as it is now; the reason is what it was when it came to rest.
    reason: run.status === "waiting" ? null : run.reason,
    progress: progressOf(run.tasks.values(), { cancelledCount: run.status === "cancelled" }),
    tasks: [...run.tasks.values()].map((task) =>
      taskReport(run, task, titles.get(task.task_id) ?? "", translate),
    ),
    phases: [...run.phases.values()].map((phase) => {
      const own = byPhase.get(phase.phase_id) ?? [];
      const progress = progressOf(own, { cancelledCount: run.status === "cancelled" });
      const broken = phase.status !== "completed" && own.some((task) => task.status === "failed");
      return {
        phase_id: phase.phase_id,
        status: broken ? "failed" : phase.status,
        done: progress.done + progress.claimed,
        total: progress.total,
      };
    }),
    cost: run.cost,
    waiting,
    next_action: nextAction(run, waiting, end, translate),
    branch: run.base?.run_branch ?? null,
    ...(awaitsEnd(run, end) && { branch_open: true }),
    ...(end !== null && { branch_end: end }),
  };
}

/** A run that stands still because its pause could not be recorded, which its own state cannot say. */
export function withObstacle(
  report: StatusReport,
  obstacle: Error | null,
  translate: Translate,
): StatusReport {
  if (obstacle === null) return report;
  const reason = isMasterPlanError(obstacle)
    ? `${obstacle.code}: ${translate(obstacle.message)}`
    : obstacle.message;
  return {
    ...report,
    reason,
    next_action: isMasterPlanError(obstacle, "store.full")
      ? translate("The run has stopped: free some space, and it pauses as soon as that can be saved")
      : translate("The run has stopped and its pause could not be saved: reload, then resume the run"),
  };
}

/** The run has ended and its own branch is still to be merged, kept or dropped. */
function awaitsEnd(run: Run, end: BranchEnd | null): boolean {
  const own = run.base !== null && run.options.target !== "current";
  if (!own || isFinalEnd(end) || !isFinished(run.status)) return false;
  return run.status === "completed" || [...run.tasks.values()].some((task) => task.commit !== null);
}

/** How a plan stands that has no run yet. */
export function statusOfPlan(
  row: PlanRow,
  version: PlanVersionRow,
  approved: boolean,
  translate: Translate,
): StatusReport {
  const tasks = tasksOf(version.plan);
  const claimed = (id: string) => row.claimed?.tasks[id]?.state === "done";
  const done = tasks.filter(({ task }) => claimed(task.task_id)).length;
  const waiting = approved || row.status !== "draft" ? [] : [approvalItem(row.id, row.title, translate)];
  return {
    id: row.id,
    plan: row.id,
    run: null,
    title: row.title,
    version: version.version,
    status: row.status,
    reason: null,
    progress: {
      done: 0,
      claimed: done,
      total: tasks.length,
      percent: tasks.length === 0 ? 0 : Math.floor((100 * done) / tasks.length),
    },
    tasks: tasks.map(({ task }) => ({
      task_id: task.task_id,
      title: task.title,
      status: claimed(task.task_id) ? "claimed" : "pending",
      attempts: 0,
      max_attempts: task.max_attempts ?? 3,
      reason: null,
      commit: null,
      worked_ms: 0,
      evidence: [],
      feedback: [],
      sign_offs: [],
      subtasks: {},
    })),
    phases: version.plan.phases.map((phase) => {
      const own = tasks.filter((entry) => entry.phase.phase_id === phase.phase_id);
      return {
        phase_id: phase.phase_id,
        status: "pending",
        done: own.filter(({ task }) => claimed(task.task_id)).length,
        total: own.length,
      };
    }),
    cost: { usd: 0, tokens: 0, cached: 0, recorded: false },
    waiting,
    next_action: approved ? translate("Run the approved plan") : translate("Read the plan and approve it"),
    branch: null,
  };
}

function taskReport(run: Run, task: TaskState, title: string, translate: Translate): TaskReport {
  const last = task.attempt_ids.at(-1);
  const attempt = last === undefined ? undefined : run.attempts.get(last);
  const mine = attemptInHands(run, task);
  return {
    task_id: task.task_id,
    title,
    status: task.status,
    attempts: task.attempt_ids.length,
    failed_attempts: task.failed_attempts,
    max_attempts: task.max_attempts,
    reason: task.reason === null ? null : translate(task.reason),
    commit: task.commit,
    worked_ms: task.worked_ms,
    evidence: attempt?.evidence ?? [],
    feedback: task.feedback.map((one) => one.text),
    sign_offs: task.sign_offs,
    subtasks: Object.fromEntries(task.subtasks),
    ...(task.cost !== undefined && { cost: task.cost }),
    ...(mine !== null && { by_hand: true }),
    ...(mine?.worktree != null && { worktree: mine.worktree }),
  };
}

function nextAction(
  run: Run,
  waiting: readonly WaitingItem[],
  end: BranchEnd | null,
  translate: Translate,
): string {
  const first = waiting[0];
  if (first !== undefined) return first.text;
  const open = awaitsEnd(run, end);
  if (open && end === "keep")
    return translate("The branch of the run is kept: it can still be merged, squashed or dropped");
  switch (run.status) {
    case "completed":
      return open
        ? translate("Merge, squash, keep or drop the branch of the run")
        : translate("Nothing to do: the work is done");
    case "failed":
    case "cancelled":
      return open
        ? translate("Merge, squash, keep or drop the branch of the run, or approve and run again")
        : translate("Read the report, then approve and run again");
    case "waiting":
      return translate("Resume the run: nothing waits for you any more");
    case "queued":
    case "running":
    case "paused":
      return translate("Nothing to do: the run is under way");
  }
}
