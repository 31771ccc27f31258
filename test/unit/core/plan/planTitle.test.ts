import fc from "fast-check";
import { expect, test } from "vitest";
import { planTitle } from "../../../../src/core/plan/planTitle";

test.each([
  ["Add CSV", [], "Add CSV"],
  ["Add CSV", ["Remove CSV"], "Add CSV"],
  ["Add CSV", ["Add CSV"], "Add CSV (2)"],
  ["Add CSV", ["add  csv ", "Add CSV (2)"], "Add CSV (3)"],
  ["Add CSV", ["Add CSV", "Add CSV (3)"], "Add CSV (2)"],
  ["Add CSV (2)", ["Add CSV", "Add CSV (2)"], "Add CSV (2) (2)"],
])("PL-18 %s beside %j is listed as %s", (name, taken, title) => {
  expect(planTitle(name, taken)).toBe(title);
});

test("PL-18 no two plans are listed under one title, whatever they are called", () => {
  const name = fc.oneof(fc.constantFrom("A", "a ", "A (2)", "A (3)", "B"), fc.string());
  fc.assert(
    fc.property(fc.array(name), (names) => {
      const listed: string[] = [];
      for (const one of names) listed.push(planTitle(one, listed));
      expect(new Set(listed.map((one) => one.toLowerCase().trim())).size).toBe(listed.length);
    }),
  );
});
