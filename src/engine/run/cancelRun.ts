import { attemptWithEdits } from "../../core/run/attemptInHands";
import type { NewEvent } from "../../core/run/runEvent";
import { isSettled } from "../../core/run/transitions";
import type { EngineDeps } from "../engineDeps";
import { keptEdits } from "../review/fixWorktree";
import { cutCalls } from "./recovery";
import type { RunRecorder } from "./runRecorder";

/** Records that a run ends unfinished: its open tasks are cancelled, and what a person wrote for one of them is kept. */
export async function recordCancel(
  deps: EngineDeps,
  recorder: RunRecorder,
  reason: string,
  by: string,
): Promise<void> {
  const state = recorder.state();
  const open = [...state.tasks.values()].filter((task) => !isSettled(task.status));
  const edits = open.flatMap((task) => attemptWithEdits(state, task) ?? []);
  const kept = await Promise.all(edits.map((attempt) => keptEdits({ deps }, attempt)));
  await recorder.append(by, [
    ...kept.flat(),
    ...cutCalls(state),
    ...open.map((task): NewEvent => ({
      type: "task.status",
      task_id: task.task_id,
      from: task.status,
      to: "cancelled",
      cause: "person",
      by,
      reason,
    })),
    { type: "run.cancelled", reason, by },
  ]);
}
