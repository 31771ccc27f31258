import { err, ok, type Result } from "../../result";
import type { PatchHunk } from "./editOperation";
import { indentOf } from "./indentation";
import { locateBlock, normalizeLine } from "./locateBlock";
import { notFound, severalPlaces } from "./replaceText";

/** Applies hunks in file order to a text with LF line ends. The error names the hunk and what was found instead. */
export function applyPatchHunks(text: string, hunks: readonly PatchHunk[]): Result<string, string> {
  let lines = text === "" ? [] : text.replace(/\n$/u, "").split("\n");
  let ends = text === "" || text.endsWith("\n");
  let cursor = 0;
  let shift = 0;
  for (const [index, hunk] of hunks.entries()) {
    const place = `hunk ${index + 1}: `;
    const applied = applyHunk(lines, hunk, cursor, shift);
    if (!applied.ok) return err(place + applied.error);
    const { start, end, lines: block } = applied.value;
    const reachesEnd = end === lines.length;
    lines = [...lines.slice(0, start), ...block, ...lines.slice(end)];
    cursor = start + block.length;
    shift += block.length - (end - start);
    if (reachesEnd && hunk.final_newline !== null) ends = hunk.final_newline;
  }
  const result = lines.join("\n") + (ends && lines.length > 0 ? "\n" : "");
  return result === text ? err("the patch changes nothing") : ok(result);
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

function applyHunk(
  lines: readonly string[],
  hunk: PatchHunk,
  cursor: number,
  shift: number,
): Result<Place, string> {
  const search = hunk.lines.filter((line) => line.kind !== "add").map((line) => line.text);
  const replace = hunk.lines.filter((line) => line.kind !== "remove").map((line) => line.text);
  const range = followAnchors(lines, hunk.anchors, cursor);
  if (!range.ok) return range;
  if (search.length === 0) return insertion(lines, hunk, range.value, replace);
  if (lines.length > 0 && search.every((line) => line.trim() === "")) {
    return err(
      "its context is blank lines only; give at least one line with text that stands next to the change",
    );
  }
  const hint = hunk.line === null ? null : hunk.line - 1 + shift;
  const { from, blockEnd } = range.value;
  const options = { from, to: lines.length, hint, atEnd: hunk.at_end };
  let located = locateBlock(lines, search, replace, options);
  if (located.kind === "ambiguous" && blockEnd !== null) {
    located = locateBlock(lines, search, replace, { ...options, to: blockEnd });
  }
  if (located.kind === "missing" && hunk.anchors.length === 0 && cursor > 0) {
    // Models do not always keep hunks in file order; one unmistakable place further up is as good.
    located = locateBlock(lines, search, replace, { ...options, from: 0 });
  }
  if (located.kind === "found") return ok(located.edit);
  if (located.kind === "ambiguous") return err(severalPlaces(located.starts.map((start) => start + 1)));
  return err(notFound(lines, search));
}

interface Range {
  /** Where the search begins: after the last anchor, or after the hunk before. */
  readonly from: number;
  /** Where the block that the last anchor opens ends, by indentation; null without an anchor. */
  readonly blockEnd: number | null;
}

function followAnchors(
  lines: readonly string[],
  anchors: readonly string[],
  cursor: number,
): Result<Range, string> {
  let range: Range = { from: cursor, blockEnd: null };
  for (const anchor of anchors) {
    const wanted = normalizeLine(anchor);
    const found = findAnchor(lines, wanted, range);
    if (found === null) return err(`the line after @@ is not in the file: ${anchor.trim()}`);
    range = { from: found, blockEnd: endOfBlock(lines, found) };
  }
  return ok(range);
}

/** The anchor may itself be the first line of the hunk, so the search begins on it. */
function findAnchor(lines: readonly string[], wanted: string, range: Range): number | null {
  for (const matches of [(line: string) => line === wanted, (line: string) => line.startsWith(wanted)]) {
    for (const [start, end] of [
      [range.from, range.blockEnd ?? lines.length],
      [range.from, lines.length],
      [0, lines.length],
    ] as const) {
      for (let index = start; index < end; index++)
        if (matches(normalizeLine(lines[index] ?? ""))) return index;
    }
  }
  return null;
}

function endOfBlock(lines: readonly string[], start: number): number {
  const depth = indentOf(lines[start] ?? "").length;
  let index = start + 1;
  while (
    index < lines.length &&
    ((lines[index] ?? "").trim() === "" || indentOf(lines[index] ?? "").length > depth)
  )
    index++;
  return index;
}

/** Lines without context: only where the place is beyond doubt. */
function insertion(
  lines: readonly string[],
  hunk: PatchHunk,
  range: Range,
  added: readonly string[],
): Result<Place, string> {
  if (lines.length === 0) return ok({ start: 0, end: 0, lines: added });
  if (hunk.at_end) return ok({ start: lines.length, end: lines.length, lines: added });
  if (hunk.anchors.length > 0) return ok({ start: range.from + 1, end: range.from + 1, lines: added });
  return err("it only adds lines; give at least one line that stands next to them");
}
