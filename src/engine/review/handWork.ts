import { sameBytes } from "../../core/change/sameBytes";
import type { Task } from "../../core/plan/plan";
import type { Attempt } from "../../core/run/run";
import { blocks, type Evidence } from "../../core/validation/evidence";
import type { RawChange, Worktree } from "../../ports/git";
import { worktreeGone, worktreeInHands } from "../attempt/attemptWorktree";
import { DependencyInstall } from "../attempt/dependencyInstall";
import { failsAttempt } from "../attempt/feedbackText";
import type { RunContext } from "../run/runContext";
import { attemptInput } from "../validation/attemptInput";
import { validateAttempt } from "../validation/validator";
import { keepChange, type ChangeRecord } from "./changeRecord";

/** What a person did by hand, as it lies on the disk now. */
export interface HandWork {
  readonly raw: readonly RawChange[];
  readonly record: ChangeRecord;
  readonly blob: string;
  /** Null for their own tree. */
  readonly worktree: Worktree | null;
}

/** Reads what changed since the task was handed out; what other tasks landed in the meantime is left out. */
export async function handWorkOf(context: RunContext, attempt: Attempt, task: Task): Promise<HandWork> {
  const raw = await ownChanges(context, await changesOf(context, attempt));
  const worktree = attempt.worktree === null ? null : await worktreeInHands(context, attempt);
  return { raw, worktree, ...(await keepChange(context.deps, raw, task.file_scope?.write ?? null)) };
}

async function changesOf(context: RunContext, attempt: Attempt): Promise<readonly RawChange[]> {
  const { git } = context.deps;
  if (attempt.worktree === null && attempt.base !== null) return git.changesSince(attempt.base);
  const worktree = await worktreeInHands(context, attempt);
  if (worktree === null) throw worktreeGone(attempt);
  return git.changes(worktree);
}

/** Files that were edited again since they were read: what was checked is not what lies there now. */
export async function editedSince(
  context: RunContext,
  attempt: Attempt,
  work: HandWork,
): Promise<readonly string[]> {
  const now = new Map((await changesOf(context, attempt)).map((file) => [file.path, file]));
  return work.raw.flatMap(({ path, after }) => {
    const file = now.get(path);
    return file !== undefined && sameBytes(file.after, after) ? [] : [path];
  });
}

/**
 * Validates what a person did where they did it. In a worktree dependencies are kept in step with the manifests; in the
 * person's own folder nothing is installed.
 */
export async function proofOf(
  context: RunContext,
  task: Task,
  work: HandWork,
  signal: AbortSignal,
): Promise<readonly Evidence[]> {
  const { deps } = context;
  const { worktree } = work;
  const files = deps.filesAt(worktree?.path ?? deps.workspace);
  const checks = work.raw.length === 0 && (task.checks ?? []).length === 0 ? [] : context.checks;
  const { change } = work.record;
  return context.locks.withLocks(task.resources ?? [], signal, async () => {
    if (worktree === null) {
      return validateAttempt(attemptInput(context, files, { task, change, checks }), signal, () => undefined);
    }
    const install = new DependencyInstall(context, { worktree, files, task, accepted: false });
    const runs_code = (await install.ensure(signal)) === null;
    const input = attemptInput(context, files, { task, change, checks, runs_code });
    return [...install.evidence, ...(await validateAttempt(input, signal, () => undefined))];
  });
}

/**
 * Evidence that keeps the task in the person's hands. What could not be verified in a worktree goes on to the review, as
 * an agent's would, where it can be waived by name; their own tree has no review, so it stops there.
 */
export function holdsBack(work: HandWork, evidence: Evidence): boolean {
  return work.worktree === null ? blocks(evidence) : failsAttempt(evidence);
}

async function ownChanges(context: RunContext, raw: readonly RawChange[]): Promise<readonly RawChange[]> {
  const { tip } = context.recorder.state();
  if (tip === null) return raw;
  const own: RawChange[] = [];
  for (const file of raw) {
    const landed = await context.deps.git.readFile(tip, file.path);
    if (!sameBytes(landed, file.after)) own.push(file);
  }
  return own;
}
