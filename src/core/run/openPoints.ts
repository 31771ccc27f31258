import { criteriaState, toCriterion } from "../change/criteriaState";
import { tasksOf, type AcceptanceCriterion, type Plan } from "../plan/plan";
import type { Translate } from "../translate";
import type { Evidence } from "../validation/evidence";
import type { Run } from "./run";

/**
 * What stands between a carried out plan and the word completed, a sentence each: criteria of the plan and its
 * milestones that no check proved, gates that only a person can confirm, documents to update, and tasks that are
 * claimed done. `evidence` is what the gates of the plan said.
 */
export function openPoints(
  run: Run,
  plan: Plan,
  evidence: readonly Evidence[],
  translate: Translate,
): readonly string[] {
  const landed = latestEvidence(run);
  const open = (criteria: readonly AcceptanceCriterion[] | undefined, gate: readonly Evidence[]) =>
    criteriaState((criteria ?? []).map(toCriterion), withLatest(landed, gate), [])
      .filter((one) => one.state === "open")
      .map((one) => one.text);
  const points = plan.phases.flatMap((phase) => {
    const said = run.phases.get(phase.phase_id)?.evidence ?? [];
    return phase.milestones.flatMap((milestone) => open(milestone.acceptance_criteria, said));
  });
  points.push(...open(plan.acceptance_criteria, evidence));
  for (const gate of plan.quality_gates ?? []) {
    // A gate of tasks asks for its waiver at each review.
    if (gate.command === undefined && gate.when !== "task") points.push(gate.expectation ?? gate.gate);
  }
  for (const update of plan.documentation_updates ?? []) points.push(translate("Document: {0}", update));
  for (const { task } of tasksOf(plan)) {
    if (run.tasks.get(task.task_id)?.status === "claimed") {
      points.push(translate("{0} is claimed done and was not proved", `${task.task_id} ${task.title}`));
    }
  }
  return [...new Set(points)];
}

/** The last word of each check on work that was landed. */
function latestEvidence(run: Run): ReadonlyMap<string, Evidence> {
  const latest = new Map<string, Evidence>();
  for (const task of run.tasks.values()) {
    const last = task.attempt_ids.at(-1);
    if (task.status !== "done" || last === undefined) continue;
    for (const one of run.attempts.get(last)?.evidence ?? []) latest.set(one.check, one);
  }
  return latest;
}

function withLatest(landed: ReadonlyMap<string, Evidence>, gate: readonly Evidence[]): readonly Evidence[] {
  return [...new Map([...landed, ...gate.map((one) => [one.check, one] as const)]).values()];
}
