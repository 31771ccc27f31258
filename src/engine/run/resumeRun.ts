import type { NewEvent } from "../../core/run/runEvent";
import { MasterPlanError } from "../../core/errors";
import type { EngineDeps } from "../engineDeps";
import type { RunParams } from "../masterPlan";
import { changedOptions } from "../review/changedOptions";
import { movedTip } from "../review/movedTip";
import { gatesAskedAgain } from "./gateDecision";
import { pauseRun } from "./pauseRun";
import { snapshotUsed } from "./pauseSnapshot";
import type { RunRecorder } from "./runRecorder";

/** Refuses options that a run cannot take any more, or that name nothing of its plan; before anything is changed. */
export function refuseOptions(deps: EngineDeps, recorder: RunRecorder, options: Partial<RunParams>): void {
  const run = recorder.state();
  if (options.target !== undefined && options.target !== run.options.target) {
    throw new MasterPlanError("usage.invalid", `Run ${run.id} lands on target ${run.options.target}`, {
      hint: "A run keeps the target it began with; cancel it and start a new one for another",
    });
  }
  const phases = deps.store.version(run.plan_id, run.version)?.plan.phases ?? [];
  if (options.until_phase !== undefined && !phases.some((phase) => phase.phase_id === options.until_phase)) {
    throw new MasterPlanError("usage.invalid", `The plan has no phase ${options.until_phase}`);
  }
}

/** New options for a run that is under way. False when none were named. */
export async function recordOptions(
  recorder: RunRecorder,
  by: string,
  options: Partial<RunParams>,
): Promise<boolean> {
  const changed = changedOptions(options);
  if (Object.keys(changed).length === 0) return false;
  await recorder.append(by, [{ type: "run.resumed", by, options: changed }]);
  return true;
}

/** Records that a run which rests goes on, with whatever changed about it: its options, its tip, gates to ask again. */
export async function recordResumed(
  deps: EngineDeps,
  recorder: RunRecorder,
  by: string,
  options: Partial<RunParams>,
): Promise<void> {
  const state = recorder.state();
  const tip = await movedTip(deps, recorder);
  const events: NewEvent[] = [];
  // A run that waits takes up a commit of the person's own in the same way as one that paused because of it.
  if (tip !== null && state.status !== "paused") {
    await pauseRun({ deps, recorder }, { reason: "head_moved", by, canResume: true });
  }
  const changed = changedOptions(options);
  if (recorder.state().status === "paused" || Object.keys(changed).length > 0) {
    events.push({ type: "run.resumed", by, ...(tip !== null && { tip }), options: changed });
  }
  events.push(...gatesAskedAgain(state, by));
  if (events.length > 0) {
    await recorder.append(by, events, snapshotUsed(deps.store, recorder.state(), deps.clock.now()));
  }
}
