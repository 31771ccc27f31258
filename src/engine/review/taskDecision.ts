import type { NewEvent } from "../../core/run/runEvent";
import { MasterPlanError } from "../../core/errors";
import { attemptWithEdits, lastAttempt } from "../../core/run/attemptInHands";
import type { TaskState } from "../../core/run/run";
import { taskState } from "../attempt/openAttempt";
import type { FixPlace, TaskParams } from "../personDecisions";
import { keptEdits, startFix } from "./fixWorktree";
import { signOffManualTask } from "./signOff";
import { refuseEmptyNote } from "./signOffNote";
import type { RunContext } from "../run/runContext";

/**
 * A person's word on one task: sign off, try again, skip, take a proposed solution, or mend it by hand. Gives the place
 * to mend it in, and null for every other word.
 */
export async function decideTask(
  context: RunContext,
  params: TaskParams,
  signal: AbortSignal,
): Promise<FixPlace | null> {
  const by = params.by ?? context.deps.environment.person();
  const state = taskState(context, params.task);
  switch (params.action) {
    case "done":
      await done(context, params, state, by, signal);
      return null;
    case "retry":
      await retry(context, state, by, params.note);
      return null;
    case "skip":
      await skip(context, state, by, params.reason);
      return null;
    case "solution":
      await takeSolution(context, state, by, params.solution);
      return null;
    case "fix":
      return startFix(context, state, by);
  }
}

async function done(
  context: RunContext,
  params: TaskParams,
  state: TaskState,
  by: string,
  signal: AbortSignal,
): Promise<void> {
  if (state.status === "claimed") {
    refuseEmptyNote(state.task_id, params.note);
    await context.recorder.append(by, [
      {
        type: "task.status",
        task_id: state.task_id,
        from: "claimed",
        to: "done",
        cause: "person",
        by,
        ...(params.note !== undefined && { reason: params.note }),
      },
    ]);
    return;
  }
  await signOffManualTask(context, { task: params.task, note: params.note, by }, signal);
}

/** Back to pending with a fresh count of attempts; what a person adds goes into the next attempt. */
async function retry(
  context: RunContext,
  state: TaskState,
  by: string,
  note: string | undefined,
): Promise<void> {
  const { status } = state;
  if (status !== "failed" && status !== "blocked" && status !== "skipped" && status !== "cancelled") {
    throw new MasterPlanError(
      "run.illegalTransition",
      `Task ${state.task_id} is ${status}; only a failed, blocked or skipped task is tried again`,
      {
        hint: "Wait for it, or send its change back with a reason",
      },
    );
  }
  const attempt = lastAttempt(context.recorder.state(), state);
  const feedback: NewEvent[] =
    note !== undefined && attempt !== null
      ? [
          {
            type: "attempt.feedback",
            attempt_id: attempt.id,
            task_id: state.task_id,
            source: "person",
            text: note,
          },
        ]
      : [];
  await context.recorder.append(by, [
    ...feedback,
    { type: "task.status", task_id: state.task_id, from: status, to: "pending", cause: "person", by },
  ]);
}

async function skip(
  context: RunContext,
  state: TaskState,
  by: string,
  reason: string | undefined,
): Promise<void> {
  if ((reason ?? "").trim() === "") {
    throw new MasterPlanError("usage.invalid", "Skipping a task needs a reason: it stays in the record", {
      hint: "Say why it is left out",
    });
  }
  const attempt = lastAttempt(context.recorder.state(), state);
  const open = attempt !== null && attempt.outcome === null;
  const edits = attemptWithEdits(context.recorder.state(), state);
  if (open && attempt.kind !== "manual") {
    throw new MasterPlanError("run.illegalTransition", `Task ${state.task_id} is being worked on`, {
      hint: "Pause the run first, then skip the task",
    });
  }
  await context.recorder.append(by, [
    ...(edits === null ? [] : await keptEdits(context, edits)),
    ...(open
      ? [
          {
            type: "attempt.finished",
            attempt_id: attempt.id,
            task_id: state.task_id,
            outcome: "cancelled",
          } satisfies NewEvent,
        ]
      : []),
    {
      type: "task.status",
      task_id: state.task_id,
      from: state.status,
      to: "skipped",
      cause: "person",
      by,
      ...(reason !== undefined && { reason }),
    },
  ]);
}

/** A proposed solution that only needs another try; one that changes the plan goes through an edit of the plan. */
async function takeSolution(
  context: RunContext,
  state: TaskState,
  by: string,
  id: string | undefined,
): Promise<void> {
  const { deps, recorder } = context;
  const analysed = deps.store
    .events(recorder.run)
    .flatMap(({ event }) =>
      event.type === "failure.analysed" && event.task_id === state.task_id ? [event.analysis] : [],
    )
    .at(-1);
  const proposed = analysed?.["proposed_solutions"];
  const solution = Array.isArray(proposed)
    ? (proposed as readonly unknown[]).find(
        (one) => typeof one === "object" && one !== null && "id" in one && one.id === id,
      )
    : undefined;
  if (typeof solution !== "object" || solution === null) {
    throw new MasterPlanError("usage.invalid", `Task ${state.task_id} has no proposed solution ${id ?? ""}`, {
      hint: "Look at the failure analysis in the log of the run",
    });
  }
  if ("action" in solution && solution.action === "create_dependency_task") {
    throw new MasterPlanError("usage.notYet", "This solution adds a task, which is a change of the plan", {
      hint: "Edit the plan and approve the new version",
    });
  }
  const text =
    "description" in solution && typeof solution.description === "string"
      ? solution.description
      : JSON.stringify(solution);
  await retry(context, state, by, text);
}
