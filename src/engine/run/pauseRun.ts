import type { JsonObject } from "../../core/json";
import type { Run } from "../../core/run/run";
import { isSettled } from "../../core/run/transitions";
import type { RunContext } from "./runContext";

/**
 * Records a pause together with a snapshot of where every task stands. What is under way is stopped by whoever calls;
 * a crash afterwards leaves the run paused.
 */
export async function pauseRun(
  context: Pick<RunContext, "deps" | "recorder">,
  how: { readonly reason: string; readonly by: string; readonly canResume: boolean },
): Promise<void> {
  const { deps, recorder } = context;
  const run = recorder.state();
  if (run.status === "paused") return;
  const tasks: JsonObject = Object.fromEntries(
    [...run.tasks.values()].map((task) => [task.task_id, task.status]),
  );
  await recorder.append(
    how.by,
    [{ type: "run.paused", reason: how.reason, by: how.by, can_resume: how.canResume }],
    [
      {
        kind: "snapshot.put",
        row: {
          id: `s_${deps.ids.ulid()}`,
          plan_id: run.plan_id,
          run_id: run.id,
          paused_at: deps.clock.now(),
          paused_by: how.by,
          reason: how.reason,
          tasks_state: tasks,
          in_progress_tasks: [...run.tasks.values()]
            .filter((task) => task.status === "in_progress")
            .map((task) => task.task_id),
          scratchpad_state: scratchpadOf(run),
          can_resume: how.canResume,
          resumed_at: null,
        },
      },
    ],
  );
}

/** What each open task has gathered so far for its next attempt; null when none has anything. */
function scratchpadOf(run: Run): JsonObject | null {
  const notes = [...run.tasks.values()]
    .filter((task) => !isSettled(task.status) && (task.feedback.length > 0 || task.kept !== null))
    .map((task) => [task.task_id, { feedback: task.feedback, kept: task.kept }] as const);
  return notes.length === 0 ? null : (Object.fromEntries(notes) as unknown as JsonObject);
}
