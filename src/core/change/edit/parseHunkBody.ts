import type { PatchHunk, PatchLine } from "./editOperation";

export interface HunkBody {
  readonly lines: readonly PatchLine[];
  readonly final_newline: boolean | null;
  /** Index of the first line after the body. */
  readonly next: number;
}

export interface HunkHeader extends Pick<PatchHunk, "anchors" | "line"> {
  /** Lines of both sides that the header announces; null when it announces none. */
  readonly counts: { readonly before: number; readonly after: number } | null;
}

/** Reads `@@ -1,2 +1,3 @@ section`, `@@ class A`, `@@ ... @@` or a bare `@@`; null for any other line. */
export function parseHunkHeader(line: string): HunkHeader | null {
  const numbers = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/u.exec(line);
  if (numbers !== null) {
    const before = Number(numbers[2] ?? "1");
    const start = Number(numbers[1]);
    return {
      anchors: [],
      line: before === 0 ? start + 1 : start,
      counts: { before, after: Number(numbers[4] ?? "1") },
    };
  }
  if (!line.startsWith("@@")) return null;
  const text = line.replace(/^@@+ ?/u, "").replace(/\s*@@\s*$/u, "");
  const says = text.trim() === "" || /^[-+\d,\s.…]*$/u.test(text) ? [] : [text];
  return { anchors: says, line: null, counts: null };
}

/**
 * Reads the lines of a hunk from `start` on. The announced counts decide where it ends if they agree with what
 * follows; models often miscount, then the prefixes decide. Null when a line has no prefix.
 */
export function parseHunkBody(
  lines: readonly string[],
  start: number,
  counts: HunkHeader["counts"],
): HunkBody | null {
  const counted = counts === null ? null : readCounted(lines, start, counts);
  return counted ?? readPrefixed(lines, start);
}

function readCounted(
  lines: readonly string[],
  start: number,
  counts: NonNullable<HunkHeader["counts"]>,
): HunkBody | null {
  const body: PatchLine[] = [];
  let { before, after } = counts;
  let index = start;
  while (before > 0 || after > 0) {
    const line = lines[index];
    if (line === undefined) return null;
    if (line.startsWith("\\")) {
      index++;
      continue;
    }
    const parsed = parseLine(line);
    if (parsed === null) return null;
    if (parsed.kind !== "add") before--;
    if (parsed.kind !== "remove") after--;
    if (before < 0 || after < 0) return null;
    body.push(parsed);
    index++;
  }
  if (lines[index]?.startsWith("\\") === true) index++;
  const following = lines[index];
  if (following !== undefined && /^[-+ ]/u.test(following) && !isBoundary(lines, index)) return null;
  return { lines: body, final_newline: finalNewline(lines.slice(start, index)), next: index };
}

function readPrefixed(lines: readonly string[], start: number): HunkBody | null {
  const body: PatchLine[] = [];
  let index = start;
  for (; index < lines.length && !isBoundary(lines, index); index++) {
    const line = lines[index] ?? "";
    if (line.startsWith("\\")) continue;
    const parsed = parseLine(line);
    if (parsed === null) return null;
    body.push(parsed);
  }
  const next = index;
  for (; body.length > 0 && lines[index - 1] === ""; index--) body.pop();
  return { lines: body, final_newline: finalNewline(lines.slice(start, index)), next };
}

function parseLine(line: string): PatchLine | null {
  if (line === "") return { kind: "context", text: "" };
  const kind = line.startsWith(" ")
    ? "context"
    : line.startsWith("+")
      ? "add"
      : line.startsWith("-")
        ? "remove"
        : null;
  return kind === null ? null : { kind, text: line.slice(1) };
}

/** True where a hunk must end: the next hunk, the next file, a directive of the envelope. */
function isBoundary(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? "";
  if (/^(?:@@|diff --git |index [0-9a-f]|\*\*\* )/u.test(line)) return true;
  return line.startsWith("--- ") && lines[index + 1]?.startsWith("+++ ") === true;
}

/** The marker speaks of the line above it: of the result if that is added or context, else only of the old file. */
function finalNewline(lines: readonly string[]): boolean | null {
  let result: boolean | null = null;
  lines.forEach((line, index) => {
    if (!line.startsWith("\\")) return;
    const above = lines[index - 1] ?? "";
    result = above.startsWith("-") ? (result ?? true) : false;
  });
  return result;
}
