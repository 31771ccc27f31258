import fc from "fast-check";
import { expect, it } from "vitest";
import { fit, table, widthOf } from "../../../../src/cli/text/table";

it("CL-13 aligns columns by what they take on a terminal", () => {
  expect(
    table(
      [
        ["a", "one"],
        ["漢字", "two"],
      ],
      " ",
    ),
  ).toBe(" a     one\n 漢字  two");
});

it("CL-13 a cell as wide as a command line moves its own row only", () => {
  const command = `node ${"x".repeat(250)}`;
  const rows = [
    ["passed", command, "Ended with exit code 0"],
    ["failed", "test", "1 of 2 tests failed"],
  ];
  expect(table(rows).split("\n")).toEqual([
    `passed  ${command}  Ended with exit code 0`,
    "failed  test  1 of 2 tests failed",
  ]);
});

it("CL-13 never cuts inside a character and keeps to the width", () => {
  expect(fit("a long sentence", 7)).toBe("a long…");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 4, max: 40 }), (text, width) => {
      expect(widthOf(fit(text, width))).toBeLessThanOrEqual(width);
    }),
  );
});
