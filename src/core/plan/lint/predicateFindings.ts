import type { Translate } from "../../translate";
import { tasksOf, type Finding, type Plan, type Predicate } from "../plan";
import { isPredicateType, predicateFields } from "../predicateFields";

/** Predicates of a type that nothing can check: they never pass, so a person would have to do without each. */
export function predicateFindings(plan: Plan, translate: Translate): readonly Finding[] {
  const known = Object.keys(predicateFields).join(", ");
  const unknown = (predicates: readonly Predicate[] | undefined): readonly string[] => [
    ...new Set((predicates ?? []).map(({ type }) => type).filter((type) => !isPredicateType(type))),
  ];
  const said = (type: string) => ({
    code: "unknown_predicate",
    message: translate("Nothing can check a predicate of type {0}; known are {1}", type, known),
  });
  return [
    ...tasksOf(plan).flatMap(({ task }) =>
      unknown([...(task.preconditions ?? []), ...(task.postconditions ?? [])]).map((type) => ({
        ...said(type),
        task_id: task.task_id,
      })),
    ),
    ...plan.phases.flatMap((phase) =>
      unknown(phase.checkpoint?.predicates).map((type) => ({ ...said(type), phase_id: phase.phase_id })),
    ),
  ];
}
