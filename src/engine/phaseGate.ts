import { MasterPlanError } from "../core/errors";
import type { Phase } from "../core/plan/plan";
import { blocks, type Evidence } from "../core/validation/evidence";
import { baseCommit, validationPorts, type RunContext } from "./runContext";
import { validateGate } from "./validator";

/**
 * The end of a phase: its checkpoint and quality gates run on the state that was landed. Passing opens an `auto` gate;
 * a `person` gate waits for GO or NO-GO either way; a failure is a NO-GO that a person can overrule.
 */
export async function checkPhase(context: RunContext, phaseId: string, signal: AbortSignal): Promise<void> {
  const { recorder } = context;
  const phase = context.phaseSpecs.get(phaseId);
  if (phase === undefined) throw new MasterPlanError("internal", `The plan has no phase ${phaseId}`);
  const evidence = hasCheckpoint(context, phase) ? await runGate(context, phase, signal) : [];
  if (signal.aborted) return;
  const broken = evidence.filter(blocks);
  const reason = broken.map((one) => `${one.check}: ${one.summary}`).join("; ");
  const state = phase.gate === "person" ? "waiting" : broken.length === 0 ? "go" : "no_go";
  await recorder.append("validator", [
    {
      type: "phase.gate",
      phase_id: phaseId,
      state,
      by: "validator",
      evidence,
      ...(reason !== "" && { reason }),
    },
  ]);
}

/** Gates of the whole plan, before it may be called completed; the sentence of the first that fails, or null. */
export async function checkPlanGates(context: RunContext, signal: AbortSignal): Promise<string | null> {
  const gates = (context.plan.quality_gates ?? []).filter(
    (gate) => (gate.when ?? "plan") === "plan" && gate.command !== undefined,
  );
  if (gates.length === 0) return null;
  const evidence = await runGate(context, null, signal);
  const broken = evidence.find(blocks);
  return broken === undefined ? null : `${broken.check}: ${broken.summary}`;
}

function hasCheckpoint(context: RunContext, phase: Phase): boolean {
  const own = (phase.checkpoint?.commands ?? []).length + (phase.checkpoint?.predicates ?? []).length;
  const gates = (context.plan.quality_gates ?? []).some(
    (gate) => gate.when === "phase" && gate.command !== undefined,
  );
  return own > 0 || gates;
}

async function runGate(
  context: RunContext,
  phase: Phase | null,
  signal: AbortSignal,
): Promise<readonly Evidence[]> {
  const { deps, recorder } = context;
  const place = `${recorder.run}_${phase?.phase_id ?? "plan"}_gate`;
  const worktree = await deps.git.openWorktree(place, await baseCommit(context, place));
  try {
    return await validateGate(
      {
        ...validationPorts(context, deps.filesAt(worktree.path)),
        plan: context.plan,
        phase,
        checks: context.checks,
      },
      signal,
      () => undefined,
    );
  } finally {
    await deps.git.releaseWorktree(place);
  }
}
