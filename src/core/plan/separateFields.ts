import type { JsonObject, JsonValue } from "../json";
import { ClaimedCollector, isDerivedField, isStateField } from "./claimedFields";
import type { ClaimedState } from "./plan";
import { planSchema } from "./planSchema";

type NodeKind = Parameters<ClaimedCollector["add"]>[0];

const kinds: Readonly<Record<string, NodeKind>> = {
  "#/$defs/phase": "phase",
  "#/$defs/milestone": "milestone",
  "#/$defs/task": "task",
  "#/$defs/subtask": "subtask",
};

/**
 * Sorts the fields of a plan into content, unknown fields (under `extra` of their object) and run state. Works along
 * the schema on any JSON value, valid or not, so that what is wrong keeps its place for the faults.
 */
export function separateFields(value: JsonValue): {
  readonly content: JsonValue;
  readonly claimed: ClaimedState | null;
} {
  const collector = new ClaimedCollector();
  const content = visit(value, planSchema, "root", collector);
  return { content, claimed: collector.finish() };
}

function visit(value: JsonValue, schema: JsonObject, kind: NodeKind, collector: ClaimedCollector): JsonValue {
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    const definition = (planSchema["$defs"] as JsonObject)[reference.slice("#/$defs/".length)];
    return visit(value, definition as JsonObject, kinds[reference] ?? "other", collector);
  }
  if (Array.isArray(value)) {
    const items = schema["items"];
    if (items === undefined) return value as JsonValue;
    return (value as readonly JsonValue[]).map((item) =>
      visit(item, items as JsonObject, "other", collector),
    );
  }
  const properties = schema["properties"] as Readonly<Record<string, JsonObject>> | undefined;
  if (typeof value !== "object" || value === null || properties === undefined) return value;
  return visitObject(value as JsonObject, properties, kind, collector);
}

function visitObject(
  value: JsonObject,
  properties: Readonly<Record<string, JsonObject>>,
  kind: NodeKind,
  collector: ClaimedCollector,
): JsonObject {
  const content: Record<string, JsonValue> = {};
  const extra: Record<string, JsonValue> = {};
  const state: Record<string, JsonValue> = {};
  for (const [field, item] of Object.entries(value)) {
    if (item === undefined || field === "extra") continue;
    const schema = Object.hasOwn(properties, field) ? properties[field] : undefined;
    if (schema !== undefined) content[field] = visit(item, schema, "other", collector);
    else if (kind !== "other" && isStateField(field)) state[field] = item;
    else if (kind === "other" || !isDerivedField(field)) extra[field] = item;
  }
  const given = value["extra"];
  if (typeof given === "object" && given !== null && !Array.isArray(given)) Object.assign(extra, given);
  else if (given !== undefined) content["extra"] = given;
  if (Object.keys(extra).length > 0) content["extra"] = extra;
  if (kind !== "other") {
    const key = kind === "root" ? "" : content[`${kind}_id`];
    collector.add(kind, typeof key === "string" ? key : "", state);
  }
  return content;
}
