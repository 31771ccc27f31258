import type { Plan, PlanFault, Predicate } from "./plan";
import { tasksWithPointers } from "./tasksWithPointers";

/** The predicate types that can be checked, with the fields each one needs. */
export const predicateFields = {
  file_exists: ["path"],
  file_absent: ["path"],
  directory_exists: ["path"],
  pattern_present: ["path", "pattern"],
  pattern_absent: ["path", "pattern"],
  class_available: ["class", "from"],
  export_available: ["name", "from"],
  import_available: ["module"],
  syntax_valid: ["file"],
  imports_resolve: ["file"],
  json_path: ["path", "pointer"],
  table_defined: ["table"],
  has_primary_key: ["model"],
  command_succeeds: ["command"],
} as const satisfies Readonly<Record<string, readonly (keyof Predicate)[]>>;

export type PredicateType = keyof typeof predicateFields;

export function isPredicateType(type: string): type is PredicateType {
  return Object.hasOwn(predicateFields, type);
}

/** Faults for predicates of a known type that lack a field of it. Unknown types are kept and never pass. */
export function checkPredicates(plan: Plan): PlanFault[] {
  const faults: PlanFault[] = [];
  const check = (predicates: readonly Predicate[] | undefined, pointer: string): void => {
    predicates?.forEach((predicate, i) => {
      if (!isPredicateType(predicate.type)) return;
      for (const field of predicateFields[predicate.type]) {
        if (predicate[field] !== undefined) continue;
        faults.push({
          pointer: `${pointer}/${i}/${field}`,
          code: "plan.predicate",
          message: `A predicate of type ${predicate.type} needs the field ${field}`,
        });
      }
      const fault = patternFault(predicate, `${pointer}/${i}/pattern`);
      if (fault !== null) faults.push(fault);
    });
  };
  plan.phases.forEach((phase, p) =>
    check(phase.checkpoint?.predicates, `/phases/${p}/checkpoint/predicates`),
  );
  for (const { task, pointer } of tasksWithPointers(plan)) {
    check(task.preconditions, `${pointer}/preconditions`);
    check(task.postconditions, `${pointer}/postconditions`);
  }
  return faults;
}

function patternFault(predicate: Predicate, pointer: string): PlanFault | null {
  if (predicate.pattern === undefined) return null;
  try {
    new RegExp(predicate.pattern, "u");
    return null;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { pointer, code: "plan.pattern", message: `The pattern is no regular expression: ${why}` };
  }
}
