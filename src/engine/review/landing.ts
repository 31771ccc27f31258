import type { NewEvent } from "../../core/run/runEvent";
import { commitMessage } from "../../core/change/commitMessage";
import { mergeBytes } from "../../core/change/diff/mergeBytes";
import { sameBytes } from "../../core/change/text/sameBytes";
import { MasterPlanError } from "../../core/errors";
import type { Task } from "../../core/plan/plan";
import { worksInOwnTree } from "../../core/run/attemptInHands";
import type { Attempt, Run } from "../../core/run/run";
import { isLockFile } from "../../core/validation/detect/dependencyFiles";
import { blocks, type Evidence } from "../../core/validation/evidence";
import type { RawChange, RepositoryState } from "../../ports/git";
import type { FileWrite } from "../../ports/workspaceFiles";
import { DependencyInstall } from "../attempt/dependencyInstall";
import { offerInstall } from "./installOffer";
import { keepChange } from "./changeRecord";
import type { LandingRequest } from "./landingRequest";
import { filesWithHunks } from "../attempt/keptHunks";
import { baseCommit, type RunContext } from "../run/runContext";
import { attemptInput } from "../validation/attemptInput";
import { validateAttempt } from "../validation/validator";
import { withLocks, writtenLocks } from "./writtenLocks";

/**
 * Brings accepted hunks onto the run's branch. One at a time: what was accepted in part, or made on an older tip, is
 * merged and validated again on the result first. Refuses with `git.dirtyFile` while a file is being edited,
 * and with `review.notVerified` when the merged result does not pass; nothing is changed then.
 */
export async function land(
  context: RunContext,
  request: LandingRequest,
  signal: AbortSignal,
): Promise<string | null> {
  const turn = context.landing.tail.then(() => landNow(context, request, signal));
  context.landing.tail = turn.catch(() => undefined);
  return turn;
}

async function landNow(
  context: RunContext,
  request: LandingRequest,
  signal: AbortSignal,
  mayAdd = true,
): Promise<string | null> {
  const { deps, recorder } = context;
  const run = recorder.state();
  const accepted = filesWithHunks(request.record, request.hunks);
  if (accepted.length === 0) {
    await recorder.append(request.actor, request.events);
    return null;
  }
  const own = worksInOwnTree(request.attempt);
  const meetsTree = run.options.target !== "detached";
  if (meetsTree) {
    const repository = await deps.git.inspect();
    refuseMovedHead(run, repository);
    if (!own) refuseDirty(accepted, [...repository.dirty_files, ...(await deps.environment.unsavedFiles())]);
  }
  const moved = request.attempt.tip !== run.tip;
  const writes = await onTip(context, request, accepted);
  // What could not be installed before it was accepted has not been checked by running it yet.
  const open = request.attempt.evidence.some(
    (one) => one.held === true || (one.layer === "install" && one.status !== "passed"),
  );
  if (open || ((request.hunks !== null || moved) && !own)) {
    const locks = await context.locks.withLocks(request.task.resources ?? [], signal, () =>
      validateMerged(context, request, writes, signal),
    );
    if (locks.length > 0) {
      return landNow(context, await withLocks(context, request, locks, mayAdd), signal, false);
    }
  }
  // Installing and checking take their time, in which a person may have begun to type.
  const unsaved = await deps.environment.unsavedFiles();
  if (meetsTree && !own) refuseDirty(accepted, unsaved);
  const sha = await commitFiles(context, request, writes, unsaved);
  if (!own || open) await offerInstall(context, request.task.task_id, writes);
  return sha;
}

/** The task's hunks on top of the branch's own content, so that a person's uncommitted edits stay out of the commit. */
async function onTip(
  context: RunContext,
  request: LandingRequest,
  accepted: readonly FileWrite[],
): Promise<readonly FileWrite[]> {
  const { deps, recorder } = context;
  const head = recorder.state().tip;
  const result: FileWrite[] = [];
  for (const file of accepted) {
    const before = request.record.raw.find((one) => one.path === file.path)?.before ?? null;
    const ours = head === null ? null : await deps.git.readFile(head, file.path);
    if (file.kind === "delete" || sameBytes(before, ours)) {
      result.push(file);
      continue;
    }
    const merged = mergeBytes(before, ours, file.bytes);
    if (!merged.ok && ours !== null && isLockFile(file.path)) {
      // The install that follows writes it anew from manifests that do merge.
      result.push({ ...file, bytes: ours });
      continue;
    }
    if (!merged.ok || merged.bytes === null) throw inTheWay(file.path, request.attempt);
    result.push({ ...file, bytes: merged.bytes });
  }
  return result;
}

function inTheWay(file: string, attempt: Attempt): MasterPlanError {
  return worksInOwnTree(attempt)
    ? new MasterPlanError(
        "review.staleChange",
        `${file} held other edits in the same place before this task was yours, so they cannot be told apart`,
        {
          hint: "Commit that file yourself, resume the run, then sign off again: nothing is committed twice",
        },
      )
    : new MasterPlanError("review.staleChange", `${file} was changed on the branch in the same place`, {
        hint: "Send the task back; the next attempt starts from the new state",
      });
}

