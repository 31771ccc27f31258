import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffLines, splitLines } from "../../../../../src/core/change/diff/lineDiff";

const line = fc.constantFrom("a\n", "b\n", "c\n", "}\n", "\n", "d\n");
const lines = fc.array(line, { maxLength: 60 });

function rebuild(before: readonly string[], after: readonly string[]): string[] {
  const result: string[] = [];
  let position = 0;
  for (const range of diffLines(before, after)) {
    result.push(
      ...before.slice(position, range.before),
      ...after.slice(range.after, range.after + range.afterLength),
    );
    position = range.before + range.beforeLength;
  }
  return [...result, ...before.slice(position)];
}

/** Length of a longest common subsequence by the textbook table. */
function common(a: readonly string[], b: readonly string[]): number {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      table[i]![j] =
        a[i - 1] === b[j - 1] ? table[i - 1]![j - 1]! + 1 : Math.max(table[i - 1]![j]!, table[i]![j - 1]!);
    }
  }
  return table[a.length]![b.length]!;
}

describe("diffLines", () => {
  it("CH-1 the ranges turn the first text into the second", () => {
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        expect(rebuild(a, b)).toEqual(b);
      }),
      { numRuns: 2000 },
    );
  });

  it("CH-1 the difference is a shortest one", () => {
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const kept = a.length - diffLines(a, b).reduce((sum, range) => sum + range.beforeLength, 0);
        expect(kept).toBe(common(a, b));
      }),
      { numRuns: 1000 },
    );
  });

  it("CH-1 ranges are in order and apart", () => {
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        let end = -1;
        for (const range of diffLines(a, b)) {
          expect(range.before).toBeGreaterThan(end);
          expect(range.beforeLength + range.afterLength).toBeGreaterThan(0);
          end = range.before + range.beforeLength;
        }
      }),
    );
  });

  it("CH-1 files that are rewritten or shuffled stay correct past the bound", () => {
    const random = fc.sample(fc.integer({ min: 0, max: 3000 }), { numRuns: 40_000, seed: 7 });
    const before = random.slice(0, 20_000).map((value) => `line ${value}\n`);
    const after = random.slice(20_000).map((value) => `line ${value}\n`);
    expect(rebuild(before, after)).toEqual(after);
  });

  it("CH-1 a repeated block is added as a whole, not from the middle of its neighbor", () => {
    const before = splitLines("f() {\n  a\n}\n\n");
    const after = splitLines("f() {\n  a\n}\n\ng() {\n  a\n}\n\n");
    expect(diffLines(before, after)).toEqual([{ before: 4, beforeLength: 0, after: 4, afterLength: 4 }]);
  });

  it("splitLines loses nothing", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "\n", "\r\n", "\r", "\ufeff")), (parts) => {
        expect(splitLines(parts.join("")).join("")).toBe(parts.join(""));
      }),
    );
  });
});
