import type { JsonObject, JsonValue } from "../json";

/**
 * The schema that goes over the wire where a server enforces it strictly: closed objects, every key required, optional
 * ones nullable, open maps as lists of `{key, value}`, free JSON as text. `fromWire` maps answers back.
 */
export function toStrictSchema(schema: JsonObject): JsonObject {
  const definitions = asObject(schema["$defs"]);
  const root = strict(schema, true) as JsonObject;
  if (definitions === null) return root;
  const entries = Object.entries(definitions).map(([name, value]) => [
    name,
    strict(value as JsonObject, true),
  ]);
  return { ...root, $defs: Object.fromEntries(entries) as JsonObject };
}

/** How a part of the natural schema travels. */
export type WireShape = "reference" | "object" | "map" | "list" | "free" | "union" | "plain";

export function wireShapeOf(schema: JsonObject): WireShape {
  if (typeof schema["$ref"] === "string") return "reference";
  if (Array.isArray(schema["anyOf"]) || Array.isArray(schema["oneOf"])) return "union";
  const type = schema["type"];
  const isObject = type === "object" || (Array.isArray(type) && type.includes("object"));
  if (isObject) return asObject(schema["properties"]) === null ? "map" : "object";
  if (type === "array") return "list";
  if (type === undefined && schema["enum"] === undefined && schema["const"] === undefined) return "free";
  return "plain";
}

/** Fields that travel: `extra` holds what no schema names, and `$schema` is for editors. */
export function wireProperties(schema: JsonObject): readonly (readonly [string, JsonObject])[] {
  return Object.entries(asObject(schema["properties"]) ?? {})
    .filter(([name]) => name !== "extra" && name !== "$schema")
    .map(([name, value]) => [name, value as JsonObject] as const);
}

const freeText = "Any JSON value, written as JSON text; plain text for a string.";

function strict(schema: JsonObject, required: boolean): JsonValue {
  const converted = convert(schema);
  return required ? converted : nullable(converted);
}

function convert(schema: JsonObject): JsonObject {
  const about = typeof schema["description"] === "string" ? { description: schema["description"] } : {};
  switch (wireShapeOf(schema)) {
    case "reference":
      return { $ref: schema["$ref"] };
    case "union": {
      const options = (schema["anyOf"] ?? schema["oneOf"]) as readonly JsonObject[];
      return { ...about, anyOf: options.map((option) => convert(option)) };
    }
    case "map":
      return { ...about, ...mapOf(schema) };
    case "list": {
      const items = asObject(schema["items"]);
      return {
        ...about,
        type: "array",
        items: items === null ? { type: "string", description: freeText } : convert(items),
      };
    }
    case "free":
      return { type: "string", description: freeText };
    case "object":
      return objectOf(schema, about);
    case "plain":
      return { ...about, ...scalarOf(schema) };
  }
}

function objectOf(schema: JsonObject, about: JsonObject): JsonObject {
  const required = new Set(schema["required"] as readonly string[] | undefined);
  const fields = wireProperties(schema);
  const closed: JsonObject = {
    type: "object",
    properties: Object.fromEntries(fields.map(([name, value]) => [name, strict(value, required.has(name))])),
    required: fields.map(([name]) => name),
    additionalProperties: false,
  };
  const others = Array.isArray(schema["type"])
    ? (schema["type"] as readonly string[]).filter((type) => type !== "object")
    : [];
  if (others.length === 0) return { ...about, ...closed };
  return { ...about, anyOf: [...others.map((type) => ({ type })), closed] };
}

function mapOf(schema: JsonObject): JsonObject {
  const values = asObject(schema["additionalProperties"]);
  const value = values === null ? { type: "string", description: freeText } : convert(values);
  const pair = {
    type: "object",
    properties: { key: { type: "string" }, value },
    required: ["key", "value"],
    additionalProperties: false,
  };
  return { type: "array", items: pair };
}

function scalarOf(schema: JsonObject): JsonObject {
  const constant = schema["const"];
  const type = schema["type"] === undefined ? {} : { type: schema["type"] };
  if (constant !== undefined) return { ...type, enum: [constant] };
  return schema["enum"] === undefined ? type : { ...type, enum: schema["enum"] };
}

function nullable(schema: JsonObject): JsonObject {
  if (
    typeof schema["type"] === "string" &&
    schema["enum"] === undefined &&
    schema["properties"] === undefined
  ) {
    return { ...schema, type: [schema["type"], "null"] };
  }
  if (Array.isArray(schema["anyOf"]))
    return { ...schema, anyOf: [...(schema["anyOf"] as readonly JsonValue[]), { type: "null" }] };
  return { anyOf: [schema, { type: "null" }] };
}

function asObject(value: JsonValue | undefined): JsonObject | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}
