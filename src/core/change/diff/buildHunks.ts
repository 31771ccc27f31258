import type { Hunk, HunkLine } from "../changeSet";
import type { LineRange } from "./lineRange";
import { LineIndex } from "./lineIndex";
import { diffTexts } from "./textDiff";

/**
 * The hunks between two texts with three lines of context, numbered from `firstNumber`. Computed from both contents,
 * so each of them can be taken or left on its own.
 */
export function buildHunks(before: string, after: string, firstNumber = 1): Hunk[] {
  const beforeLines = new LineIndex(before);
  const afterLines = new LineIndex(after);
  return groupRanges(diffTexts(beforeLines, afterLines)).map((ranges, index) =>
    toHunk(firstNumber + index, ranges, beforeLines, afterLines),
  );
}

const contextLines = 3;

/** Ranges whose context would touch or overlap share a hunk. */
function groupRanges(ranges: readonly LineRange[]): LineRange[][] {
  const groups: LineRange[][] = [];
  let end = -Infinity;
  for (const range of ranges) {
    if (range.before - end <= 2 * contextLines) groups.at(-1)?.push(range);
    else groups.push([range]);
    end = range.before + range.beforeLength;
  }
  return groups;
}

function toHunk(number: number, ranges: readonly LineRange[], before: LineIndex, after: LineIndex): Hunk {
  const first = ranges[0] ?? { before: 0, beforeLength: 0, after: 0, afterLength: 0 };
  const last = ranges.at(-1) ?? first;
  const lead = Math.min(contextLines, first.before);
  const start = first.before - lead;
  const end = Math.min(before.count, last.before + last.beforeLength + contextLines);
  const trail = end - (last.before + last.beforeLength);
  const lines: HunkLine[] = [];
  let position = start;
  for (const range of ranges) {
    for (; position < range.before; position++) lines.push(hunkLine("context", before.line(position)));
    for (; position < range.before + range.beforeLength; position++)
      lines.push(hunkLine("remove", before.line(position)));
    for (let index = 0; index < range.afterLength; index++)
      lines.push(hunkLine("add", after.line(range.after + index)));
  }
  for (; position < end; position++) lines.push(hunkLine("context", before.line(position)));
  const afterStart = first.after - lead;
  const beforeCount = end - start;
  const afterCount = last.after + last.afterLength + trail - afterStart;
  return {
    number,
    before_start: beforeCount === 0 ? start : start + 1,
    before_lines: beforeCount,
    after_start: afterCount === 0 ? afterStart : afterStart + 1,
    after_lines: afterCount,
    lines,
  };
}

function hunkLine(kind: HunkLine["kind"], line: string): HunkLine {
  return line.endsWith("\n") ? { kind, text: line.slice(0, -1) } : { kind, text: line, no_newline: true };
}
