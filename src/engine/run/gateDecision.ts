import type { NewEvent } from "../../core/run/runEvent";
import { MasterPlanError } from "../../core/errors";
import type { Run } from "../../core/run/run";
import type { GateParams } from "../personDecisions";
import type { RunRecorder } from "./runRecorder";

/** Records a person's GO or NO-GO on a gate that waits: of a phase, or of the whole run by the plan's id. */
export async function decideGate(
  recorder: RunRecorder,
  params: GateParams,
  by: string,
): Promise<"go" | "no_go"> {
  const run = recorder.state();
  const { phase: id, reason } = params;
  const isEnd = id === run.plan_id;
  const gate = isEnd ? run.end?.state : run.phases.get(id)?.gate;
  if (gate === undefined && !isEnd) {
    throw new MasterPlanError("usage.invalid", `The plan has no phase ${id}`, {
      hint: "Look at the status of the run for what waits",
    });
  }
  if (gate !== "waiting" && gate !== "no_go") {
    throw new MasterPlanError(
      "review.notOpen",
      isEnd ? "The end of the run does not wait for a decision" : `Phase ${id} does not wait for a decision`,
      { hint: "Look at the status of the run for what waits" },
    );
  }
  if (!params.go && (reason ?? "").trim() === "") {
    throw new MasterPlanError("usage.invalid", "A NO-GO needs a reason", {
      hint: "Say what has to change first: it stays in the record",
    });
  }
  const state = params.go ? "go" : "no_go";
  const word = { state, by, ...(reason !== undefined && { reason }) } as const;
  await recorder.append(by, [
    isEnd
      ? { type: "run.gate", plan_id: run.plan_id, ...word }
      : { type: "phase.gate", phase_id: id, ...word },
  ]);
  return state;
}

/** A NO-GO is asked again when the run goes on: the person may have mended what it complained about. */
export function gatesAskedAgain(run: Run, by: string): readonly NewEvent[] {
  const events: NewEvent[] = [];
  for (const phase of run.phases.values()) {
    if (phase.gate === "no_go")
      events.push({ type: "phase.gate", phase_id: phase.phase_id, state: "none", by });
  }
  if (run.end?.state === "no_go") events.push({ type: "run.gate", plan_id: run.plan_id, state: "none", by });
  return events;
}
