import type { LineRange } from "./lineRange";
import { diffIds } from "./myersDiff";

/** A text cut after every newline character; the last line may lack one. `""` has no lines. */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    lines.push(end < 0 ? text.slice(start) : text.slice(start, end + 1));
    start = end < 0 ? text.length : end + 1;
  }
  return lines;
}

/**
 * What must change to make `after` of `before`, as ranges in order that neither touch nor overlap. Shortest for all
 * but hard cases; in those the work is bounded and the answer still correct.
 */
export function diffLines(before: readonly string[], after: readonly string[]): LineRange[] {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;

  const beforeCount = before.length - start - end;
  const afterCount = after.length - start - end;
  if (beforeCount === 0 && afterCount === 0) return [];
  if (beforeCount === 0 || afterCount === 0) {
    return [{ before: start, beforeLength: beforeCount, after: start, afterLength: afterCount }];
  }
  const ids = new Map<string, number>();
  const beforeIds = intern(before, start, beforeCount, ids);
  const afterIds = intern(after, start, afterCount, ids);
  return diffIds(beforeIds, afterIds, ids.size).map((range) => ({
    ...range,
    before: range.before + start,
    after: range.after + start,
  }));
}

function intern(
  lines: readonly string[],
  start: number,
  count: number,
  ids: Map<string, number>,
): Int32Array {
  const result = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    const line = lines[start + index] ?? "";
    let id = ids.get(line);
    if (id === undefined) {
      id = ids.size;
      ids.set(line, id);
    }
    result[index] = id;
  }
  return result;
}
