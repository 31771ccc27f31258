import type { NewEvent } from "../../core/run/runEvent";
import { mergeBytes } from "../../core/change/diff/mergeBytes";
import { isMasterPlanError, MasterPlanError } from "../../core/errors";
import type { AttemptId } from "../../core/ids";
import { attemptInHands } from "../../core/run/attemptInHands";
import type { Attempt, TaskState } from "../../core/run/run";
import type { Worktree } from "../../ports/git";
import type { FileWrite } from "../../ports/workspaceFiles";
import { openWorktree, worktreeInHands } from "../attempt/attemptWorktree";
import { filesWithHunks } from "../attempt/keptHunks";
import type { FixPlace } from "../personDecisions";
import { baseCommit, type RunContext } from "../run/runContext";
import { refuseWithoutSpace } from "../storage/storageSpace";
import { keepChange, loadChange, type ChangeRecord } from "./changeRecord";
import { handOut, type HandPlace } from "./manualTask";

/**
 * Puts a task that stopped into a person's hands in a worktree of its own. It starts with what the last attempt that
 * proposed something changed, where that fits the tree as it is now, else from the tree alone. Asked for again, it names
 * the same folder; one that is gone is opened anew.
 */
export async function startFix(context: RunContext, state: TaskState, by: string): Promise<FixPlace> {
  const run = context.recorder.state();
  const mine = attemptInHands(run, state);
  if (mine !== null && mine.worktree !== null) {
    if ((await worktreeInHands(context, mine)) !== null) return placeOf(context, mine, []);
  } else if (!stopped.has(state.status)) {
    throw new MasterPlanError(
      "run.illegalTransition",
      `Task ${state.task_id} is ${state.status}; only a failed, blocked or skipped task is fixed by hand`,
      { hint: "Wait for it, or send its change back with a reason" },
    );
  }
  await refuseWithoutSpace(context.deps);
  const source = await lastChange(context, state);
  const opened = await openFor(context, state.task_id, source, "whole");
  const starts = source !== null && opened.starts_changed ? source.attempt : null;
  await orRelease(context, opened, async () => {
    await context.recorder.append(by, [
      ...intoHands(state, mine, by),
      handOut(context, state.task_id, {
        ...placeOfFix(opened),
        ...(starts !== null && { starts_with: starts.id }),
      }),
      ...(source !== null && opened.in_the_way.length > 0
        ? [leftOut(context, state, source.attempt, opened)]
        : []),
    ]);
  });
  return {
    worktree: opened.worktree.path,
    starts_with: starts?.number ?? null,
    in_the_way: opened.in_the_way,
  };
}

/**
 * A worktree on top of what the branch has become, with the person's version in it: merged where that works, and as it
 * was where both changed the same place, so that nothing of theirs is lost. `in_the_way` names those files.
 */
export async function moveFix(context: RunContext, taskId: string, record: ChangeRecord): Promise<OpenedFix> {
  return openFor(context, taskId, { record, hunks: null }, "theirs");
}

/**
 * What lies in a worktree that a person gives up, as the change of their attempt: another fix starts with it. Best
 * effort, because a worktree that cannot be read any more must not keep them from giving it up.
 */
export async function keptEdits(
  { deps }: Pick<RunContext, "deps">,
  attempt: Attempt,
): Promise<readonly NewEvent[]> {
  try {
    const worktree = attempt.worktree === null ? null : await worktreeInHands({ deps }, attempt);
    const raw = worktree === null ? [] : await deps.git.changes(worktree);
    if (raw.length === 0) return [];
    const { record, blob } = await keepChange(deps, raw, null);
    return [
      {
        type: "change.proposed",
        attempt_id: attempt.id,
        task_id: attempt.task_id,
        change_hash: record.change.hash,
        blob,
        hunks: record.change.files.reduce((sum, file) => sum + file.hunks.length, 0),
        files: raw.map((file) => file.path),
      },
    ];
  } catch (error) {
    deps.logger.log("warn", "Edits made by hand could not be kept", { task: attempt.task_id, error });
    return [];
  }
}

/** A fix's worktree before its attempt is recorded. */
export interface OpenedFix {
  readonly id: AttemptId;
  readonly base: string;
  readonly tip: string | null;
  readonly worktree: Worktree;
  /** Whether something of a change lies in it. */
  readonly starts_changed: boolean;
  readonly in_the_way: readonly string[];
}

/** Runs `record`; a worktree that could not be recorded is nobody's and goes back. */
export async function orRelease(
  context: RunContext,
  opened: OpenedFix,
  record: () => Promise<void>,
): Promise<void> {
  try {
    await record();
  } catch (error) {
    await context.deps.git.releaseWorktree(opened.id);
    throw error;
  }
}

/** Where the person works from now on, for the record. */
export function placeOfFix({ id, base, tip, worktree }: OpenedFix): HandPlace {
  return { id, base, tip, worktree: worktree.path };
}

