import type { NewEvent } from "../../core/run/runEvent";
import { isMasterPlanError, MasterPlanError } from "../../core/errors";
import { signOffEvidence } from "../validation/signOffEvidence";
import { sameBytes } from "../../core/change/sameBytes";
import { criteriaState, toCriterion } from "../../core/change/criteriaState";
import { blocks } from "../../core/validation/evidence";
import type { AttemptId } from "../../core/ids";
import type { Attempt } from "../../core/run/run";
import type { RawChange } from "../../ports/git";
import { specOf, taskState } from "../attempt/openAttempt";
import { keepChange } from "./changeRecord";
import { land } from "./landing";
import { lastAttempt } from "./reviewService";
import type { RunContext } from "../run/runContext";
import { attemptInput } from "../validation/attemptInput";
import { validateAttempt } from "../validation/validator";

/**
 * Puts manual tasks into a person's hands; the tree as it is now is what their work is measured against. Tasks that are
 * handed out together share that snapshot: what one of them landed is no change of another.
 */
export async function startManualTasks(context: RunContext, taskIds: readonly string[]): Promise<void> {
  const { deps, recorder } = context;
  const ids = taskIds.map((taskId): readonly [string, AttemptId] => [taskId, `t_${deps.ids.ulid()}`]);
  const first = ids[0];
  if (first === undefined) return;
  const base = await deps.git.snapshot(first[1]);
  await recorder.append(
    "scheduler",
    ids.flatMap(([taskId, id]): NewEvent[] => [
      {
        type: "task.status",
        task_id: taskId,
        from: "pending",
        to: "in_progress",
        cause: "scheduler",
        by: "scheduler",
      },
      handedOut(context, taskId, id, base),
    ]),
  );
}

function handedOut(context: RunContext, taskId: string, id: AttemptId, base: string): NewEvent {
  return {
    type: "attempt.started",
    attempt_id: id,
    task_id: taskId,
    number: taskState(context, taskId).attempt_ids.length + 1,
    kind: "manual",
    base,
    tip: context.recorder.state().tip,
    worktree: null,
  };
}

/** A sign-off that could not be landed: the task is the person's again, measured against the same snapshot. */
async function takeBack(context: RunContext, attempt: Attempt, by: string, reason: string): Promise<void> {
  const { deps, recorder } = context;
  if (attempt.base === null || taskState(context, attempt.task_id).status !== "in_review") return;
  await recorder.append(by, [
    {
      type: "task.status",
      task_id: attempt.task_id,
      from: "in_review",
      to: "in_progress",
      cause: "person",
      by,
      reason,
    },
    handedOut(context, attempt.task_id, `t_${deps.ids.ulid()}`, attempt.base),
  ]);
}

/**
 * A person says that the task is done. What they changed in their own tree becomes a change set with evidence and a
 * commit like any other; their word is recorded as the sign-off, never as machine proof. Refuses with
 * `review.notVerified` while a check fails, with `git.*` or `review.staleChange` while the change cannot be landed,
 * and the task stays in their hands.
 */
export async function signOffManualTask(
  context: RunContext,
  params: {
    readonly task: string;
    readonly note: string | undefined;
    readonly by: string;
    readonly waivers?: readonly string[];
  },
  signal: AbortSignal,
): Promise<void> {
  const { deps, recorder } = context;
  const task = specOf(context, params.task);
  // A crash between the proof and the landing leaves the change in review: the person's word lands it again.
  const cut = lastAttempt(recorder.state(), taskState(context, params.task));
  if (cut?.kind === "manual") await takeBack(context, cut, params.by, "signed off again");
  const state = taskState(context, params.task);
  const attempt = lastAttempt(recorder.state(), state);
  if (state.status !== "in_progress" || attempt?.kind !== "manual" || attempt.base === null) {
    throw new MasterPlanError(
      "review.notOpen",
      `Task ${params.task} is not in your hands: it is ${state.status}`,
      {
        hint: "Look at the status of the run for what waits",
      },
    );
  }
  const ids = { attempt_id: attempt.id, task_id: params.task };
  const raw = await ownChanges(context, await deps.git.changesSince(attempt.base));
  const { record, blob } = await keepChange(deps, raw, task.file_scope?.write ?? null);
  const evidence = await context.locks.withLocks(task.resources ?? [], signal, () =>
    validateAttempt(
      attemptInput(context, deps.filesAt(deps.workspace), {
        task,
        change: record.change,
        checks: raw.length === 0 && (task.checks ?? []).length === 0 ? [] : context.checks,
      }),
      signal,
      () => undefined,
    ),
  );
  const broken = evidence.filter((one) => blocks(one) && params.waivers?.includes(one.check) !== true);
  if (broken.length > 0) {
    await recorder.append("validator", [
      ...evidence.map((one): NewEvent => ({ type: "check.finished", ...ids, evidence: one })),
      {
        type: "attempt.feedback",
        ...ids,
        source: "validation",
        text: broken.map((one) => `${one.check}: ${one.summary}`).join("\n"),
      },
    ]);
    throw new MasterPlanError(
      "review.notVerified",
      `${params.task} is not done yet: ${broken.map((one) => `${one.check}: ${one.summary}`).join("; ")}`,
      {
        hint: "Mend it and sign off again, or skip the task with a reason",
      },
    );
  }
  const signOff = signOffEvidence(params.by, params.note);
  const signOffs = criteriaState((task.acceptance_criteria ?? []).map(toCriterion), evidence, []).filter(
    (one) => one.state === "open",
  );
  const hunks = record.change.files.reduce((sum, file) => sum + file.hunks.length, 0);
  await recorder.append(params.by, [
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
      task_id: params.task,
      from: "in_progress",
      to: "ready_for_test",
      cause: "person",
      by: params.by,
    },
    ...[...evidence, signOff].map((one): NewEvent => ({ type: "check.finished", ...ids, evidence: one })),
    {
      type: "task.status",
      task_id: params.task,
      from: "ready_for_test",
      to: "tested",
      cause: "validator",
      by: "validator",
    },
    { type: "attempt.finished", ...ids, outcome: "succeeded", summary: params.note ?? "" },
    {
      type: "task.status",
      task_id: params.task,
      from: "tested",
      to: "in_review",
      cause: "validator",
      by: "validator",
    },
  ]);
  const after = lastAttempt(recorder.state(), taskState(context, params.task));
  if (after === null) throw new MasterPlanError("internal", `Task ${params.task} lost its attempt`);
  const landing = land(
    context,
    {
      task,
      attempt: after,
      record,
      hunks: null,
      waived: params.waivers ?? [],
      actor: params.by,
      events: [
        {
          type: "review.decided",
          ...ids,
          accepted: true,
          hunks: null,
          ...(params.note !== undefined && { reason: params.note }),
          protected_files: [],
          waivers: params.waivers ?? [],
          sign_offs: signOffs.map((one) => one.text),
          by: params.by,
        },
        {
          type: "task.status",
          task_id: params.task,
          from: "in_review",
          to: "done",
          cause: "person",
          by: params.by,
        },
      ],
    },
    signal,
  );
  try {
    await landing;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (!isMasterPlanError(error) || !error.code.startsWith("store.")) {
      await takeBack(context, after, params.by, reason);
    }
    throw error;
  }
}

/** Leaves out what other tasks landed in the meantime: those files are already as the branch has them. */
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
