import type { NewEvent } from "../../core/run/runEvent";
import { criteriaState, toCriterion } from "../../core/change/criteriaState";
import { decideReview } from "../../core/change/review";
import { isMasterPlanError, MasterPlanError } from "../../core/errors";
import type { Task } from "../../core/plan/plan";
import { attemptInHands, lastAttempt } from "../../core/run/attemptInHands";
import type { Attempt } from "../../core/run/run";
import type { Evidence } from "../../core/validation/evidence";
import { specOf, taskState } from "../attempt/openAttempt";
import type { RunContext } from "../run/runContext";
import { signOffEvidence } from "../validation/signOffEvidence";
import { checkedWork, editedSince, holdsBack, type CheckedWork } from "./checkedWork";
import { land } from "./landing";
import { isProved, refuseEmptyNote } from "./signOffNote";
import { takeBack, takeBackAfter } from "./takeBack";

export interface SignOff {
  readonly task: string;
  readonly note: string | undefined;
  readonly by: string;
  readonly waivers?: readonly string[];
}

/**
 * A person says that the task is done. What they changed, in their own tree or in the worktree of a fix, becomes a
 * change set with evidence and a commit like any other; their word is recorded as the sign-off, never as machine proof.
 * Refuses with `usage.invalid` where no file changed, nothing proves the task and the note is empty; with
 * `review.notVerified` while a check fails, with `git.*` or `review.staleChange` while the change cannot be
 * landed, and the task stays in their hands. What only a review may grant, such as a protected file of a fix, leaves the
 * change there instead of landing it.
 */
export async function signOffManualTask(
  context: RunContext,
  params: SignOff,
  signal: AbortSignal,
): Promise<void> {
  const { recorder } = context;
  const task = specOf(context, params.task);
  const attempt = await attemptToSignOff(context, params);
  const work = await checkedWork(context, attempt, task, signal);
  const { evidence } = work;
  const broken = evidence.filter(
    (one) => holdsBack(work, one) && params.waivers?.includes(one.check) !== true,
  );
  if (broken.length > 0) await refuse(context, attempt, evidence, broken);
  const edited = await editedSince(context, attempt, work);
  if (edited.length > 0) {
    throw new MasterPlanError(
      "review.staleChange",
      `${edited.join(", ")} changed while it was being checked`,
      {
        hint: "Nothing was landed: sign off again when you are ready",
      },
    );
  }
  if (work.raw.length === 0 && !isProved(evidence)) refuseEmptyNote(params.task, params.note);
  const signOffs = openCriteria(task, evidence);
  const against = work.worktree === null ? null : objections(context, task, work, params);
  await recorder.append(params.by, proposal(params, attempt, work, against));
  if (against !== null) return;
  const after = lastAttempt(recorder.state(), taskState(context, params.task));
  if (after === null) throw new MasterPlanError("internal", `Task ${params.task} lost its attempt`);
  const landing = land(
    context,
    {
      task,
      attempt: after,
      record: work.record,
      hunks: null,
      waived: params.waivers ?? [],
      actor: params.by,
      events: accepted(params, after, signOffs),
    },
    signal,
  );
  try {
    await landing;
  } catch (error) {
    if (isMasterPlanError(error) && error.code.startsWith("store.")) throw error;
    // The landing's own install wrote a lock file, which is part of the change now and wants a look.
    if (isMasterPlanError(error, "review.protectedFile")) return;
    throw await takeBackAfter(context, after, task, params.by, error);
  }
}

/** A crash between the proof and the landing leaves the change in review: the person's word lands it again. */
async function attemptToSignOff(context: RunContext, params: SignOff): Promise<Attempt> {
  const { recorder } = context;
  const cut = lastAttempt(recorder.state(), taskState(context, params.task));
  if (cut?.kind === "manual") await takeBack(context, cut, params.by, "signed off again");
  const state = taskState(context, params.task);
  const attempt = attemptInHands(recorder.state(), state);
  if (attempt?.base == null) {
    throw new MasterPlanError(
      "review.notOpen",
      `Task ${params.task} is not in your hands: it is ${state.status}`,
      {
        hint: "Look at the status of the run for what waits",
      },
    );
  }
  return attempt;
}

