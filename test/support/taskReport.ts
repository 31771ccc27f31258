import type { TaskReport } from "../../src/engine/runReports";

/** The report of a task that nobody has begun. */
export function taskReport(task_id: string, over: Partial<TaskReport> = {}): TaskReport {
  return {
    task_id,
    title: `Task ${task_id}`,
    status: "pending",
    attempts: 0,
    max_attempts: 3,
    reason: null,
    commit: null,
    worked_ms: 0,
    evidence: [],
    feedback: [],
    sign_offs: [],
    subtasks: {},
    ...over,
  };
}
