import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020";
import type { JsonObject, JsonValue } from "../json";
import { err, ok, type Result } from "../result";
import { checkPlanRules } from "./lint/checkPlanRules";
import { inspectJson } from "./lint/inspectJson";
import { pointerTo } from "./lint/jsonPointer";
import type { ClaimedState, Plan, PlanFault } from "./plan";
import { planSchema } from "./planSchema";
import { separateFields } from "./separateFields";

/** A plan together with the run state that its file carried. */
export interface ParsedPlan {
  readonly plan: Plan;
  /** What the file said was already done; null when it said nothing. */
  readonly claimed: ClaimedState | null;
}

/** More faults than this help nobody; the last one says how many were left out. */
const maxFaults = 100;

/** Keywords that judge a value without saying anything about the shape around it. */
const valueKeywords: ReadonlySet<string> = new Set([
  "enum",
  "const",
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
]);

/** The compiled schema, kept because compiling takes longer than checking. It never changes. */
let compiled: ValidateFunction | undefined;

/**
 * The one way into a `Plan`: shape first, then the rules that no schema can say. Unknown fields move to `extra`, run
 * state to `claimed`; nothing else is changed, so the hash of a plan does not depend on the way in.
 */
export function parsePlan(value: unknown): Result<ParsedPlan, PlanFault[]> {
  const json = inspectJson(value);
  if (!json.ok) return err([json.error]);
  const { content, claimed } = separateFields(unwrapHierarchy(json.value));
  compiled ??= new Ajv2020({ allErrors: true, allowUnionTypes: true, strictRequired: false }).compile(
    planSchema,
  );
  const plan = content as unknown as Plan;
  if (!compiled(content)) {
    const errors = compiled.errors ?? [];
    // Where only values are wrong the shape holds, and the rules can be looked at in the same go.
    const rules = errors.every((error) => valueKeywords.has(error.keyword)) ? checkPlanRules(plan) : [];
    return err(capped([...errors.map(describe), ...rules]));
  }
  const faults = checkPlanRules(plan);
  return faults.length > 0 ? err(capped(faults)) : ok({ plan, claimed });
}

/** Files in the layout of the reference keep the phases one level down. */
function unwrapHierarchy(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { masterplan_hierarchy: hierarchy, ...rest } = value as JsonObject;
  if (typeof hierarchy !== "object" || hierarchy === null || Array.isArray(hierarchy) || "phases" in rest)
    return value;
  return { ...rest, ...(hierarchy as JsonObject) };
}

function capped(faults: readonly PlanFault[]): PlanFault[] {
  if (faults.length <= maxFaults) return [...faults];
  const more = faults.length - maxFaults;
  return [
    ...faults.slice(0, maxFaults),
    { pointer: "", code: "plan.more", message: `${more} more faults of this kind` },
  ];
}

function describe(error: ErrorObject): PlanFault {
  const at = { pointer: error.instancePath, code: `plan.${error.keyword}` };
  const what = error.instancePath === "" ? "The plan" : (error.instancePath.split("/").at(-1) ?? "The value");
  const parameters = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case "required": {
      const missing = String(parameters["missingProperty"]);
      return {
        ...at,
        pointer: pointerTo(error.instancePath, missing),
        message: `The field ${missing} is missing`,
      };
    }
    case "type":
      return {
        ...at,
        message:
          error.instancePath === ""
            ? `The plan must be of type ${String(parameters["type"])}`
            : `${what} must be of type ${String(parameters["type"])}`,
      };
    case "enum":
      return {
        ...at,
        message: `${what} must be one of ${(parameters["allowedValues"] as readonly string[]).join(", ")}`,
      };
    case "const":
      return { ...at, message: `${what} must be ${JSON.stringify(parameters["allowedValue"])}` };
    case "minLength":
    case "minItems":
      return { ...at, message: `${what} must not be empty` };
    case "pattern":
      return { ...at, message: `${what} must be 1 to 100 characters without spaces` };
    case "minimum":
      return { ...at, message: `${what} must be at least ${String(parameters["limit"])}` };
    case "maximum":
      return { ...at, message: `${what} must be at most ${String(parameters["limit"])}` };
    case "maxLength":
      return { ...at, message: `${what} must have at most ${String(parameters["limit"])} characters` };
    default:
      return { ...at, message: `${what} ${error.message ?? "is not as expected"}` };
  }
}
