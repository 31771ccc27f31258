import { toCriterion } from "../../core/change/criteriaState";
import { decideReview, type ReviewRefusal } from "../../core/change/review";
import { MasterPlanError } from "../../core/errors";
import type { NewEvent } from "../../core/run/runEvent";
import { lastAttempt, worksInOwnTree } from "../../core/run/attemptInHands";
import type { Attempt, TaskState } from "../../core/run/run";
import { loadChange, type ChangeRecord } from "./changeRecord";
import { land } from "./landing";
import type { ReviewParams } from "../personDecisions";
import { specOf, taskState } from "../attempt/openAttempt";
import { takeBack } from "./takeBack";
import type { RunContext } from "../run/runContext";

/**
 * A person's word on an open change. Accepting lands the accepted hunks and ends the task; rejecting sends it back
 * with the reason, and the hunks to keep, for the next attempt. Refuses with `review.*` and changes nothing then.
 */
export async function decide(
  context: RunContext,
  params: ReviewParams,
  signal: AbortSignal,
): Promise<{ readonly accepted: boolean; readonly commit: string | null }> {
  const open = await openReview(context, params.task);
  const by = params.by ?? context.deps.environment.person();
  return params.decision === "accept"
    ? accept(context, params, open, { automatic: false, by, actor: by, signal })
    : sendBack(context, params, open, by);
}

/** Accepts for the person who started the run with `--review accept`: only what passed, is in scope and not protected. */
export async function acceptByPolicy(
  context: RunContext,
  taskId: string,
  signal: AbortSignal,
): Promise<void> {
  const open = await openReview(context, taskId);
  const by = `${startedBy(context)} (review=accept)`;
  const params: ReviewParams = { run: context.recorder.run, task: taskId, decision: "accept" };
  await accept(context, params, open, { automatic: true, by, actor: "executor", signal });
}

/**
 * Ends a task whose commands passed and changed no file: there is nothing to look at, and nobody is said to have looked.
 * Criteria that no command proves stay open, unless whoever started the run accepts by `--review accept`.
 */
export async function acceptUnchanged(
  context: RunContext,
  taskId: string,
  signal: AbortSignal,
): Promise<void> {
  const { deps, recorder } = context;
  const open = await openReview(context, taskId);
  const reason = deps.environment.translate("nothing to review: the commands changed no file");
  const params: ReviewParams = { run: recorder.run, task: taskId, decision: "accept", reason };
  const accepts = recorder.state().options.review === "accept";
  const by = accepts ? `${startedBy(context)} (review=accept)` : "executor";
  await accept(context, params, open, {
    automatic: true,
    by,
    actor: "executor",
    signal,
    ...(!accepts && { signsOff: false }),
  });
}

/** Ends a task whose run was started to reject every change: a rehearsal that lands nothing. */
export async function rejectByPolicy(context: RunContext, taskId: string): Promise<void> {
  const { attempt } = await openReview(context, taskId);
  const by = `${startedBy(context)} (review=reject)`;
  const reason = "the run was started to reject every change";
  await context.recorder.append("executor", [
    {
      type: "review.decided",
      attempt_id: attempt.id,
      task_id: taskId,
      accepted: false,
      hunks: [],
      reason,
      protected_files: [],
      waivers: [],
      sign_offs: [],
      by,
    },
    {
      type: "task.status",
      task_id: taskId,
      from: "in_review",
      to: "failed",
      cause: "executor",
      by,
      reason,
      final: true,
    },
  ]);
}

export interface OpenReview {
  readonly state: TaskState;
  readonly attempt: Attempt;
  readonly record: ChangeRecord;
}

export async function openReview(context: RunContext, taskId: string): Promise<OpenReview> {
  const state = taskState(context, taskId);
  const attempt = lastAttempt(context.recorder.state(), state);
  if (state.status !== "in_review" || attempt === null) {
    throw new MasterPlanError(
      "review.notOpen",
      `Task ${taskId} is ${state.status}, there is nothing to review`,
      {
        hint: "Look at the status of the run for what waits",
      },
    );
  }
  return { state, attempt, record: await loadChange(context.deps, attempt) };
}

