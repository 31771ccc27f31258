import type { NewEvent } from "../../core/run/runEvent";
import type { AttemptId } from "../../core/ids";
import { taskState } from "../attempt/openAttempt";
import type { RunContext } from "../run/runContext";

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
  const { tip } = recorder.state();
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
      handOut(context, taskId, { id, base, tip, worktree: null }),
    ]),
  );
}

/** Where a person's work is measured from, and the folder it is done in: null for their own tree. */
export interface HandPlace {
  readonly id: AttemptId;
  readonly base: string;
  readonly tip: string | null;
  readonly worktree: string | null;
  /** The attempt whose change lies in the worktree from the start. */
  readonly starts_with?: AttemptId;
}

export function handOut(context: RunContext, taskId: string, place: HandPlace): NewEvent {
  const { id, ...rest } = place;
  return {
    type: "attempt.started",
    attempt_id: id,
    task_id: taskId,
    number: taskState(context, taskId).attempt_ids.length + 1,
    kind: "manual",
    ...rest,
  };
}
