import type { AcceptanceCriterion } from "../plan/plan";
import type { Evidence } from "../validation/evidence";

export interface Criterion {
  readonly id: string | null;
  readonly text: string;
  /** The check that the plan says proves it; null when it names none. */
  readonly check: string | null;
}

export interface CriterionState {
  readonly text: string;
  /** `proved` by a check that passed, `signed_off` by a person, else `open`. */
  readonly state: "proved" | "signed_off" | "open";
  readonly check: string | null;
}

export function toCriterion(criterion: AcceptanceCriterion): Criterion {
  if (typeof criterion === "string") return { id: null, text: criterion, check: null };
  return { id: criterion.id ?? null, text: criterion.text, check: criterion.check ?? null };
}

/**
 * Where each criterion stands. A check proves it if the plan ties the two together, or if its evidence names the
 * criterion; a check that did not pass proves nothing, and a sign-off never becomes machine proof.
 */
export function criteriaState(
  criteria: readonly Criterion[],
  evidence: readonly Evidence[],
  signOffs: readonly { readonly criterion: string }[],
): CriterionState[] {
  const signed = new Set(signOffs.map((signOff) => signOff.criterion));
  return criteria.map((criterion) => {
    const concerned = evidence.filter((item) => concerns(item, criterion));
    const proved = concerned.length > 0 && concerned.every((item) => item.status === "passed");
    const check = criterion.check ?? concerned[0]?.check ?? null;
    if (proved) return { text: criterion.text, state: "proved", check };
    const isSigned = signed.has(criterion.text) || (criterion.id !== null && signed.has(criterion.id));
    return { text: criterion.text, state: isSigned ? "signed_off" : "open", check };
  });
}

function concerns(evidence: Evidence, criterion: Criterion): boolean {
  if (criterion.check !== null && evidence.check === criterion.check) return true;
  const names = evidence.proves ?? [];
  return names.includes(criterion.text) || (criterion.id !== null && names.includes(criterion.id));
}
