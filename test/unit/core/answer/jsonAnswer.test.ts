import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJsonAnswer } from "../../../../src/core/answer/jsonAnswer";

describe("JSON in an answer", () => {
  test.each([
    ["alone", '{"a":1}', false],
    ["in a fence", 'Here it is:\n```json\n{"a":1}\n```\nGood luck!', true],
    ["in a fence without a language", '```\n{"a":1}\n```', true],
    ["in prose", 'Sure. {"a":1} That is all.', true],
    ["with a trailing comma", '{"a":1,}', true],
    ["with a comment", '{"a":1 // one\n}', true],
    ["after prose with braces", 'Use {braces} well: {"a":1}', true],
  ])("%s is found", (_title, text, repaired) => {
    expect(parseJsonAnswer(text)).toEqual({ ok: true, value: { value: { a: 1 }, repaired } });
  });

  test.each([
    ["", "empty"],
    ["I cannot do that.", "noJson"],
    ['{"a": [1, 2', "unfinishedJson"],
    ['Sure:\n\n  {"a" 1}', "brokenJson"],
    [`${"[".repeat(70)}${"]".repeat(70)}`, "tooDeep"],
  ])("%j is refused as %s", (text, code) => {
    expect(parseJsonAnswer(text)).toMatchObject({ ok: false, error: { code } });
  });

  test("the place of the mistake is named", () => {
    const parsed = parseJsonAnswer('Sure:\n\n  {"a" 1}');
    expect(parsed.ok ? "" : parsed.error.message).toMatch(/line 3, column \d+/u);
  });

  test("MODEL-1 a cut object is never taken for a whole one", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue(), { minKeys: 1 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (value, share) => {
          const text = JSON.stringify(value);
          const parsed = parseJsonAnswer(text.slice(0, Math.floor(text.length * share)));
          expect(parsed.ok).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });
});
