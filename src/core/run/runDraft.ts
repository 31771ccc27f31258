import { MasterPlanError } from "../errors";
import type { AttemptId } from "../ids";
import type { LayeredMap } from "./layeredMap";
import type { Attempt, Intent, PhaseState, Run, TaskState } from "./run";
import type { RunEvent } from "./runEvent";

/** A run that the reducer may write to; nobody else ever sees one. */
export type RunDraft = { -readonly [K in keyof Run]: Run[K] } & {
  tasks: LayeredMap<string, TaskState>;
  phases: LayeredMap<string, PhaseState>;
  attempts: LayeredMap<AttemptId, Attempt>;
  intents: LayeredMap<string, Intent>;
};

export function taskOf(run: RunDraft, id: string, event: RunEvent): TaskState {
  const task = run.tasks.get(id);
  if (task === undefined) throw illegal(event, `the plan has no task ${id}`);
  return task;
}

export function illegal(event: RunEvent, why: string): MasterPlanError {
  return new MasterPlanError("run.illegalTransition", `Event ${event.type} was refused: ${why}`, {
    details: { event },
  });
}
