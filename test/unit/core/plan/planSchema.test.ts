import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { planSchema } from "../../../../src/core/plan/planSchema";

it("PL-17 the schema that the editor is offered is the one in the code", () => {
  const file = path.join(import.meta.dirname, "../../../../media/plan.schema.json");
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(planSchema);
});
