import { describe, expect, it } from "vitest";
import { mergeBytes } from "../../../../../src/core/change/diff/mergeBytes";

const bytes = (text: string | null) => (text === null ? null : new TextEncoder().encode(text));
const binary = (value: number) => new Uint8Array([0, value]);

describe("mergeBytes", () => {
  it.each([
    ["theirs where ours is untouched", "a\n", "a\n", "b\n", "b\n"],
    ["their removal where ours is untouched", "a\n", "a\n", null, null],
    ["their new file", null, null, "b\n", "b\n"],
    ["ours where theirs is untouched, as with a change of mode", "a\n", "b\n", "a\n", "b\n"],
    ["our removal of what they left as it was", "a\n", null, "a\n", null],
    ["what both sides did alike", "a\n", "b\n", "b\n", "b\n"],
    ["both sides' lines", "a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n"],
  ])("MG-4 takes %s", (_, before, ours, theirs, merged) => {
    expect(mergeBytes(bytes(before), bytes(ours), bytes(theirs))).toEqual({ ok: true, bytes: bytes(merged) });
  });

  it.each([
    ["a change of what we removed", bytes("a\n"), null, bytes("b\n")],
    ["a removal of what we changed", bytes("a\n"), bytes("b\n"), null],
    ["the same lines", bytes("a\n"), bytes("b\n"), bytes("c\n")],
    ["two new files of one name", null, bytes("b\n"), bytes("c\n")],
    ["content that is no text", binary(1), binary(2), binary(3)],
  ])("MG-5 refuses %s", (_, before, ours, theirs) => {
    expect(mergeBytes(before, ours, theirs)).toEqual({ ok: false });
  });
});
