import type { Translate } from "../../translate";
import { parsePlanText } from "../parsePlanText";
import type { Finding, PlanFault } from "../plan";
import { readiness, type ReadinessContext } from "./readiness";

/** Faults make the text no plan; findings are for a person to weigh. Findings are only there without faults. */
export interface PlanLint {
  readonly faults: readonly PlanFault[];
  readonly findings: readonly Finding[];
}

export function lintPlan(text: string, translate: Translate, context: ReadinessContext = {}): PlanLint {
  const parsed = parsePlanText(text);
  if (!parsed.ok) return { faults: parsed.error, findings: [] };
  return { faults: [], findings: readiness(parsed.value.plan, translate, context) };
}
