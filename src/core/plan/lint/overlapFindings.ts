import type { Translate } from "../../translate";
import type { Finding, Plan } from "../plan";
import { tasksOf } from "../plan";
import { taskWrites } from "../planFiles";
import type { TaskGraph } from "../taskGraph";

/** Two tasks of one parallel group that write one file: they cannot run side by side, and may undo each other. */
export function overlapFindings(plan: Plan, graph: TaskGraph, translate: Translate): Finding[] {
  const tasks = new Map(tasksOf(plan).map(({ task }) => [task.task_id, task]));
  return graph.layers.flatMap((layer) => {
    const writers = new Map<string, string>();
    return layer.flatMap((id) => {
      const task = tasks.get(id);
      if (task === undefined) return [];
      return taskWrites(task).flatMap((file) => {
        const other = writers.get(file);
        writers.set(file, other ?? id);
        if (other === undefined || other === id) return [];
        const message = translate(
          "Writes {0} at the same time as {1}; make one depend on the other",
          file,
          other,
        );
        return [{ code: "same_file", task_id: id, message }];
      });
    });
  });
}
