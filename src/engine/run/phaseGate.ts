import { MasterPlanError } from "../../core/errors";
import type { AcceptanceCriterion, Phase, Plan, QualityGate } from "../../core/plan/plan";
import { blocks, type Evidence } from "../../core/validation/evidence";
import { DependencyInstall } from "../attempt/dependencyInstall";
import { baseCommit, validationPorts, type RunContext } from "./runContext";
import { validateGate } from "../validation/validator";

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

/** What the gates of the whole plan say, and the checks that its criteria name; empty when it has neither. */
export async function checkPlanGates(context: RunContext, signal: AbortSignal): Promise<readonly Evidence[]> {
  const { plan } = context;
  const gates = withCommand(plan).some((gate) => (gate.when ?? "plan") === "plan");
  if (!gates && !namesCheck(plan.acceptance_criteria)) return [];
  return runGate(context, null, signal);
}

function hasCheckpoint(context: RunContext, phase: Phase): boolean {
  const own = (phase.checkpoint?.commands ?? []).length + (phase.checkpoint?.predicates ?? []).length;
  const gates = withCommand(context.plan).some((gate) => gate.when === "phase");
  const criteria = phase.milestones.some((milestone) => namesCheck(milestone.acceptance_criteria));
  return own > 0 || gates || criteria;
}

/** Gates that a machine can look at; the others are confirmed by a person at the end of the run. */
function withCommand(plan: Plan): readonly QualityGate[] {
  return (plan.quality_gates ?? []).filter((gate) => gate.command !== undefined);
}

function namesCheck(criteria: readonly AcceptanceCriterion[] | undefined): boolean {
  return (criteria ?? []).some((one) => typeof one !== "string" && one.check !== undefined);
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
    const files = deps.filesAt(worktree.path);
    const install = new DependencyInstall(context, { worktree, files, task: null, accepted: true });
    const obstacle = await install.ensure(signal);
    if (obstacle !== null) return install.evidence;
    const said = await validateGate(
      {
        ...validationPorts(context, files),
        plan: { ...context.plan, quality_gates: withCommand(context.plan) },
        phase,
        checks: context.checks,
      },
      signal,
      () => undefined,
    );
    return [...install.evidence, ...said];
  } finally {
    await deps.git.releaseWorktree(place);
  }
}
