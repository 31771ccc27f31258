import type { HunkLine } from "../changeSet";
import { diffIds } from "./myersDiff";

/** Characters `start` to `end` (0-based, half open) of a line that really differ. */
export interface WordMark {
  readonly start: number;
  readonly end: number;
}

/**
 * For each line of a hunk the parts to highlight, so that a changed word stands out in a changed line. Lines without
 * a counterpart, context lines and pairs with little in common have none.
 */
export function wordMarks(lines: readonly HunkLine[]): readonly (readonly WordMark[])[] {
  const marks: (readonly WordMark[])[] = lines.map(() => []);
  let index = 0;
  while (index < lines.length) {
    const removed = runOf(lines, index, "remove");
    const added = runOf(lines, removed, "add");
    for (let pair = 0; pair < Math.min(removed - index, added - removed); pair++) {
      const [before, after] = markPair(lines[index + pair]?.text ?? "", lines[removed + pair]?.text ?? "");
      marks[index + pair] = before;
      marks[removed + pair] = after;
    }
    index = Math.max(added, index + 1);
  }
  return marks;
}

const maxLineLength = 4000;
/** Below this share of common characters the whole line is new. */
const minimumLikeness = 0.3;

function runOf(lines: readonly HunkLine[], start: number, kind: HunkLine["kind"]): number {
  let end = start;
  while (lines[end]?.kind === kind) end++;
  return end;
}

function markPair(before: string, after: string): readonly [WordMark[], WordMark[]] {
  if (before.length > maxLineLength || after.length > maxLineLength) return [[], []];
  const [left, right] = [tokens(before), tokens(after)];
  const ids = new Map<string, number>();
  const ranges = diffIds(intern(left, ids), intern(right, ids), ids.size);
  const beforeMarks = ranges.map((range) => markOf(left, range.before, range.beforeLength)).filter(isVisible);
  const afterMarks = ranges.map((range) => markOf(right, range.after, range.afterLength)).filter(isVisible);
  const changed = [...beforeMarks, ...afterMarks].reduce((sum, mark) => sum + mark.end - mark.start, 0);
  const likeness = 1 - changed / Math.max(1, before.trim().length + after.trim().length);
  return likeness < minimumLikeness ? [[], []] : [beforeMarks, afterMarks];
}

/** Words, runs of white space, and every other character on its own. */
function tokens(line: string): string[] {
  return line.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
}

function intern(words: readonly string[], ids: Map<string, number>): Int32Array {
  return Int32Array.from(words, (word) => {
    const id = ids.get(word) ?? ids.size;
    ids.set(word, id);
    return id;
  });
}

function markOf(words: readonly string[], start: number, length: number): WordMark {
  const before = words.slice(0, start).join("").length;
  return { start: before, end: before + words.slice(start, start + length).join("").length };
}

function isVisible(mark: WordMark): boolean {
  return mark.end > mark.start;
}
