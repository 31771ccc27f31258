import { mergeText } from "./mergeText";
import { sameBytes } from "../text/sameBytes";
import { decodeText, encodeText } from "../text/textBytes";

/**
 * `theirs`, made from `before`, brought onto `ours`. Null bytes stand for a file that is not there. Fails when both sides
 * changed the same place, when one side removed what the other changed, or when a side that has to be merged is no text.
 */
export function mergeBytes(
  before: Uint8Array | null,
  ours: Uint8Array | null,
  theirs: Uint8Array | null,
): { readonly ok: true; readonly bytes: Uint8Array | null } | { readonly ok: false } {
  if (sameBytes(ours, before)) return { ok: true, bytes: theirs };
  if (sameBytes(ours, theirs) || sameBytes(before, theirs)) return { ok: true, bytes: ours };
  if (ours === null || theirs === null) return { ok: false };
  const [base, left, right] = [before ?? new Uint8Array(), ours, theirs].map(decodeText);
  if (typeof base !== "string" || typeof left !== "string" || typeof right !== "string") return { ok: false };
  const merged = mergeText(base, left, right);
  return merged.ok ? { ok: true, bytes: encodeText(merged.value) } : { ok: false };
}
