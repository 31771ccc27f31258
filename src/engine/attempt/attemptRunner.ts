import type { NewEvent } from "../../core/run/runEvent";
import { unchangeableText } from "../../core/change/path/unchangeable";
import { isMasterPlanError, type MasterPlanError } from "../../core/errors";
import type { AttemptId } from "../../core/ids";
import type { Task } from "../../core/plan/plan";
import type { RawChange, Worktree } from "../../ports/git";
import type { WorkspaceFiles } from "../../ports/workspaceFiles";
import { doAgentWork } from "../agent/agentWork";
import { openWorktree } from "./attemptWorktree";
import { applyKeptHunks } from "./keptHunks";
import { failsAttempt, feedbackText } from "./feedbackText";
import { doCommandWork } from "./commandWork";
import { writesDependencies } from "../../core/validation/detect/installCommand";
import { DependencyInstall } from "./dependencyInstall";
import { refuseHeld, type AttemptSignals } from "./attemptSignals";
import { interruptAttempt, isInterruption } from "./interruptedAttempt";
import { blockedBy, evaluatePredicates } from "../validation/predicateEvaluator";
import { endFailed, type AttemptEnd } from "./attemptEnd";
import { proposeChange } from "./proposeChange";
import { specOf, taskState, type OpenAttempt } from "./openAttempt";
import { baseCommit, validationPorts, type RunContext } from "../run/runContext";

/**
 * One attempt at an agent or command task, from worktree to review. Every step is recorded before the next begins.
 * Never throws for what model, command or validation did; a lost store or git does throw.
 */
export async function runAttempt(
  context: RunContext,
  taskId: string,
  signals: AttemptSignals,
): Promise<AttemptEnd> {
  const task = specOf(context, taskId);
  try {
    // A landing may be checking a change on behalf of another task that holds the same names.
    return await context.locks.withLocks(task.resources ?? [], signals.hold, () =>
      attemptTask(context, task, signals),
    );
  } catch (error) {
    if (!isMasterPlanError(error, "cancelled")) throw error;
    return { kind: "interrupted", error };
  }
}

async function attemptTask(context: RunContext, task: Task, signals: AttemptSignals): Promise<AttemptEnd> {
  refuseHeld(signals);
  const { deps, recorder } = context;
  const { stop } = signals;
  const taskId = task.task_id;
  const id: AttemptId = `t_${deps.ids.ulid()}`;
  // Read before the snapshot: what lands in between is seen as an older tip, and validated again.
  const { tip } = recorder.state();
  const base = await baseCommit(context, id);
  const worktree = await openWorktree(context, id, taskId, base);
  const files = deps.filesAt(worktree.path);
  const install = new DependencyInstall(context, { worktree, files, task, accepted: false });
  try {
    if ((task.preconditions ?? []).length > 0) await install.ensure(stop);
    const missing = await unmetPreconditions(context, task, files, stop);
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
    const attempt = await startAttempt(context, { id, task, worktree, files, base, tip });
    return await carryOut(context, attempt, install, signals);
  } finally {
    await deps.git.releaseWorktree(id);
  }
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
  parts: {
    id: AttemptId;
    task: Task;
    worktree: Worktree;
    files: WorkspaceFiles;
    base: string;
    tip: string | null;
  },
): Promise<OpenAttempt> {
  const { recorder } = context;
  const { id, task, worktree, files, base, tip } = parts;
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
      tip,
      worktree: worktree.path,
    },
  ]);
  return { id, number, task, state: taskState(context, task.task_id), worktree, files };
}

async function carryOut(
  context: RunContext,
  attempt: OpenAttempt,
  install: DependencyInstall,
  signals: AttemptSignals,
): Promise<AttemptEnd> {
  const { task } = attempt;
  const { stop } = signals;
  try {
    await applyKeptHunks(context, attempt);
    const before = await install.ensure(stop);
    if (before !== null && failsAttempt(before)) return await failInstall(context, attempt, install, signals);
    refuseHeld(signals);
    const work =
      task.executor === "command"
        ? await doCommandWork(context, attempt, stop)
        : await doAgentWork(context, attempt, install, signals);
    if (work.failure !== null)
      return await endFailed(context, attempt, "in_progress", work.failure, signals, work.final);
    if (task.executor === "command" && (task.commands ?? []).some(writesDependencies))
      await install.installed();
    const obstacle = await install.ensure(stop);
    if (obstacle !== null && failsAttempt(obstacle))
      return await failInstall(context, attempt, install, signals);
    await recordInstalls(context, attempt, install);
    const raw = await context.deps.git.changes(attempt.worktree);
    const refused = await unlandable(context, raw);
    if (refused !== null) return await endFailed(context, attempt, "in_progress", refused, signals);
    return await proposeChange(context, attempt, { work, raw, runnable: obstacle === null }, signals);
  } catch (error) {
    // Facts about the attempt, which the next one is told.
    if (
      isMasterPlanError(error) &&
      unusable.has(error.code) &&
      taskState(context, task.task_id).status === "in_progress"
    )
      return await endFailed(context, attempt, "in_progress", withNextStep(error), signals);
    if (!isInterruption(error)) throw error;
    return await interruptAttempt(context, attempt, error, stop);
  }
}

/** What git says of work that reached into another repository, left too much, or has names that are no text. */
const unusable: ReadonlySet<MasterPlanError["code"]> = new Set([
  "git.nestedRepository",
  "git.tooLarge",
  "path.forbidden",
]);

function withNextStep({ message, hint }: MasterPlanError): string {
  return hint === undefined ? message : `${message}. ${hint}`;
}

/** Files that could not land whatever a review says, so that nobody checks or reviews them first; null for none. */
async function unlandable({ deps }: RunContext, raw: readonly RawChange[]): Promise<string | null> {
  const written = raw.flatMap(({ path, after }) => (after === null ? [] : [path]));
  const found = await deps.git.unchangeable(written);
  if (found.length === 0) return null;
  return found.map((one) => unchangeableText(one, deps.environment.translate)).join("; ");
}

async function recordInstalls(
  context: RunContext,
  attempt: OpenAttempt,
  install: DependencyInstall,
): Promise<void> {
  const ids = { attempt_id: attempt.id, task_id: attempt.task.task_id };
  if (install.evidence.length === 0) return;
  await context.recorder.append(
    "validator",
    install.evidence.map((evidence): NewEvent => ({ type: "check.finished", ...ids, evidence })),
  );
}

async function failInstall(
  context: RunContext,
  attempt: OpenAttempt,
  install: DependencyInstall,
  signals: AttemptSignals,
): Promise<AttemptEnd> {
  await recordInstalls(context, attempt, install);
  const text = await feedbackText(context.deps.store, install.evidence.filter(failsAttempt));
  return endFailed(context, attempt, "in_progress", text, signals);
}
