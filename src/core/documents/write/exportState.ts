import type { ClaimedState, Task } from "../../plan/plan";
import type { Run } from "../../run/run";

/** What is known about the work of a plan when it is written down. */
export interface ExportState {
  readonly claimed: ClaimedState | null;
  readonly run: Run | null;
}

export type WrittenState = "open" | "in_progress" | "partial" | "done" | "blocked" | "skipped" | "failed";

/** How a task stands: what its run says, else what its document claimed. */
export function writtenState(
  task: Task,
  state: ExportState,
): { readonly state: WrittenState; readonly at?: string; readonly note?: string } {
  const running = state.run?.tasks.get(task.task_id);
  const claimed = state.claimed === null ? undefined : ownValue(state.claimed.tasks, task.task_id);
  if (running === undefined || running.status === "claimed") {
    return claimed ?? { state: "open" };
  }
  const last = running.history.at(-1);
  const at = last === undefined ? {} : { at: isoMinute(last.at) };
  switch (running.status) {
    case "done":
      return { state: "done", ...at };
    case "failed":
    case "blocked":
      return { state: running.status, ...at, ...(running.reason === null ? {} : { note: running.reason }) };
    case "skipped":
    case "cancelled":
      return { state: "skipped", ...at, ...(running.reason === null ? {} : { note: running.reason }) };
    case "pending":
      return { state: "open" };
    default:
      return { state: "in_progress", ...at };
  }
}

/** Minutes are enough for a person: 2025-10-13T19:00Z. */
export function isoMinute(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16)}Z`;
}

function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
