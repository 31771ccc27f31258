import fc from "fast-check";
import { expect, test } from "vitest";
import type { LineState } from "../../../src/protocol/reviewView";
import { markedParts, numberLines, pairLines } from "../../../webview/review/diffRows";

const line = fc.record({
  kind: fc.constantFrom("context" as const, "remove" as const, "add" as const),
  text: fc.string(),
});

test("lines carry their numbers in the old and the new file", () => {
  const lines: LineState[] = [
    { kind: "context", text: "a" },
    { kind: "remove", text: "b" },
    { kind: "add", text: "c" },
    { kind: "add", text: "d" },
    { kind: "context", text: "e" },
  ];
  const numbered = numberLines({ before_start: 7, after_start: 9, lines });
  expect(numbered.map(({ before, after }) => [before, after])).toEqual([
    [7, 9],
    [8, null],
    [null, 10],
    [null, 11],
    [9, 12],
  ]);
  expect(pairLines(numbered).map(({ left, right }) => [left?.line.text, right?.line.text])).toEqual([
    ["a", "a"],
    ["b", "c"],
    [undefined, "d"],
    ["e", "e"],
  ]);
});

test("WV-8 two columns hold every line of the hunk, each side in its order", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
      const numbered = numberLines({ before_start: 1, after_start: 1, lines });
      const rows = pairLines(numbered);
      const side = (pick: "left" | "right") => rows.map((row) => row[pick]).filter((item) => item !== null);
      expect(side("left")).toEqual(numbered.filter((item) => item.line.kind !== "add"));
      expect(side("right")).toEqual(numbered.filter((item) => item.line.kind !== "remove"));
      expect(rows.filter(({ left, right }) => left === null && right === null)).toEqual([]);
    }),
  );
});

test("WV-9 cutting a line at its marks loses and adds nothing, also when the marks make no sense", () => {
  const marks = fc.array(fc.tuple(fc.integer({ min: -2, max: 12 }), fc.integer({ min: -2, max: 12 })));
  fc.assert(
    fc.property(fc.string({ maxLength: 10 }), marks, (text, given) => {
      const parts = markedParts({ kind: "add", text, marks: given });
      expect(parts.map((part) => part.text).join("")).toBe(text);
    }),
  );
  expect(markedParts({ kind: "add", text: "a title", marks: [[2, 7]] })).toEqual([
    { text: "a ", marked: false },
    { text: "title", marked: true },
  ]);
});
