import type { JsonObject, JsonValue } from "../../core/json";
import type { AcceptanceCriterion, Plan } from "../../core/plan/plan";
import type { CriterionState, PlanFact } from "../../protocol/planView";

/** The parts of a plan that a page shows as short lists; parts without content are left out. */
export function planFacts(plan: Plan): PlanFact[] {
  const facts: readonly PlanFact[] = [
    { kind: "in_scope", items: plan.scope?.in ?? [] },
    { kind: "out_of_scope", items: plan.scope?.out ?? [] },
    { kind: "stack", items: stackOf(plan.stack) },
    { kind: "rules", items: (plan.business_logic?.rules ?? []).map(sentenceOf) },
    { kind: "entities", items: (plan.entities ?? []).map(sentenceOf) },
    { kind: "approach", items: plan.technical_approach === undefined ? [] : [plan.technical_approach] },
    { kind: "constraints", items: plan.context?.constraints ?? [] },
    { kind: "documentation", items: plan.documentation_updates ?? [] },
    { kind: "rollback", items: (plan.rollback ?? []).map((step) => step.description) },
  ];
  return facts.filter(({ items }) => items.length > 0);
}

export function criteriaOf(criteria: readonly AcceptanceCriterion[] | undefined): CriterionState[] {
  return (criteria ?? []).map((criterion) =>
    typeof criterion === "string"
      ? { text: criterion, check: null }
      : { text: criterion.text, check: criterion.check ?? null },
  );
}

/** Any value of a plan as one line for a person: the field that names it first, then what else it says. */
export function sentenceOf(value: JsonValue): string {
  if (value === null) return "";
  if (typeof value !== "object") return String(value);
  if (isList(value)) return value.map(sentenceOf).join(", ");
  const name = ["name", "rule", "title", "term", "text"].map((key) => value[key]).find(isText);
  const rest = ["description", "rule", "statement", "purpose"].map((key) => value[key]).find(isText);
  if (name !== undefined) return rest === undefined || rest === name ? name : `${name}: ${rest}`;
  return rest ?? entriesOf(value).join(", ");
}

/** `key: value` lines of an object. */
export function entriesOf(value: JsonObject | undefined): string[] {
  return Object.entries(value ?? {})
    .map(([key, item]) => [key.replaceAll("_", " "), item === undefined ? "" : sentenceOf(item)] as const)
    .filter(([, text]) => text !== "")
    .map(([key, text]) => `${key}: ${text}`);
}

/** `Node 22.18 or newer (runtime)`; parts that are written otherwise stay `key: value`. */
function stackOf(stack: JsonObject | undefined): string[] {
  return Object.entries(stack ?? {}).flatMap(([key, part]) => {
    if (part === undefined || part === null) return [];
    if (typeof part !== "object" || isList(part)) return entriesOf({ [key]: part });
    const name = textField(part, "framework", "name", "language", "tool");
    const version = textField(part, "version");
    const known = (name === "" ? 0 : 1) + (version === "" ? 0 : 1);
    if (name === "" || known !== Object.keys(part).length) return entriesOf({ [key]: part });
    return [`${[name, version].filter((text) => text !== "").join(" ")} (${key.replaceAll("_", " ")})`];
  });
}

/** The first of the fields that holds text; `""` when none does. */
export function textField(value: JsonObject, ...names: readonly string[]): string {
  return names.map((name) => value[name]).find(isText) ?? "";
}

/** What a JSON pointer into a plan points at, by the id a person knows. */
export function placeOf(plan: Plan, pointer: string): string {
  const [, root, phaseAt, , milestoneAt, , taskAt] = pointer.split("/");
  if (root !== "phases") return (root ?? pointer).replaceAll("_", " ");
  const phase = plan.phases[Number(phaseAt)];
  const task = phase?.milestones[Number(milestoneAt)]?.tasks[Number(taskAt)];
  return task?.task_id ?? phase?.name ?? pointer;
}

/** Where a plan file writes a task or phase down, by its id; the beginning when it does not. */
export function offsetOfNode(text: string, id: string): number {
  const written = JSON.stringify(id);
  const found = [...text.matchAll(/"(?:task|phase)_id"\s*:\s*("(?:[^"\\]|\\.)*")/gu)].find(
    ([, value]) => value === written,
  );
  return found?.index ?? 0;
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value !== "";
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
