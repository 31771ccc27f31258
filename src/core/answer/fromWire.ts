import type { JsonObject, JsonValue } from "../json";
import { wireProperties, wireShapeOf } from "./strictSchema";

/**
 * Maps an answer in the strict wire form back to the natural one, along the natural schema. What is in the natural
 * form already stays as it is, so that both are accepted; what fits neither is left for the validation to name.
 */
export function fromWire(value: JsonValue, schema: JsonObject): JsonValue {
  return restore(value, schema, schema);
}

function restore(value: JsonValue, schema: JsonObject, root: JsonObject): JsonValue {
  switch (wireShapeOf(schema)) {
    case "reference":
      return restore(value, definition(schema["$ref"] as string, root), root);
    case "object":
      return isObject(value) ? restoreObject(value, schema, root) : value;
    case "map":
      return restoreMap(value, schema, root);
    case "list":
      return restoreList(value, schema, root);
    case "free":
      return typeof value === "string" ? parsed(value, /^\s*(?:[[{"]|-?\d|true\b|false\b|null\b)/u) : value;
    case "union":
    case "plain":
      return value;
  }
}

function restoreObject(value: JsonObject, schema: JsonObject, root: JsonObject): JsonObject {
  const properties = new Map(wireProperties(schema));
  const required = new Set(schema["required"] as readonly string[] | undefined);
  const entries = Object.entries(value).flatMap(([name, item]) => {
    const property = properties.get(name);
    if (item === undefined || property === undefined) return [[name, item] as const];
    if (item === null && !required.has(name)) return [];
    return [[name, restore(item, property, root)] as const];
  });
  return Object.fromEntries(entries);
}

function restoreMap(value: JsonValue, schema: JsonObject, root: JsonObject): JsonValue {
  if (!Array.isArray(value)) return value;
  const pairs = value as readonly JsonValue[];
  const values = schema["additionalProperties"];
  const entries: [string, JsonValue][] = [];
  for (const pair of pairs) {
    if (!isObject(pair) || typeof pair["key"] !== "string" || pair["value"] === undefined) return pairs;
    const item = pair["value"];
    if (isObject(values)) entries.push([pair["key"], restore(item, values, root)]);
    else entries.push([pair["key"], typeof item === "string" ? parsed(item, /^\s*[[{]/u) : item]);
  }
  return Object.fromEntries(entries);
}

function restoreList(value: JsonValue, schema: JsonObject, root: JsonObject): JsonValue {
  if (!Array.isArray(value)) return value;
  const items = schema["items"];
  return (value as readonly JsonValue[]).map((item) => {
    if (isObject(items)) return restore(item, items, root);
    return typeof item === "string" ? parsed(item, /^\s*[[{]/u) : item;
  });
}

/** JSON text becomes its value; anything that is not whole JSON stays the text that it is. */
function parsed(text: string, looksLikeJson: RegExp): JsonValue {
  if (!looksLikeJson.test(text)) return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function definition(reference: string, root: JsonObject): JsonObject {
  const definitions = root["$defs"];
  const found = isObject(definitions) ? definitions[reference.slice("#/$defs/".length)] : undefined;
  return isObject(found) ? found : {};
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
