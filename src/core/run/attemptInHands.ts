import type { Attempt, Run, TaskState } from "./run";

/** A person's own tree is their place of work: what lies there is theirs already, and is never overwritten or undone. */
export function worksInOwnTree(attempt: Pick<Attempt, "kind" | "worktree">): boolean {
  return attempt.kind === "manual" && attempt.worktree === null;
}

export function lastAttempt(run: Run, task: TaskState): Attempt | null {
  const id = task.attempt_ids.at(-1);
  return id === undefined ? null : (run.attempts.get(id) ?? null);
}

/** The attempt that lies in a person's hands: manual by plan, or taken over with a fix. Null when nobody works by hand. */
export function attemptInHands(run: Run, task: TaskState): Attempt | null {
  const attempt = lastAttempt(run, task);
  return task.status === "in_progress" && attempt?.kind === "manual" ? attempt : null;
}

/** The attempt whose worktree holds a person's edits: in their hands, or signed off and not landed yet. */
export function attemptWithEdits(run: Run, task: TaskState): Attempt | null {
  const attempt = lastAttempt(run, task);
  if (attempt?.kind !== "manual" || attempt.worktree === null) return null;
  return task.status === "in_progress" || task.status === "in_review" ? attempt : null;
}

/** Worktrees that hold a person's edits: nothing may reset or reuse them. Absolute paths. */
export function heldWorktrees(run: Run): ReadonlySet<string> {
  const held = [...run.tasks.values()].map((task) => attemptWithEdits(run, task)?.worktree);
  return new Set(held.filter((path) => path != null));
}
