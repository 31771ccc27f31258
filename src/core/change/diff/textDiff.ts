import { diffLines } from "./lineDiff";
import type { LineIndex } from "./lineIndex";
import type { LineRange } from "./lineRange";

/**
 * What must change to make one text of the other. Small texts get a shortest answer. In large ones equal stretches
 * are skipped by comparing whole slices, and a difference is solved in a window that grows until both sides agree
 * again for several lines, so that a few changes in a large file cost little more than reading it.
 */
export function diffTexts(before: LineIndex, after: LineIndex): LineRange[] {
  if (before.count <= smallText && after.count <= smallText) {
    return diffLines(before.lines(0, before.count), after.lines(0, after.count));
  }
  const ranges: LineRange[] = [];
  let at: Position = { before: 0, after: 0 };
  for (;;) {
    at = skipEqual(before, after, at);
    if (at.before === before.count && at.after === after.count) return ranges;
    const found = solveWindow(before, after, at);
    ranges.push(...found);
    const last = found.at(-1);
    if (last === undefined) return ranges;
    at = { before: last.before + last.beforeLength, after: last.after + last.afterLength };
  }
}

interface Position {
  readonly before: number;
  readonly after: number;
}

const smallText = 1000;
const firstWindow = 48;
/** Lines in a row that both sides must share before the window is trusted. */
const agreement = 8;

function skipEqual(before: LineIndex, after: LineIndex, from: Position): Position {
  let [i, j] = [from.before, from.after];
  let step = 64;
  let grows = true;
  for (;;) {
    const count = Math.min(step, before.count - i, after.count - j);
    if (count === 0) return { before: i, after: j };
    const isEqual =
      before.size(i, i + count) === after.size(j, j + count) &&
      before.slice(i, i + count) === after.slice(j, j + count);
    if (isEqual) {
      i += count;
      j += count;
      if (grows) step *= 2;
    } else if (count === 1) return { before: i, after: j };
    else {
      step = count >> 1;
      grows = false;
    }
  }
}

/** The changes from here up to the last place in the window after which both sides agree. */
function solveWindow(before: LineIndex, after: LineIndex, at: Position): LineRange[] {
  for (let size = firstWindow; ; size *= 4) {
    const beforeEnd = Math.min(before.count, at.before + size);
    const afterEnd = Math.min(after.count, at.after + size);
    const ranges = diffLines(before.lines(at.before, beforeEnd), after.lines(at.after, afterEnd)).map(
      (range) => ({
        ...range,
        before: range.before + at.before,
        after: range.after + at.after,
      }),
    );
    if (beforeEnd === before.count && afterEnd === after.count) return ranges;
    const settled = ranges.findLastIndex((range, index) => {
      const end = range.before + range.beforeLength;
      return (ranges[index + 1]?.before ?? beforeEnd) - end >= agreement;
    });
    if (settled >= 0) return ranges.slice(0, settled + 1);
  }
}