async function accept(
  context: RunContext,
  params: ReviewParams,
  open: OpenReview,
  how: {
    readonly automatic: boolean;
    readonly by: string;
    readonly actor: string;
    readonly signal: AbortSignal;
    /** False when nobody's word stands behind the acceptance. */
    readonly signsOff?: false;
  },
): Promise<{ readonly accepted: boolean; readonly commit: string | null }> {
  const { state, attempt, record } = open;
  const task = specOf(context, params.task);
  const waivers = [...(params.waivers ?? []), ...state.waivers.map((one) => one.check)];
  const decision = decideReview({
    change: record.change,
    evidence: attempt.evidence,
    criteria: (task.acceptance_criteria ?? []).map(toCriterion),
    mode: how.automatic ? "automatic" : "person",
    hunks: params.hunks ?? null,
    protected_files: params.protected_files ?? [],
    waivers,
    grants: context.grants,
    change_hash: params.change_hash ?? null,
  });
  if (!decision.ok) throw refused(params.task, decision.error);
  const hunks = decision.value.partial ? decision.value.hunks : null;
  const commit = await land(
    context,
    {
      task,
      attempt,
      record,
      hunks,
      waived: [...waivers, ...decision.value.waivers],
      actor: how.actor,
      events: [
        {
          type: "review.decided",
          attempt_id: attempt.id,
          task_id: params.task,
          accepted: true,
          hunks,
          ...(params.reason !== undefined && { reason: params.reason }),
          protected_files: decision.value.protected_files,
          waivers: params.waivers ?? [],
          sign_offs: how.signsOff === false ? [] : decision.value.sign_offs,
          by: how.by,
        },
        {
          type: "task.status",
          task_id: params.task,
          from: "in_review",
          to: "done",
          cause: how.actor === "executor" ? "executor" : "person",
          by: how.by,
        },
      ],
    },
    how.signal,
  );
  return { accepted: true, commit };
}

const reviewHints: Readonly<Partial<Record<ReviewRefusal["code"], string>>> = {
  "review.staleChange": "Open the review again",
  "review.badHunk": "Look at the numbers of the hunks again",
  "review.protectedFile": "Look at the file by itself and accept it by name, or send the change back",
  "review.notVerified": "Waive the check by name, or send the change back with a reason",
};

function refused(task: string, refusals: readonly ReviewRefusal[]): MasterPlanError {
  const first = refusals[0];
  const hint = first === undefined ? undefined : reviewHints[first.code];
  return new MasterPlanError(
    first?.code ?? "review.notOpen",
    `${task}: ${refusals.map((refusal) => refusal.message).join("; ")}`,
    { ...(hint !== undefined && { hint }), details: { refusals } },
  );
}

async function sendBack(
  context: RunContext,
  params: ReviewParams,
  open: OpenReview,
  by: string,
): Promise<{ readonly accepted: boolean; readonly commit: string | null }> {
  const reason = params.reason?.trim() ?? "";
  if (reason === "") {
    throw new MasterPlanError("usage.invalid", "A rejection needs a reason: the next attempt works from it", {
      hint: "Say what is wrong and what you expected",
    });
  }
  const known = new Set(open.record.change.files.flatMap((file) => file.hunks.map((hunk) => hunk.number)));
  const unknown = (params.hunks ?? []).filter((hunk) => !known.has(hunk));
  if (unknown.length > 0) {
    throw new MasterPlanError(
      "review.badHunk",
      `The change has no hunk ${unknown.join(", ")}; it has 1 to ${known.size}`,
    );
  }
  const ids = { attempt_id: open.attempt.id, task_id: params.task };
  const said: readonly NewEvent[] = [
    {
      type: "review.decided",
      ...ids,
      accepted: false,
      hunks: params.hunks ?? [],
      reason,
      protected_files: [],
      waivers: [],
      sign_offs: [],
      by,
    },
    { type: "attempt.feedback", ...ids, source: "review", text: reason },
  ];
  if (worksInOwnTree(open.attempt)) {
    // What they did lies in their own tree, still measured from where they began.
    await context.recorder.append(by, said);
    await takeBack(context, open.attempt, by, reason);
    return { accepted: false, commit: null };
  }
  await context.recorder.append(by, [
    ...said,
    {
      type: "task.status",
      task_id: params.task,
      from: "in_review",
      to: "in_progress",
      cause: "person",
      by,
      reason,
    },
    // Waits for a free worker like any other task; sending back costs no attempt.
    {
      type: "task.status",
      task_id: params.task,
      from: "in_progress",
      to: "pending",
      cause: "scheduler",
      by: "scheduler",
    },
  ]);
  return { accepted: false, commit: null };
}

export function startedBy(context: RunContext): string {
  const first = context.deps.store.events(context.recorder.run, { limit: 1 })[0]?.event;
  return first?.type === "run.queued" ? first.by : context.deps.environment.person();
}
