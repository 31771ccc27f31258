import { err, ok, type Result } from "../../result";
import { editProblem, type EditOperation, type EditProblem } from "./editOperation";
import { closesBlock, findFenceEnd, opensFence, pathFromInfo, pathFromLine } from "./markdownFence";
import { envelopeEnd, envelopeStart, parseEnvelope } from "./parseEnvelope";
import { parseHunkHeader } from "./parseHunkBody";
import { isSearchMarker, readSearchBlock } from "./parseSearchBlock";
import { parseUnifiedDiff, startsUnifiedDiff } from "./parseUnifiedDiff";

/**
 * Finds the edits in a model's answer: SEARCH/REPLACE blocks, fenced whole files with a path, unified diffs and patch
 * envelopes, in their order. An answer without edits gives an empty list; one unreadable edit refuses all of them.
 */
export function parseTextEdits(text: string): Result<readonly EditOperation[], readonly EditProblem[]> {
  const reader = new TextEditReader(text.replace(/\r\n/gu, "\n").split("\n"));
  reader.read();
  return reader.problems.length > 0 ? err(reader.problems) : ok(reader.operations);
}

class TextEditReader {
  readonly operations: EditOperation[] = [];
  readonly problems: EditProblem[] = [];
  readonly #lines: readonly string[];
  /** Path of the block before; blocks that follow without one mean the same file. */
  #lastPath: string | null = null;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  read(): void {
    let index = 0;
    while (index < this.#lines.length)
      index = this.#readAt(index, this.#lines.length, this.#pathBefore(index));
  }

  /** Takes what begins at `index` and returns the index after it. `end` bounds the fence that is being read. */
  #readAt(index: number, end: number, path: string | null): number {
    const line = this.#lines[index] ?? "";
    if (envelopeStart.test(line)) return this.#readEnvelope(index, end);
    if (isSearchMarker(line)) return this.#readSearchBlock(index, path);
    if (startsUnifiedDiff(this.#lines, index)) return this.#readDiff(index, end);
    if (opensFence(line)) return this.#readFence(index, path);
    return index + 1;
  }

  #readEnvelope(start: number, end: number): number {
    let stop = start + 1;
    while (stop < end && !envelopeEnd.test(this.#lines[stop] ?? "")) stop++;
    if (stop === end)
      this.#refuse(null, "The patch ends without *** End Patch; the answer seems to be cut off");
    else this.#take(parseEnvelope(this.#lines.slice(start + 1, stop)));
    return stop + 1;
  }

  #readSearchBlock(start: number, path: string | null): number {
    const block = readSearchBlock(this.#lines, start);
    const target = path ?? this.#lastPath;
    if (!block.ok) this.#refuse(target, block.error.message);
    else if (target === null)
      this.#refuse(null, "A SEARCH block names no file; put the path on the line before it");
    else {
      this.#lastPath = target;
      this.operations.push({ kind: "replace", path: target, edits: [block.value.edit] });
    }
    return block.ok ? block.value.next : block.error.next;
  }

  #readDiff(start: number, end: number): number {
    const parsed = parseUnifiedDiff(this.#lines.slice(0, end), start);
    if (!parsed.ok) {
      this.problems.push(parsed.error);
      return end;
    }
    this.operations.push(...parsed.value.operations);
    return Math.max(parsed.value.next, start + 1);
  }

  #readFence(start: number, pathBefore: string | null): number {
    const end = findFenceEnd(this.#lines, start);
    const path = pathFromInfo(this.#lines[start] ?? "") ?? pathBefore;
    const isDiff = /^\s*[`~]+\s*(?:diff|patch)\b/u.test(this.#lines[start] ?? "");
    const stop = end ?? this.#lines.length;
    const inside = this.#lines.slice(start + 1, stop);
    if (this.#isEditInside(inside, path)) {
      this.#readInside(start + 1, stop, path);
      return stop + 1;
    }
    if (path === null) return stop + 1;
    if (end === null)
      this.#refuse(path, "The fence of the file is never closed; the answer seems to be cut off");
    else if (isDiff) this.#readBareHunks(inside, path);
    else {
      const content = inside.map((line) => `${line}\n`).join("");
      this.operations.push({
        kind: "write",
        path,
        content,
        create: false,
        loose_end: true,
        executable: false,
      });
    }
    return stop + 1;
  }

  /** A fence without a path may hold an edit anywhere; below a path it must begin with one, or it is the file. */
  #isEditInside(inside: readonly string[], path: string | null): boolean {
    if (inside.some(isSearchMarker)) return true;
    const first = inside.findIndex((line) => line.trim() !== "");
    const isEdit = (at: number): boolean =>
      envelopeStart.test(inside[at] ?? "") || startsUnifiedDiff(inside, at);
    return path === null || /\.(?:diff|patch)$/u.test(path)
      ? path === null && inside.some((_, at) => isEdit(at))
      : isEdit(first);
  }

  #readInside(start: number, end: number, path: string | null): void {
    let index = start;
    let target = path;
    while (index < end) {
      const line = this.#lines[index] ?? "";
      if (isSearchMarker(line)) {
        index = this.#readSearchBlock(index, target);
        target = null;
        continue;
      }
      const named = closesBlock(line) ? null : pathFromLine(line);
      if (named !== null && isSearchMarker(this.#lines[index + 1] ?? "")) target = named;
      index = opensFence(line) ? index + 1 : this.#readAt(index, end, target);
    }
  }

  /** Hunks without file names in a diff fence below a path. */
  #readBareHunks(lines: readonly string[], path: string): void {
    const header = parseHunkHeader(lines[0] ?? "");
    if (header === null) {
      this.#refuse(path, "The diff has no --- and +++ lines and no @@ hunk");
      return;
    }
    this.#take(parseEnvelopeHunks(lines, path));
  }

  /** The path on the line before, or before one blank line. */
  #pathBefore(index: number): string | null {
    const above = this.#lines[index - 1] ?? "";
    const line = above.trim() === "" ? (this.#lines[index - 2] ?? "") : above;
    return pathFromLine(line);
  }

  #take(parsed: Result<readonly EditOperation[], EditProblem>): void {
    if (parsed.ok) this.operations.push(...parsed.value);
    else this.problems.push(parsed.error);
  }

  #refuse(path: string | null, message: string): void {
    this.problems.push(editProblem(null, path, message));
  }
}

function parseEnvelopeHunks(
  lines: readonly string[],
  path: string,
): Result<readonly EditOperation[], EditProblem> {
  return parseEnvelope([`*** Update File: ${path}`, ...lines]);
}