async function refuse(
  context: RunContext,
  attempt: Attempt,
  evidence: readonly Evidence[],
  broken: readonly Evidence[],
): Promise<never> {
  const ids = { attempt_id: attempt.id, task_id: attempt.task_id };
  const said = broken.map((one) => `${one.check}: ${one.summary}`);
  await context.recorder.append("validator", [
    ...evidence.map((one): NewEvent => ({ type: "check.finished", ...ids, evidence: one })),
    { type: "attempt.feedback", ...ids, source: "validation", text: said.join("\n") },
  ]);
  throw new MasterPlanError("review.notVerified", `${attempt.task_id} is not done yet: ${said.join("; ")}`, {
    hint:
      attempt.worktree === null
        ? "Mend it and sign off again, or skip the task with a reason"
        : `Mend it in ${attempt.worktree} and sign off again, or skip the task with a reason`,
  });
}

/** What keeps a fix from landing on the person's word alone; null when nothing does. */
function objections(
  context: RunContext,
  task: Task,
  { record: { change }, evidence }: CheckedWork,
  params: SignOff,
): string | null {
  const decision = decideReview({
    change,
    evidence,
    criteria: (task.acceptance_criteria ?? []).map(toCriterion),
    mode: "person",
    // Files out of the task's scope are the person's own: their word takes all of them.
    hunks: change.files.flatMap((file) => file.hunks.map((hunk) => hunk.number)),
    protected_files: [],
    waivers: [
      ...(params.waivers ?? []),
      ...taskState(context, params.task).waivers.map((waiver) => waiver.check),
    ],
    grants: context.grants,
    change_hash: null,
  });
  return decision.ok ? null : decision.error.map((refusal) => refusal.message).join("; ");
}

function openCriteria(task: Task, evidence: readonly Evidence[]): readonly string[] {
  const criteria = (task.acceptance_criteria ?? []).map(toCriterion);
  return criteriaState(criteria, evidence, [])
    .filter((one) => one.state === "open")
    .map((one) => one.text);
}

/** From the person's hands to the review, with everything that speaks for the change; `against` keeps it there. */
function proposal(
  params: SignOff,
  attempt: Attempt,
  { raw, record, blob, evidence }: CheckedWork,
  against: string | null,
): readonly NewEvent[] {
  const ids = { attempt_id: attempt.id, task_id: params.task };
  const signOff = signOffEvidence(params.by, params.note);
  const step = { type: "task.status", task_id: params.task } as const;
  const validator = { cause: "validator", by: "validator" } as const;
  return [
    {
      type: "change.proposed",
      ...ids,
      change_hash: record.change.hash,
      blob,
      hunks: record.change.files.reduce((sum, file) => sum + file.hunks.length, 0),
      files: raw.map((file) => file.path),
    },
    { ...step, from: "in_progress", to: "ready_for_test", cause: "person", by: params.by },
    ...[...evidence, signOff].map((one): NewEvent => ({ type: "check.finished", ...ids, evidence: one })),
    { ...step, from: "ready_for_test", to: "tested", ...validator },
    { type: "attempt.finished", ...ids, outcome: "succeeded", summary: params.note ?? "" },
    { ...step, from: "tested", to: "in_review", ...validator, ...(against !== null && { reason: against }) },
    ...(against === null
      ? []
      : [{ type: "review.requested", ...ids, change_hash: record.change.hash } satisfies NewEvent]),
  ];
}

function accepted(params: SignOff, attempt: Attempt, signOffs: readonly string[]): readonly NewEvent[] {
  return [
    {
      type: "review.decided",
      attempt_id: attempt.id,
      task_id: params.task,
      accepted: true,
      hunks: null,
      ...(params.note !== undefined && { reason: params.note }),
      protected_files: [],
      waivers: params.waivers ?? [],
      sign_offs: signOffs,
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
  ];
}
