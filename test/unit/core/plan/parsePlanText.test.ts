import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maxPlanText, parsePlanText } from "../../../../src/core/plan/parsePlanText";
import { aPlanFile } from "./aPlan";

function faultsOf(text: string) {
  const parsed = parsePlanText(text);
  return parsed.ok ? [] : parsed.error;
}

describe("parsePlanText", () => {
  it("PL-12 reads a file with BOM and CRLF", () => {
    const text = `\uFEFF${JSON.stringify(aPlanFile(), null, 2).replaceAll("\n", "\r\n")}`;
    expect(faultsOf(text)).toEqual([]);
  });

  it("PL-12 names the line and pointer of a key given twice", () => {
    const text = JSON.stringify(aPlanFile(), null, 2).replace(
      '"name": "Build"',
      '"name": "Build",\n      "name": "Again"',
    );
    expect(faultsOf(text)).toEqual([
      {
        pointer: "/phases/0/name",
        code: "plan.duplicateKey",
        message: "The key name is given twice in one object",
        line: 9,
      },
    ]);
  });

  it("PL-12 names the line of a git conflict marker", () => {
    const text = '{\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> other\n}';
    expect(faultsOf(text)[0]).toMatchObject({ code: "plan.conflict", line: 2 });
  });

  it("PL-12 names the line of what the rules refuse", () => {
    const faults = faultsOf(JSON.stringify(aPlanFile({ task_type: "magic" }), null, 2));
    expect(faults).toHaveLength(1);
    expect(faults[0]?.line).toBe(18);
  });

  it.each(["", "{", "[1,]", "{a: 1}", "// x\n{}", "null", "3", '{"a": 1} x'])(
    "PL-12 refuses %j with a sentence",
    (text) => {
      const faults = faultsOf(text);
      expect(faults.length).toBeGreaterThan(0);
      expect(faults[0]?.message).not.toBe("");
    },
  );

  it.each([
    ['{"a":1', "a closing brace is missing, at column 7"],
    ['{"a":[1', "a closing bracket is missing, at column 8"],
    ['{"a":{"b":1}', "a closing brace is missing, at column 13"],
    ['{"a":"b', "a text is not closed, at column 6"],
    ['{"a":', "a value is expected, at column 6"],
    ['{"a"', "a colon is expected, at column 5"],
    ['{"a":1,', "a name in double quotes is expected, at column 8"],
    ["{", "a closing brace is missing, at column 2"],
    ['{"a":1]', "a comma is expected, at column 7"],
    ['{"a":1}}', "text stands after the closing brace, at column 8"],
    ['{"a":{}} {', "text stands after the closing brace, at column 10"],
    ['{"a":1} x', "text stands after the closing brace, at column 9"],
  ])("PL-12 names the mistake in %j", (text, mistake) => {
    expect(faultsOf(text).map((fault) => fault.message)).toEqual([`This is not valid JSON: ${mistake}`]);
  });

  it("PL-12 never takes a text that was cut for one with something after its end", () => {
    const plans = fc.oneof(fc.constant(aPlanFile()), fc.dictionary(fc.string(), fc.jsonValue()));
    const cut = fc
      .tuple(plans, fc.constantFrom(0, 2), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))
      .map(([plan, indent, at]) => {
        const text = JSON.stringify(plan, null, indent);
        return text.slice(0, Math.floor(at * text.length));
      });
    fc.assert(
      fc.property(cut, (text) => {
        const [first] = faultsOf(text);
        expect(first?.code).toMatch(/^plan\.(?:syntax|duplicateKey|conflict)$/u);
        expect(first?.message).not.toContain("after the closing brace");
      }),
      { numRuns: 2000 },
    );
  });

  it("PL-9 refuses deep nesting and too much text unread", () => {
    expect(faultsOf("[".repeat(200_000))[0]?.code).toBe("plan.depth");
    expect(faultsOf(`{"a": ${"[".repeat(70)}${"]".repeat(70)}}`)[0]?.code).toBe("plan.depth");
    expect(faultsOf(" ".repeat(maxPlanText + 1))[0]?.code).toBe("plan.tooLarge");
    expect(faultsOf(`{"${"[".repeat(200)}": 1}`)[0]?.code).toBe("plan.required");
  });

  it("PL-9 never throws on any text", () => {
    fc.assert(fc.property(fc.string(), (text) => void parsePlanText(text)));
    fc.assert(fc.property(fc.json(), (text) => void parsePlanText(text)));
  });
});
