import type { Task } from "../core/plan/plan";
import type { RunContext } from "./runContext";

/** Keeps a finished task as an example: what learning will need later, from the first day. */
export async function exampleLesson(context: RunContext, task: Task): Promise<void> {
  const { deps, recorder } = context;
  const run = recorder.state();
  const state = run.tasks.get(task.task_id);
  if (state === undefined) return;
  const at = deps.clock.now();
  await deps.store.commit({
    at,
    actor: "executor",
    correlation_id: run.id,
    changes: [
      {
        kind: "lesson.add",
        row: {
          id: `l_${deps.ids.ulid()}`,
          plan_id: run.plan_id,
          run_id: run.id,
          task_id: task.task_id,
          kind: "example",
          signature: null,
          root_cause: null,
          context: {
            title: task.title,
            task_type: task.task_type,
            attempts: state.attempt_ids.length,
            commit: state.commit,
          },
          missing: null,
          solution: state.feedback.at(-1)?.text ?? null,
          worked_ms: state.worked_ms,
          at,
        },
      },
    ],
  });
}