const stopped: ReadonlySet<TaskState["status"]> = new Set(["failed", "blocked", "skipped", "cancelled"]);

/** A change that a worktree starts with; `hunks` null for all of it. */
interface Start {
  readonly record: ChangeRecord;
  readonly hunks: readonly number[] | null;
}

async function openFor(
  context: RunContext,
  taskId: string,
  start: Start | null,
  how: "whole" | "theirs",
): Promise<OpenedFix> {
  const { deps, recorder } = context;
  const id: AttemptId = `t_${deps.ids.ulid()}`;
  // Read before the snapshot: what lands in between is seen as an older tip, and validated again.
  const { tip } = recorder.state();
  const base = await baseCommit(context, id);
  const { writes, in_the_way } =
    start === null ? { writes: [], in_the_way: [] } : await onBase(context, base, start, how);
  const worktree = await openWorktree(context, id, taskId, base);
  const opened = { id, base, tip, worktree, starts_changed: writes.length > 0, in_the_way };
  await orRelease(context, opened, () => deps.filesAt(worktree.path).apply(writes));
  return opened;
}

/** The files of a change on another base: `whole` takes all of them or none, `theirs` prefers the change's own. */
async function onBase(
  context: RunContext,
  base: string,
  { record, hunks }: Start,
  how: "whole" | "theirs",
): Promise<{ readonly writes: readonly FileWrite[]; readonly in_the_way: readonly string[] }> {
  const writes: FileWrite[] = [];
  const inTheWay: string[] = [];
  for (const file of filesWithHunks(record, hunks)) {
    const sides = record.raw.find((one) => one.path === file.path);
    // Links are not written into a worktree: the person makes them there.
    if (sides?.mode_after === "120000") {
      inTheWay.push(file.path);
      continue;
    }
    const before = sides?.before ?? null;
    const ours = await context.deps.git.readFile(base, file.path);
    const theirs = file.kind === "delete" ? null : file.bytes;
    const merged = mergeBytes(before, ours, theirs);
    if (!merged.ok) inTheWay.push(file.path);
    const bytes = merged.ok ? merged.bytes : theirs;
    if (file.kind === "write" && bytes !== null) writes.push({ ...file, bytes });
    else if (ours !== null) writes.push({ kind: "delete", path: file.path });
  }
  return { writes: how === "whole" && inTheWay.length > 0 ? [] : writes, in_the_way: inTheWay };
}

/** What an agent or command wrote where it may not is not put before a person as theirs. */
function startingHunks(attempt: Attempt, { change }: ChangeRecord): readonly number[] | null {
  if (attempt.kind === "manual") return null;
  return change.files
    .filter((file) => !file.out_of_scope)
    .flatMap((file) => file.hunks.map((hunk) => hunk.number));
}

async function lastChange(
  context: RunContext,
  state: TaskState,
): Promise<(Start & { readonly attempt: Attempt }) | null> {
  const { attempts } = context.recorder.state();
  const attempt = state.attempt_ids
    .flatMap((id) => attempts.get(id) ?? [])
    .findLast((one) => one.change_blob !== null);
  if (attempt === undefined) return null;
  try {
    const record = await loadChange(context.deps, attempt);
    return { attempt, record, hunks: startingHunks(attempt, record) };
  } catch (error) {
    // Old blobs are removed with their runs' outputs: then there is nothing to start with.
    if (isMasterPlanError(error, "review.notOpen")) return null;
    throw error;
  }
}

/** The steps that lead into a person's hands; a folder that was gone only ends the attempt that had it. */
function intoHands(state: TaskState, mine: Attempt | null, by: string): readonly NewEvent[] {
  const { task_id, status } = state;
  if (mine !== null) {
    return [{ type: "attempt.finished", attempt_id: mine.id, task_id, outcome: "cancelled" }];
  }
  return [
    { type: "task.status", task_id, from: status, to: "pending", cause: "person", by },
    {
      type: "task.status",
      task_id,
      from: "pending",
      to: "in_progress",
      cause: "scheduler",
      by: "scheduler",
    },
  ];
}

function leftOut(context: RunContext, state: TaskState, attempt: Attempt, opened: OpenedFix): NewEvent {
  return context.recorder.line(
    "info",
    `The change of attempt ${attempt.number} of ${state.task_id} does not fit the tree as it is now (${opened.in_the_way.join(", ")}): the folder starts without it`,
  );
}

function placeOf(context: RunContext, attempt: Attempt, inTheWay: readonly string[]): FixPlace {
  const source = attempt.starts_with;
  const starts = source === undefined ? undefined : context.recorder.state().attempts.get(source);
  return { worktree: attempt.worktree ?? "", starts_with: starts?.number ?? null, in_the_way: inTheWay };
}
