import { MasterPlanError } from "../../core/errors";
import type { AttemptId } from "../../core/ids";
import { heldWorktrees } from "../../core/run/attemptInHands";
import type { Attempt } from "../../core/run/run";
import type { Worktree } from "../../ports/git";
import type { RunContext } from "../run/runContext";

/** Opens the worktree of an attempt; announced first, so that a crash leaves none that nobody knows of. */
export async function openWorktree(
  context: RunContext,
  id: AttemptId,
  taskId: string,
  base: string,
): Promise<Worktree> {
  const key = `worktree:${id}`;
  await context.recorder.append("executor", [
    {
      type: "intent.opened",
      intent: { key, kind: "worktree", task_id: taskId, attempt_id: id, spec: { base } },
    },
  ]);
  const worktree = await context.deps.git.openWorktree(id, base);
  await context.recorder.append("executor", [{ type: "intent.settled", key, outcome: "done" }]);
  return worktree;
}

/**
 * The worktree a person edits for this attempt. It is found by its folder: a sign-off that was taken back is another
 * attempt in the same one. Null when it is gone.
 */
export async function worktreeInHands(
  { deps }: Pick<RunContext, "deps">,
  attempt: Attempt,
): Promise<Worktree | null> {
  const worktrees = await deps.git.listWorktrees();
  return worktrees.find((one) => one.path === attempt.worktree && one.commit === attempt.base) ?? null;
}

export function worktreeGone(attempt: Attempt): MasterPlanError {
  return new MasterPlanError(
    "git.failed",
    `The worktree of ${attempt.task_id} is gone: ${attempt.worktree ?? "none"}`,
    { hint: "Fix the task by hand once more: another worktree is opened" },
  );
}

/**
 * Gives back the worktrees that a person edited and nobody needs any more. Best effort: what was decided stands, and
 * one that could not be given back is when the run is resumed.
 */
export async function releaseIdleWorktrees({
  deps,
  recorder,
}: Pick<RunContext, "deps" | "recorder">): Promise<void> {
  const run = recorder.state();
  const byHand = new Set(
    [...run.attempts.values()].flatMap((one) =>
      one.kind === "manual" && one.worktree !== null ? [one.id] : [],
    ),
  );
  if (byHand.size === 0) return;
  const held = heldWorktrees(run);
  try {
    for (const { attempt, path } of await deps.git.listWorktrees()) {
      if (byHand.has(attempt as AttemptId) && !held.has(path)) await deps.git.releaseWorktree(attempt);
    }
  } catch (error) {
    deps.logger.log("warn", "A worktree that was edited by hand could not be given back", {
      run: run.id,
      error,
    });
  }
}