/** A commit of the person's own is no reason to call their files edited: they say first that the run goes on from it. */
function refuseMovedHead(run: Run, { branch, head }: RepositoryState): void {
  if (branch === null || branch !== run.base?.run_branch || head === run.tip) return;
  throw new MasterPlanError(
    "git.headMoved",
    `There is a commit on ${branch} that the run did not make: ${head?.slice(0, 10) ?? "none"}`,
    {
      hint: "Nothing was landed and the change is kept: resume the run to go on from that commit, then decide again",
      details: { branch, expected: run.tip, found: head },
    },
  );
}

function refuseDirty(accepted: readonly FileWrite[], dirty: readonly string[]): void {
  const held = new Set(dirty);
  const waiting = accepted.map((file) => file.path).filter((path) => held.has(path));
  if (waiting.length === 0) return;
  throw new MasterPlanError(
    "git.dirtyFile",
    `You are editing ${waiting.join(", ")}, which this change would overwrite`,
    {
      hint: "Commit, save or undo your edits there, then accept again; the change is kept",
      details: { files: waiting },
    },
  );
}

/** What an install changed besides `writes`, when all of it passes. */
async function validateMerged(
  context: RunContext,
  request: LandingRequest,
  writes: readonly FileWrite[],
  signal: AbortSignal,
): Promise<readonly RawChange[]> {
  const { deps, recorder } = context;
  const { task, attempt } = request;
  const own = worksInOwnTree(attempt);
  const place = `${attempt.id}_landing`;
  // One that a crash left behind may hold what was accepted then.
  await deps.git.releaseWorktree(place);
  const worktree = await deps.git.openWorktree(place, await baseCommit(context, place));
  try {
    const files = deps.filesAt(worktree.path);
    await files.apply(writes);
    // What was done in their own tree is in every snapshot of it, and so no change of a worktree.
    const { record } = own
      ? request
      : await keepChange(deps, await deps.git.changes(worktree), task.file_scope?.write ?? null);
    const install = new DependencyInstall(context, {
      worktree,
      files,
      task,
      accepted: true,
      ...(own && { change: record.raw }),
    });
    const obstacle = await install.ensure(signal);
    const locks = obstacle === null ? writtenLocks(await deps.git.changes(worktree), writes) : [];
    const evidence = await validateAttempt(
      attemptInput(context, files, {
        task,
        change: record.change,
        runs_code: obstacle === null,
        accepted: writes.map((file) => file.path),
      }),
      signal,
      () => undefined,
    );
    const all = [...install.evidence, ...evidence];
    await recorder.append(
      "validator",
      all.map((one): NewEvent => ({
        type: "check.finished",
        attempt_id: attempt.id,
        task_id: task.task_id,
        evidence: one,
      })),
    );
    const broken = all.filter((one) => blocks(one) && !request.waived.includes(one.check));
    if (broken.length > 0) throw notVerified(task, broken, own);
    return locks;
  } finally {
    await deps.git.releaseWorktree(place);
  }
}

function notVerified(task: Task, broken: readonly Evidence[], own: boolean): MasterPlanError {
  const first = broken.map((one) => `${one.check}: ${one.summary}`).join("; ");
  return new MasterPlanError(
    "review.notVerified",
    `What you accepted of ${task.task_id} does not pass by itself: ${first}`,
    {
      hint: own
        ? "Mend it and sign off again, or skip the task with a reason"
        : "Accept the other hunks too, or send the task back with a reason",
    },
  );
}

async function commitFiles(
  context: RunContext,
  request: LandingRequest,
  writes: readonly FileWrite[],
  unsaved: readonly string[],
): Promise<string> {
  const { deps, recorder } = context;
  const { task, attempt } = request;
  const run = recorder.state();
  if (run.base === null) throw new MasterPlanError("run.notActive", `Run ${run.id} has not started`);
  const key = `land:${attempt.id}`;
  const trailers = {
    "MasterPlan-Run": run.id,
    "MasterPlan-Task": task.task_id,
    "MasterPlan-Attempt": attempt.id,
  };
  await recorder.append("executor", [
    {
      type: "intent.opened",
      intent: {
        key,
        kind: "land",
        task_id: task.task_id,
        attempt_id: attempt.id,
        spec: { branch: run.base.run_branch, trailers },
      },
    },
  ]);
  const landed = await deps.git
    .land({
      branch: run.base.run_branch,
      target: run.options.target,
      files: writes.map((file) => ({
        path: file.path,
        content: file.kind === "delete" ? null : file.bytes,
        mode: modeOf(request, file),
      })),
      message: commitMessage({
        title: task.title,
        summary: attempt.summary ?? "",
        run: run.id,
        task: task.task_id,
        attempt: attempt.id,
      }),
      unsaved,
      expected_tip: run.tip,
    })
    .catch(async (error: unknown) => {
      await recorder.append("executor", [{ type: "intent.settled", key, outcome: "failed" }]);
      throw error;
    });
  await recorder.append(request.actor, [
    { type: "intent.settled", key, outcome: "done", result: { sha: landed.sha } },
    {
      type: "commit.created",
      task_id: task.task_id,
      attempt_id: attempt.id,
      sha: landed.sha,
      files: writes.map((file) => file.path),
      tree: landed.tree,
    },
    ...request.events,
  ]);
  return landed.sha;
}

/** A link's content is where it leads; landed with another mode it would become a file that holds a path. */
function modeOf({ record }: LandingRequest, file: FileWrite): string {
  if (record.raw.some(({ path, mode_after: mode }) => path === file.path && mode === "120000"))
    return "120000";
  return file.kind === "write" && file.mode === 0o755 ? "100755" : "100644";
}
