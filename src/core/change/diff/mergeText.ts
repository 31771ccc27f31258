import { err, ok, type Result } from "../../result";
import { diffLines, splitLines } from "./lineDiff";
import type { LineRange } from "./lineRange";

/** Lines on which both sides disagree, 1-based in the base; `base_lines` is 0 where both only insert. */
export interface MergeConflict {
  readonly base_start: number;
  readonly base_lines: number;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

/**
 * Three-way merge by lines, for a change whose base has moved on. Changes that overlap or touch each other conflict
 * unless both sides made the same one; with any conflict nothing is merged.
 */
export function mergeText(
  base: string,
  ours: string,
  theirs: string,
): Result<string, readonly MergeConflict[]> {
  if (ours === theirs || base === theirs) return ok(ours);
  if (base === ours) return ok(theirs);
  const merged = mergeLines(splitLines(base), splitLines(ours), splitLines(theirs));
  return merged.ok ? ok(merged.value.join("")) : merged;
}

/** The same on lines; equality of lines is that of the texts. */
export function mergeLines(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
): Result<string[], readonly MergeConflict[]> {
  const left = diffLines(base, ours);
  const right = diffLines(base, theirs);
  const result: string[] = [];
  const conflicts: MergeConflict[] = [];
  let position = 0;
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const cluster = nextCluster(left, right, i, j);
    const oursHere = sideOf(cluster, left.slice(i, cluster.leftEnd), base, ours);
    const theirsHere = sideOf(cluster, right.slice(j, cluster.rightEnd), base, theirs);
    result.push(...base.slice(position, cluster.start));
    if (cluster.rightEnd === j || sameLines(oursHere, theirsHere)) result.push(...oursHere);
    else if (cluster.leftEnd === i) result.push(...theirsHere);
    else {
      const size = cluster.end - cluster.start;
      conflicts.push({ base_start: cluster.start + 1, base_lines: size, ours: oursHere, theirs: theirsHere });
    }
    position = cluster.end;
    [i, j] = [cluster.leftEnd, cluster.rightEnd];
  }
  result.push(...base.slice(position));
  return conflicts.length > 0 ? err(conflicts) : ok(result);
}

interface Cluster {
  readonly start: number;
  readonly end: number;
  readonly leftEnd: number;
  readonly rightEnd: number;
}

/** The next change and everything of the other side that overlaps or touches it, and so on. */
function nextCluster(left: readonly LineRange[], right: readonly LineRange[], i: number, j: number): Cluster {
  const start = Math.min(left[i]?.before ?? Infinity, right[j]?.before ?? Infinity);
  let end = start;
  let [leftEnd, rightEnd] = [i, j];
  for (;;) {
    const nextLeft = left[leftEnd];
    const nextRight = right[rightEnd];
    if (nextLeft !== undefined && nextLeft.before <= end) {
      end = Math.max(end, nextLeft.before + nextLeft.beforeLength);
      leftEnd++;
    } else if (nextRight !== undefined && nextRight.before <= end) {
      end = Math.max(end, nextRight.before + nextRight.beforeLength);
      rightEnd++;
    } else return { start, end, leftEnd, rightEnd };
  }
}

function sideOf(
  cluster: Cluster,
  ranges: readonly LineRange[],
  base: readonly string[],
  side: readonly string[],
): string[] {
  const lines: string[] = [];
  let position = cluster.start;
  for (const range of ranges) {
    lines.push(
      ...base.slice(position, range.before),
      ...side.slice(range.after, range.after + range.afterLength),
    );
    position = range.before + range.beforeLength;
  }
  return [...lines, ...base.slice(position, cluster.end)];
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index]);
}
