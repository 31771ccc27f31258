import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeText } from "../../../../../src/core/change/diff/mergeText";

const base = "one\ntwo\nthree\nfour\nfive\nsix\n";

describe("mergeText", () => {
  it.each([
    [
      "changes apart from each other",
      "ONE\ntwo\nthree\nfour\nfive\nsix\n",
      "one\ntwo\nthree\nfour\nfive\nSIX\n",
      "ONE\ntwo\nthree\nfour\nfive\nSIX\n",
    ],
    [
      "insertions at different places",
      "one\nnew\ntwo\nthree\nfour\nfive\nsix\n",
      base + "seven\n",
      "one\nnew\ntwo\nthree\nfour\nfive\nsix\nseven\n",
    ],
    [
      "the same change twice",
      "one\n2\nthree\nfour\nfive\nsix\n",
      "one\n2\nthree\nfour\nfive\n6\n",
      "one\n2\nthree\nfour\nfive\n6\n",
    ],
    ["a deletion and an addition", "three\nfour\nfive\nsix\n", base + "x", "three\nfour\nfive\nsix\nx"],
    ["only our side", "x\n", base, "x\n"],
    ["only their side", base, "", ""],
  ])("MG-1 merges %s", (_, ours, theirs, merged) => {
    expect(mergeText(base, ours, theirs)).toEqual({ ok: true, value: merged });
  });

  it.each([
    ["the same line changed in two ways", base.replace("two", "2"), base.replace("two", "zwei")],
    ["neighboring lines", base.replace("two", "2"), base.replace("three", "3")],
    [
      "different insertions at one place",
      base.replace("two\n", "two\na\n"),
      base.replace("two\n", "two\nb\n"),
    ],
    ["a change inside a deletion", "one\nsix\n", base.replace("four", "4")],
    ["different ends without newline", base + "a", base + "b"],
  ])("MG-2 refuses %s", (_, ours, theirs) => {
    const result = mergeText(base, ours, theirs);
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.error).toHaveLength(1);
  });

  it("MG-2 says where the sides disagree", () => {
    expect(mergeText(base, base.replace("two", "2"), base.replace("two", "zwei"))).toEqual({
      ok: false,
      error: [{ base_start: 2, base_lines: 1, ours: ["2\n"], theirs: ["zwei\n"] }],
    });
  });

  const text = fc
    .array(fc.constantFrom("a\n", "b\n", "c\n", "\n"), { maxLength: 25 })
    .map((lines) => lines.join(""));

  it("MG-3 a side that did not change leaves the other as it is, and sides may be swapped", () => {
    fc.assert(
      fc.property(text, text, text, (one, ours, theirs) => {
        expect(mergeText(one, one, theirs)).toEqual({ ok: true, value: theirs });
        expect(mergeText(one, ours, ours)).toEqual({ ok: true, value: ours });
        const merged = mergeText(one, ours, theirs);
        const swapped = mergeText(one, theirs, ours);
        expect(swapped.ok).toBe(merged.ok);
        if (merged.ok && swapped.ok) expect(swapped.value).toBe(merged.value);
      }),
      { numRuns: 2000 },
    );
  });

  it("MG-3 changes in separate halves always merge to both", () => {
    fc.assert(
      fc.property(text, text, text, text, (a, b, c, d) => {
        const fence = "---\n===\n---\n";
        expect(mergeText(a + fence + b, c + fence + b, a + fence + d)).toEqual({
          ok: true,
          value: c + fence + d,
        });
      }),
      { numRuns: 1000 },
    );
  });
});
