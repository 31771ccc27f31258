import type { MasterPlanError } from "./errors";
import { faultLine } from "./plan/lint/faultText";
import type { PlanFault } from "./plan/plan";
import type { Translate } from "./translate";

/** What failed, in the person's language; of a file with faults the first one, with its place. */
export function errorSentence(error: MasterPlanError, t: Translate): string {
  const [first, ...more] = faultsOf(error);
  const name = error.details["name"];
  if (first === undefined || typeof name !== "string") return t(error.message);
  const rest = more.length === 0 ? "" : ` (${t("and {0} more", more.length)})`;
  return faultLine(name, first, t) + rest;
}

/** The faults besides the one that `errorSentence` names, one line each with their place; 20 at most. */
export function furtherFaults(error: MasterPlanError, t: Translate): readonly string[] {
  const faults = faultsOf(error);
  return (typeof error.details["name"] === "string" ? faults.slice(1) : faults)
    .slice(0, 20)
    .map((fault) => faultLine("", fault, t));
}

/** Faults of a plan or document; the error may come from another process. */
function faultsOf(error: MasterPlanError): readonly PlanFault[] {
  const faults = error.details["faults"];
  return Array.isArray(faults) ? faults.filter(isFault) : [];
}

function isFault(value: unknown): value is PlanFault {
  return (
    typeof value === "object" &&
    value !== null &&
    "message" in value &&
    typeof value.message === "string" &&
    "pointer" in value &&
    typeof value.pointer === "string"
  );
}
