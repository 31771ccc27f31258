import { isMasterPlanError, MasterPlanError } from "../core/errors";
import type { AttemptId } from "../core/ids";
import type { Task } from "../core/plan/plan";
import type { RawChange, Worktree } from "../ports/git";
import type { WorkspaceFiles } from "../ports/workspaceFiles";
import { doAgentWork } from "./agentWork";
import { applyKeptHunks } from "./keptHunks";
import { keepChange } from "./changeRecord";
import { failsAttempt, feedbackText } from "./feedbackText";
import { doCommandWork } from "./commandWork";
import { blockedBy, evaluatePredicates } from "./predicateEvaluator";
import { closeFailedTask } from "./failedTask";
import { specOf, taskState, type OpenAttempt, type WorkOutcome } from "./openAttempt";
import { baseCommit, validationPorts, type RunContext } from "./runContext";
import type { NewEvent } from "./runRecorder";
import { validateAttempt } from "./validator";

/** How an attempt ended, for whoever drives the run. */
export type AttemptEnd =
  | { readonly kind: "review"; readonly attempt_id: AttemptId; readonly empty: boolean }
  | { readonly kind: "failed" }
  | { readonly kind: "blocked" }
  | { readonly kind: "interrupted"; readonly error: MasterPlanError };

/**
 * One attempt at an agent or command task, from worktree to review. Every step is recorded before the next begins.
 * Never throws for what model, command or validation did; a lost store or git does throw.
 */
export async function runAttempt(
  context: RunContext,
  taskId: string,
  signal: AbortSignal,
): Promise<AttemptEnd> {
  const { deps, recorder } = context;
  const task = specOf(context, taskId);
  const id: AttemptId = `t_${deps.ids.ulid()}`;
  const base = await baseCommit(context, id);
  const worktree = await openWorktree(context, id, taskId, base);
  const files = deps.filesAt(worktree.path);
  try {
    const missing = await unmetPreconditions(context, task, files, signal);
    if (missing !== null) {
      await recorder.append("scheduler", [
        {
          type: "task.status",
          task_id: taskId,
          from: "pending",
          to: "blocked",
          cause: "scheduler",
          by: "scheduler",
          reason: missing,
        },
      ]);
      return { kind: "blocked" };
    }
    const attempt = await startAttempt(context, { id, task, worktree, files, base });
    return await carryOut(context, attempt, signal);
  } finally {
    await deps.git.releaseWorktree(id);
  }
}

