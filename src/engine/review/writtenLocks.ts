import { sameBytes } from "../../core/change/text/sameBytes";
import { MasterPlanError } from "../../core/errors";
import type { NewEvent } from "../../core/run/runEvent";
import { worksInOwnTree } from "../../core/run/attemptInHands";
import { isLockFile } from "../../core/validation/detect/dependencyFiles";
import type { RawChange } from "../../ports/git";
import type { FileWrite } from "../../ports/workspaceFiles";
import type { RunContext } from "../run/runContext";
import { keepChange } from "./changeRecord";
import type { LandingRequest } from "./landingRequest";

/** Lock files that an install changed in the worktree of a landing, other than the landing would have written them. */
export function writtenLocks(raw: readonly RawChange[], writes: readonly FileWrite[]): readonly RawChange[] {
  return raw.filter(({ path, after }) => {
    if (!isLockFile(path)) return false;
    const write = writes.find((one) => one.path === path);
    if (write === undefined) return true;
    return !sameBytes(after, write.kind === "delete" ? null : write.bytes);
  });
}

/**
 * Makes what an install wrote part of the task's change. Where the approval names every one of these files the request
 * to land is returned with them; else they wait for a person's look, and this rejects with `review.protectedFile`.
 */
export async function withLocks(
  context: RunContext,
  request: LandingRequest,
  locks: readonly RawChange[],
  mayLand: boolean,
): Promise<LandingRequest> {
  const { task, attempt } = request;
  const paths = locks.map(({ path }) => path);
  const others = request.record.raw.filter(({ path }) => !paths.includes(path));
  const written = worksInOwnTree(attempt)
    ? await Promise.all(locks.map((lock) => onBranch(context, lock)))
    : locks;
  const { record, blob } = await keepChange(
    context.deps,
    [...others, ...written],
    task.file_scope?.write ?? null,
  );
  const ids = { attempt_id: attempt.id, task_id: task.task_id };
  await context.recorder.append("executor", [
    {
      type: "change.proposed",
      ...ids,
      change_hash: record.change.hash,
      blob,
      hunks: record.change.files.reduce((sum, file) => sum + file.hunks.length, 0),
      files: record.raw.map((file) => file.path),
    },
  ]);
  const granted = paths.every((path) => context.grants.includes(`protected:${path}`));
  if (mayLand && granted && request.hunks === null) {
    const events = request.events.map((event): NewEvent =>
      event.type === "review.decided"
        ? { ...event, protected_files: [...new Set([...event.protected_files, ...paths])] }
        : event,
    );
    return { ...request, record, events };
  }
  await context.recorder.append("executor", [
    { type: "review.requested", ...ids, change_hash: record.change.hash },
  ]);
  throw new MasterPlanError(
    "review.protectedFile",
    `${task.task_id}: the install that you accepted changed ${paths.join(", ")}, which is part of the change now`,
    {
      hint: "Nothing has landed yet: look at what was added and accept again, naming it too",
      details: { files: paths },
    },
  );
}

/** Written against what the branch has: their own tree may hold other edits of the same file, which do not land. */
async function onBranch({ deps, recorder }: RunContext, lock: RawChange): Promise<RawChange> {
  const { tip } = recorder.state();
  const before = tip === null ? null : await deps.git.readFile(tip, lock.path);
  return { ...lock, before, mode_before: before === null ? null : "100644" };
}
