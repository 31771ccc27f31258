import { sameBytes } from "../../core/change/text/sameBytes";
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
import { installLater } from "./installLater";
import { keepChange, type ChangeRecord } from "./changeRecord";

/** What a person did by hand, as it lay on the disk, and what the checks say of it. */
export interface CheckedWork {
  readonly raw: readonly RawChange[];
  readonly record: ChangeRecord;
  readonly blob: string;
  /** Null for their own tree. */
  readonly worktree: Worktree | null;
  readonly evidence: readonly Evidence[];
}

/**
 * Reads what changed since the task was handed out and validates it where it was done; what other tasks landed in the
 * meantime is left out. In a worktree dependencies are brought in step with the manifests first, because an install
 * writes lock files. In the person's own folder nothing is installed: a change of a manifest that was made there is
 * installed and run in a worktree when it lands.
 */
export async function checkedWork(
  context: RunContext,
  attempt: Attempt,
  task: Task,
  signal: AbortSignal,
): Promise<CheckedWork> {
  return context.locks.withLocks(task.resources ?? [], signal, async () => {
    const { deps } = context;
    const worktree = attempt.worktree === null ? null : await worktreeInHands(context, attempt);
    const files = deps.filesAt(worktree?.path ?? deps.workspace);
    const install =
      worktree === null ? null : new DependencyInstall(context, { worktree, files, task, accepted: false });
    const obstacle = (await install?.ensure(signal)) ?? null;
    const raw = await ownChanges(context, await changesOf(context, attempt));
    const later = worktree === null ? await installLater(context, task, files, raw) : null;
    const runs_code = obstacle === null && later === null;
    const { record, blob } = await keepChange(deps, raw, task.file_scope?.write ?? null);
    const checks = raw.length === 0 && (task.checks ?? []).length === 0 ? [] : context.checks;
    // What is in their own tree is there by the person's hand, scripts included.
    const accepted = worktree === null ? raw.map((file) => file.path) : [];
    const input = attemptInput(context, files, {
      task,
      change: record.change,
      checks,
      runs_code,
      accepted,
    });
    const found = await validateAttempt(input, signal, () => undefined);
    const installs = later === null ? (install?.evidence ?? []) : [later];
    return { raw, record, blob, worktree, evidence: [...installs, ...found] };
  });
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
  work: CheckedWork,
): Promise<readonly string[]> {
  const now = new Map((await changesOf(context, attempt)).map((file) => [file.path, file]));
  return work.raw.flatMap(({ path, after }) => {
    const file = now.get(path);
    return file !== undefined && sameBytes(file.after, after) ? [] : [path];
  });
}

/**
 * Evidence that keeps the task in the person's hands. What could not be verified in a worktree goes on to the review, as
 * an agent's would, where it can be waived by name; their own tree has no review, so it stops there.
 */
export function holdsBack(work: CheckedWork, evidence: Evidence): boolean {
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