async function openWorktree(
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

async function unmetPreconditions(
  context: RunContext,
  task: Task,
  files: WorkspaceFiles,
  signal: AbortSignal,
): Promise<string | null> {
  const preconditions = task.preconditions ?? [];
  if (preconditions.length === 0) return null;
  const reason = blockedBy(await evaluatePredicates(preconditions, validationPorts(context, files), signal));
  return reason === undefined ? null : `precondition: ${reason}`;
}

async function startAttempt(
  context: RunContext,
  parts: { id: AttemptId; task: Task; worktree: Worktree; files: WorkspaceFiles; base: string },
): Promise<OpenAttempt> {
  const { recorder } = context;
  const { id, task, worktree, files, base } = parts;
  const before = taskState(context, task.task_id);
  const number = before.attempt_ids.length + 1;
  // A task that was sent back is in progress already.
  const move: NewEvent[] =
    before.status === "pending"
      ? [
          {
            type: "task.status",
            task_id: task.task_id,
            from: "pending",
            to: "in_progress",
            cause: "scheduler",
            by: "scheduler",
          },
        ]
      : [];
  await recorder.append("scheduler", [
    ...move,
    {
      type: "attempt.started",
      attempt_id: id,
      task_id: task.task_id,
      number,
      kind: task.executor === "command" ? "command" : "agent",
      base,
      tip: recorder.state().tip,
      worktree: worktree.path,
    },
  ]);
  return { id, number, task, state: taskState(context, task.task_id), worktree, files };
}

async function carryOut(context: RunContext, attempt: OpenAttempt, signal: AbortSignal): Promise<AttemptEnd> {
  try {
    await applyKeptHunks(context, attempt);
    const work =
      attempt.task.executor === "command"
        ? await doCommandWork(context, attempt, signal)
        : await doAgentWork(context, attempt, signal);
    if (work.failure !== null) return await fail(context, attempt, "in_progress", work.failure, signal);
    const raw = await context.deps.git.changes(attempt.worktree);
    return await checkAndPropose(context, attempt, work, raw, signal);
  } catch (error) {
    if (!isInterruption(error)) throw error;
    return await interrupt(context, attempt, error);
  }
}

async function checkAndPropose(
  context: RunContext,
  attempt: OpenAttempt,
  work: WorkOutcome,
  raw: readonly RawChange[],
  signal: AbortSignal,
): Promise<AttemptEnd> {
  const { deps, recorder } = context;
  const { task } = attempt;
  const ids = { attempt_id: attempt.id, task_id: task.task_id };
  if (raw.length === 0 && task.executor !== "command" && (task.postconditions ?? []).length === 0) {
    return fail(
      context,
      attempt,
      "in_progress",
      deps.environment.translate("The attempt changed no file"),
      signal,
    );
  }
  const { record, blob } = await keepChange(deps, raw, task.file_scope?.write ?? null);
  const hunks = record.change.files.reduce((sum, file) => sum + file.hunks.length, 0);
  await recorder.append("executor", [
    {
      type: "change.proposed",
      ...ids,
      change_hash: record.change.hash,
      blob,
      hunks,
      files: raw.map((file) => file.path),
    },
    {
      type: "task.status",
      task_id: task.task_id,
      from: "in_progress",
      to: "ready_for_test",
      cause: "executor",
      by: "executor",
    },
  ]);
  const evidence = await validateAttempt(
    {
      ...validationPorts(context, attempt.files),
      task,
      plan: context.plan,
      change: record.change,
      checks: context.checks,
      baseline: context.baseline,
      blocking_layers: deps.settings.get().blocking_layers,
    },
    signal,
    () => undefined,
  );
  if (signal.aborted) throw new MasterPlanError("cancelled", "The attempt was stopped");
  await recorder.append("validator", [
    ...evidence.map((one): NewEvent => ({ type: "check.finished", ...ids, evidence: one })),
    {
      type: "task.status",
      task_id: task.task_id,
      from: "ready_for_test",
      to: "tested",
      cause: "validator",
      by: "validator",
    },
  ]);
  const broken = evidence.filter(failsAttempt);
  if (broken.length > 0) {
    const text = await feedbackText(deps.store, broken);
    return fail(context, attempt, "tested", text, signal);
  }
  await recorder.append("validator", [
    { type: "attempt.finished", ...ids, outcome: "succeeded", summary: work.summary },
    {
      type: "task.status",
      task_id: task.task_id,
      from: "tested",
      to: "in_review",
      cause: "validator",
      by: "validator",
    },
    { type: "review.requested", ...ids, change_hash: record.change.hash },
  ]);
  return { kind: "review", attempt_id: attempt.id, empty: raw.length === 0 };
}

async function fail(
  context: RunContext,
  attempt: OpenAttempt,
  from: "in_progress" | "tested",
  text: string,
  signal: AbortSignal,
): Promise<AttemptEnd> {
  await closeFailedTask(context, attempt, from, text, signal);
  return { kind: "failed" };
}

/** Puts the task back where it was: an interruption costs no attempt. */
async function interrupt(
  context: RunContext,
  attempt: OpenAttempt,
  error: MasterPlanError,
): Promise<AttemptEnd> {
  const { task_id } = attempt.task;
  const { status } = taskState(context, task_id);
  const back: NewEvent[] =
    status === "in_progress" || status === "ready_for_test" || status === "tested"
      ? [
          {
            type: "task.status",
            task_id,
            from: status,
            to: "pending",
            cause: "executor",
            by: "executor",
            reason: error.message,
          },
        ]
      : [];
  await context.recorder.append("executor", [
    {
      type: "attempt.finished",
      attempt_id: attempt.id,
      task_id,
      outcome: "interrupted",
      reason: `${error.code}: ${error.message}`,
    },
    ...back,
  ]);
  return { kind: "interrupted", error };
}

/** Failures that say nothing about the work: the run stops or waits, the attempt does not count. */
function isInterruption(error: unknown): error is MasterPlanError {
  if (!isMasterPlanError(error)) return false;
  return error.code === "cancelled" || error.code.startsWith("model.") || error.code === "gate.untrusted";
}
