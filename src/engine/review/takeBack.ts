import { isMasterPlanError, MasterPlanError } from "../../core/errors";
import type { Task } from "../../core/plan/plan";
import type { Attempt } from "../../core/run/run";
import { worktreeInHands } from "../attempt/attemptWorktree";
import { taskState } from "../attempt/openAttempt";
import type { RunContext } from "../run/runContext";
import { keepChange, loadChange, type ChangeRecord } from "./changeRecord";
import { moveFix, orRelease, placeOfFix, type OpenedFix } from "./fixWorktree";
import { handOut, type HandPlace } from "./manualTask";

/**
 * A change that was signed off and has not landed is the person's again, in the same place; a worktree that is gone is
 * made again from what was signed off. A no-op unless the task is in review.
 */
export async function takeBack(
  context: RunContext,
  attempt: Attempt,
  by: string,
  reason: string,
): Promise<void> {
  if (attempt.base === null || taskState(context, attempt.task_id).status !== "in_review") return;
  if (attempt.worktree !== null && (await worktreeInHands(context, attempt)) === null) {
    await moveTo(context, attempt, by, reason, await loadChange(context.deps, attempt));
    return;
  }
  await record(context, attempt, by, reason, samePlace(context, attempt, attempt.base));
}

/**
 * The same after a landing that failed, with the error to tell the person. When branch or tree have gone on since the
 * worktree was opened, their version goes into a new one on top of that: only there can they see what is in the way.
 */
export async function takeBackAfter(
  context: RunContext,
  attempt: Attempt,
  task: Task,
  by: string,
  error: unknown,
): Promise<unknown> {
  const reason = error instanceof Error ? error.message : String(error);
  const worktree = attempt.worktree === null ? null : await worktreeInHands(context, attempt);
  const goneOn = attempt.tip !== context.recorder.state().tip;
  const overtaken =
    isMasterPlanError(error, "review.staleChange") ||
    (isMasterPlanError(error, "review.notVerified") && goneOn);
  if (worktree === null || !overtaken) {
    await takeBack(context, attempt, by, reason);
    return inPlace(error, attempt.worktree, []);
  }
  const raw = await context.deps.git.changes(worktree);
  const { record: now } = await keepChange(context.deps, raw, task.file_scope?.write ?? null);
  const opened = await moveTo(context, attempt, by, reason, now);
  return inPlace(error, opened.worktree.path, opened.in_the_way);
}

async function moveTo(
  context: RunContext,
  attempt: Attempt,
  by: string,
  reason: string,
  version: ChangeRecord,
): Promise<OpenedFix> {
  const opened = await moveFix(context, attempt.task_id, version);
  const place = { ...placeOfFix(opened), ...startOf(attempt) };
  await orRelease(context, opened, () => record(context, attempt, by, reason, place));
  return opened;
}

async function record(
  context: RunContext,
  attempt: Attempt,
  by: string,
  reason: string,
  place: HandPlace,
): Promise<void> {
  await context.recorder.append(by, [
    {
      type: "task.status",
      task_id: attempt.task_id,
      from: "in_review",
      to: "in_progress",
      cause: "person",
      by,
      reason,
    },
    handOut(context, attempt.task_id, place),
  ]);
}

/** Their own tree is measured against the tip of the moment; a worktree stays on the tip it was forked from. */
function samePlace(context: RunContext, attempt: Attempt, base: string): HandPlace {
  const { worktree } = attempt;
  return {
    id: `t_${context.deps.ids.ulid()}`,
    base,
    tip: worktree === null ? context.recorder.state().tip : attempt.tip,
    worktree,
    ...startOf(attempt),
  };
}

function startOf({ starts_with }: Attempt): Pick<HandPlace, "starts_with"> {
  return starts_with === undefined ? {} : { starts_with };
}

/** The same refusal, with the folder in which the person goes on. */
function inPlace(error: unknown, worktree: string | null, inTheWay: readonly string[]): unknown {
  if (worktree === null || !isMasterPlanError(error)) return error;
  return new MasterPlanError(error.code, error.message, {
    hint: nextStep(error, worktree, inTheWay),
    cause: error,
    details: { ...error.details, worktree, in_the_way: inTheWay },
  });
}

function nextStep(error: MasterPlanError, worktree: string, inTheWay: readonly string[]): string {
  switch (error.code) {
    case "review.staleChange":
      return inTheWay.length > 0
        ? `Your version is in ${worktree}, on top of what the branch has now: bring both together in ${inTheWay.join(", ")}, then sign off again`
        : `Your version is in ${worktree}, on top of what the branch has now: look at it, then sign off again`;
    case "review.notVerified":
      return `Mend it in ${worktree}, on top of what the branch has now, then sign off again`;
    case "git.dirtyFile":
      return `Commit, save or undo your edits there, then sign off again: the fix is kept in ${worktree}`;
    case "git.headMoved":
      return `Resume the run to go on from that commit, then sign off again: the fix is kept in ${worktree}`;
    default:
      return `The fix is kept in ${worktree}: sign off again when you are ready`;
  }
}
