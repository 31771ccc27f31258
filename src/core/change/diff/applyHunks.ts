import { err, ok, type Result } from "../../result";
import { fillSentence } from "../../translate";
import type { FileChange, Hunk, HunkLine } from "../changeSet";
import { gitBlobId } from "../text/contentHash";
import { splitLines } from "./lineDiff";
import { decodeText, encodeText } from "../text/textBytes";

/** What a file becomes: null bytes when it is not there. */
export interface FileSide {
  readonly bytes: Uint8Array | null;
  readonly mode: string | null;
}

export interface HunkProblem {
  readonly code: "review.badHunk" | "review.staleChange";
  readonly path: string;
  readonly message: string;
}

/**
 * The file with just the accepted hunks: all of them give the proposed content, none of them the present one. Numbers
 * of other files are ignored. `after` is only needed for binary files and additions without lines. Fails when
 * a content is not the one that the change was computed from.
 */
export function applyHunks(
  sides: { readonly before: Uint8Array | null; readonly after: Uint8Array | null },
  change: FileChange,
  accepted: readonly number[] | null,
): Result<FileSide, HunkProblem> {
  const before: FileSide = { bytes: sides.before, mode: change.mode_before };
  if (!isContent(sides.before, change.before))
    return stale(change, "{0} is no longer what the change was made from");
  const taken =
    accepted === null ? change.hunks : change.hunks.filter((hunk) => accepted.includes(hunk.number));
  if (taken.length === 0) return ok(before);
  const complete = taken.length === change.hunks.length;
  if (complete && change.after === null) return ok({ bytes: null, mode: null });
  if (complete && sides.after !== null) {
    if (!isContent(sides.after, change.after)) return stale(change, "{0} is no longer what was proposed");
    return ok({ bytes: sides.after, mode: change.mode_after });
  }
  const text = sides.before === null ? "" : decodeText(sides.before);
  if (text === null || change.binary) return stale(change, "{0} is missing its proposed content");
  const lines = replaceLines(splitLines(text), taken);
  if (lines === null) return stale(change, "{0} does not hold the lines of its hunks");
  const bytes = encodeText(lines.join(""));
  if (complete && !isContent(bytes, change.after))
    return stale(change, "{0} did not become what was proposed");
  const modeTaken = taken.some((hunk) => hunk.lines.length === 0) || change.before === null;
  return ok({ bytes, mode: modeTaken ? change.mode_after : change.mode_before });
}

/** The numbers that name no hunk of these files; empty when all do. */
export function unknownHunks(files: readonly FileChange[], numbers: readonly number[]): number[] {
  const known = new Set(files.flatMap((file) => file.hunks.map((hunk) => hunk.number)));
  return numbers.filter((number) => !known.has(number));
}

function replaceLines(before: readonly string[], hunks: readonly Hunk[]): string[] | null {
  const result: string[] = [];
  let position = 0;
  for (const hunk of hunks) {
    if (hunk.lines.length === 0) continue;
    const start = hunk.before_lines === 0 ? hunk.before_start : hunk.before_start - 1;
    while (position < start) result.push(before[position++] ?? "");
    for (const line of hunk.lines) {
      if (line.kind === "add") result.push(lineText(line));
      else if (before[position] !== lineText(line)) return null;
      else {
        if (line.kind === "context") result.push(lineText(line));
        position++;
      }
    }
  }
  while (position < before.length) result.push(before[position++] ?? "");
  return result;
}

function lineText(line: HunkLine): string {
  return line.no_newline === true ? line.text : `${line.text}\n`;
}

function isContent(bytes: Uint8Array | null, id: string | null): boolean {
  return bytes === null || id === null ? bytes === null && id === null : gitBlobId(bytes) === id;
}

function stale(change: FileChange, sentence: string): { readonly ok: false; readonly error: HunkProblem } {
  return err({
    code: "review.staleChange",
    path: change.path,
    message: fillSentence(sentence, [change.path]),
  });
}
