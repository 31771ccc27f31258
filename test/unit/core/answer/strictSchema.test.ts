import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromWire } from "../../../../src/core/answer/fromWire";
import { toStrictSchema } from "../../../../src/core/answer/strictSchema";
import { createSchemaCheck } from "../../../../src/core/answer/schemaCheck";
import { failureAnalysisSchema } from "../../../../src/core/answer/failureAnalysisSchema";
import { discoveryQuestionsSchema, discoverySchema } from "../../../../src/core/discovery/discoverySchema";
import type { JsonObject, JsonValue } from "../../../../src/core/json";
import { planSchema } from "../../../../src/core/plan/planSchema";

const schemas = { planSchema, discoverySchema, discoveryQuestionsSchema, failureAnalysisSchema };

function objectsIn(schema: unknown): JsonObject[] {
  if (typeof schema !== "object" || schema === null) return [];
  const inner = Object.values(schema).flatMap(objectsIn);
  return "properties" in schema && "type" in schema ? [schema as JsonObject, ...inner] : inner;
}

/** A value in the strict form that says the same as a natural one; written here by hand, apart from the product. */
function toWire(value: JsonValue, schema: JsonObject, root: JsonObject): JsonValue {
  if (typeof schema["$ref"] === "string")
    return toWire(value, (root["$defs"] as JsonObject)[schema["$ref"].slice(8)] as JsonObject, root);
  const properties = schema["properties"] as Record<string, JsonObject> | undefined;
  if (Array.isArray(value)) {
    const items = schema["items"] as JsonObject | undefined;
    return value.map((item: JsonValue) =>
      items === undefined ? JSON.stringify(item) : toWire(item, items, root),
    );
  }
  if (typeof value === "object" && value !== null) {
    const object = value as JsonObject;
    if (properties === undefined)
      return Object.entries(object).map(([key, item]) => ({
        key,
        value: typeof item === "string" ? item : JSON.stringify(item),
      }));
    return Object.fromEntries(
      Object.entries(properties)
        .filter(([name]) => name !== "extra" && name !== "$schema")
        .map(([name, inner]) => [
          name,
          object[name] === undefined ? null : toWire(object[name], inner, root),
        ]),
    );
  }
  return schema["type"] === undefined && schema["const"] === undefined && schema["enum"] === undefined
    ? JSON.stringify(value)
    : value;
}

describe("strict wire schema", () => {
  test.each(Object.entries(schemas))("MODEL-5 %s is closed, with every key required", (_name, schema) => {
    const strict = toStrictSchema(schema);
    for (const object of objectsIn(strict)) {
      expect(object["additionalProperties"]).toBe(false);
      expect(object["required"]).toEqual(Object.keys(object["properties"] as object));
    }
    expect(JSON.stringify(strict)).not.toMatch(
      /"(?:maxLength|minLength|pattern|minimum|maximum|minItems|const|oneOf)":["\d]/u,
    );
  });

  test("the plan's wire schema is the golden one", async () => {
    await expect(`${JSON.stringify(toStrictSchema(planSchema), null, 2)}\n`).toMatchFileSnapshot(
      "../../../fixtures/model/masterplan.wire.json",
    );
  });

  test("MODEL-5 the sample plan survives the way there and back, and its wire form satisfies the wire schema", () => {
    const plan = JSON.parse(
      readFileSync(path.join(import.meta.dirname, "../../../../media/sample/plan.masterplan.json"), "utf8"),
    ) as JsonObject;
    const wire = toWire(plan, planSchema, planSchema);
    expect(createSchemaCheck(toStrictSchema(planSchema))(wire)).toEqual([]);
    expect(fromWire(wire, planSchema)).toEqual(plan);
  });

  test("MODEL-5 a natural answer passes as it is", () => {
    const plan = JSON.parse(
      readFileSync(path.join(import.meta.dirname, "../../../../media/sample/plan.masterplan.json"), "utf8"),
    ) as JsonObject;
    expect(fromWire(plan, planSchema)).toEqual(plan);
  });

  test("maps, free JSON and nulls come back", () => {
    const schema: JsonObject = {
      type: "object",
      required: ["kept"],
      properties: {
        kept: { type: "string" },
        map: { type: "object" },
        any: {},
        gone: { type: "string" },
        list: { type: "array" },
      },
    };
    const wire = {
      kept: "x",
      map: [
        { key: "a", value: "1.10" },
        { key: "b", value: '{"c":2}' },
      ],
      any: "true",
      gone: null,
      list: ["plain", '["x"]'],
    };
    expect(fromWire(wire, schema)).toEqual({
      kept: "x",
      map: { a: "1.10", b: { c: 2 } },
      any: true,
      list: ["plain", ["x"]],
    });
  });

  test("no value breaks the mapping", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fromWire(value, planSchema);
      }),
      { numRuns: 500 },
    );
    expect(
      Object.getPrototypeOf(fromWire(JSON.parse('{"__proto__":{"x":1}}') as JsonValue, planSchema)),
    ).toBe(Object.prototype);
  });
});
