import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyHunks } from "../../../../../src/core/change/diff/applyHunks";
import { buildChangeSet } from "../../../../../src/core/change/buildChangeSet";
import type { FileChange } from "../../../../../src/core/change/changeSet";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | null | undefined): string | null =>
  bytes ? new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) : null;

const endings = fc.constantFrom("\n", "\r\n", "\n", "\n");
const lineText = fc.constantFrom("", "a", "b", "  c", "}", "ñ", "\ufeff", "x\ry", "日本");
const text = fc
  .tuple(fc.array(fc.tuple(lineText, endings), { maxLength: 40 }), lineText)
  .map(([lines, last]) => lines.map((pair) => pair.join("")).join("") + last);
const side = fc.option(text, { freq: 12 });

function changeOf(before: string | null, after: string | null): FileChange | undefined {
  return buildChangeSet(
    [
      {
        path: "f",
        before: before === null ? null : encode(before),
        after: after === null ? null : encode(after),
        mode_before: "100644",
        mode_after: "100644",
      },
    ],
    { scope: null },
  ).files[0];
}

function apply(before: string | null, change: FileChange, accepted: number[] | null): string | null {
  const result = applyHunks(
    { before: before === null ? null : encode(before), after: null },
    change,
    accepted,
  );
  if (!result.ok) throw new Error(result.error.message);
  return decode(result.value.bytes);
}

describe("applyHunks", () => {
  it("CH-2 all hunks give the proposed text and none the present one", () => {
    fc.assert(
      fc.property(side, side, (before, after) => {
        const change = changeOf(before, after);
        if (change === undefined) {
          expect(before).toBe(after);
          return;
        }
        expect(apply(before, change, null)).toBe(after);
        expect(
          apply(
            before,
            change,
            change.hunks.map((hunk) => hunk.number),
          ),
        ).toBe(after);
        expect(apply(before, change, [])).toBe(before);
      }),
      { numRuns: 1000 },
    );
  });

  it("CH-3 taking some hunks leaves exactly the others open", () => {
    fc.assert(
      fc.property(text, text, fc.infiniteStream(fc.boolean()), (before, after, coins) => {
        const change = changeOf(before, after);
        if (change === undefined) return;
        const taken = change.hunks.map((hunk) => hunk.number).filter(() => coins.next().value);
        const partly = apply(before, change, taken);
        if (partly === null) return;
        const rest = changeOf(partly, after);
        expect(rest?.hunks.length ?? 0).toBeLessThanOrEqual(change.hunks.length);
        if (rest !== undefined) expect(apply(partly, rest, null)).toBe(after);
        else expect(partly).toBe(after);
      }),
      { numRuns: 1000 },
    );
  });

  it("CH-4 content that moved on since is refused", () => {
    const change = changeOf("a\nb\n", "a\nc\n")!;
    const result = applyHunks({ before: encode("a\nB\n"), after: null }, change, null);
    expect(result).toMatchObject({ ok: false, error: { code: "review.staleChange" } });
    const proposed = applyHunks({ before: encode("a\nb\n"), after: encode("a\nother\n") }, change, null);
    expect(proposed).toMatchObject({ ok: false, error: { code: "review.staleChange" } });
  });

  it("CH-5 bytes that are not UTF-8 are one hunk, taken whole or not at all", () => {
    const before = Uint8Array.of(0xff, 0xfe, 0x41);
    const after = Uint8Array.of(0xff, 0xfe, 0x42);
    const change = buildChangeSet(
      [{ path: "f", before, after, mode_before: "100644", mode_after: "100755" }],
      { scope: null },
    ).files[0]!;
    expect(change).toMatchObject({ binary: true, hunks: [{ number: 1, lines: [] }] });
    expect(applyHunks({ before, after }, change, [1])).toEqual({
      ok: true,
      value: { bytes: after, mode: "100755" },
    });
    expect(applyHunks({ before, after }, change, [])).toEqual({
      ok: true,
      value: { bytes: before, mode: "100644" },
    });
    expect(applyHunks({ before, after: null }, change, [1]).ok).toBe(false);
  });

  it("CH-6 a change of mode is a hunk of its own", () => {
    const change = buildChangeSet(
      [
        {
          path: "f",
          before: encode("a\n"),
          after: encode("b\n"),
          mode_before: "100644",
          mode_after: "100755",
        },
      ],
      { scope: null },
    ).files[0]!;
    expect(change.hunks.map((hunk) => hunk.lines.length)).toEqual([0, 2]);
    const onlyText = applyHunks({ before: encode("a\n"), after: null }, change, [2]);
    expect(onlyText).toMatchObject({ ok: true, value: { mode: "100644" } });
    const onlyMode = applyHunks({ before: encode("a\n"), after: null }, change, [1]);
    expect(onlyMode).toEqual({ ok: true, value: { mode: "100755", bytes: encode("a\n") } });
  });
});
