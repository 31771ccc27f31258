import { normalizeLine } from "./locateBlock";

/**
 * The part of a file most like the lines that were not found, with line numbers, for the message to the model. Null
 * when nothing is alike.
 */
export function nearestText(file: readonly string[], search: readonly string[]): string | null {
  const wanted = search.map(normalizeLine).filter((line) => line.length > 1);
  if (wanted.length === 0 || file.length === 0) return null;
  const normal = file.map(normalizeLine);
  const start = densestWindow(normal, wanted) ?? mostAlikeLine(normal, wanted);
  if (start === null) return null;
  const first = Math.max(0, start - 1);
  return numbered(
    file,
    first,
    Math.min(file.length, first + Math.min(Math.max(wanted.length + 2, 4), maxShown)),
  );
}

const maxShown = 16;

/** The start of the window that holds most of the searched lines, in whatever order. */
function densestWindow(normal: readonly string[], wanted: readonly string[]): number | null {
  const known = new Set(wanted);
  const size = wanted.length;
  let count = 0;
  let best = { count: 0, start: 0 };
  for (let index = 0; index < normal.length; index++) {
    if (known.has(normal[index] ?? "")) count++;
    if (index >= size && known.has(normal[index - size] ?? "")) count--;
    if (count > best.count) best = { count, start: Math.max(0, index - size + 1) };
  }
  return best.count === 0 ? null : best.start;
}

/** The line that shares most letter pairs with the longest searched line. */
function mostAlikeLine(normal: readonly string[], wanted: readonly string[]): number | null {
  const target = wanted
    .reduce((longest, line) => (line.length > longest.length ? line : longest), "")
    .slice(0, 300);
  const pairs = pairsOf(target);
  let best = { likeness: 0.4, index: -1 };
  normal.slice(0, 20_000).forEach((line, index) => {
    if (line.length < 2) return;
    const other = pairsOf(line.slice(0, 300));
    let common = 0;
    for (const pair of other) if (pairs.has(pair)) common++;
    const likeness = (2 * common) / (pairs.size + other.size);
    if (likeness > best.likeness) best = { likeness, index };
  });
  return best.index < 0 ? null : best.index;
}

function pairsOf(line: string): Set<string> {
  const pairs = new Set<string>();
  for (let index = 1; index < line.length; index++) pairs.add(line.slice(index - 1, index + 1));
  return pairs;
}

function numbered(file: readonly string[], start: number, end: number): string {
  return file
    .slice(start, end)
    .map((line, index) => `${start + index + 1}| ${line.length > 200 ? `${line.slice(0, 200)}...` : line}`)
    .join("\n");
}
