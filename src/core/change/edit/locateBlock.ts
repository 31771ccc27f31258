import { diffLines } from "../diff/lineDiff";
import { mergeLines } from "../diff/mergeText";
import { findReindent, indentOf, notMapped, type Reindent } from "./indentation";

/** Lines `start` to `end` (0-based, half open) of the file become `lines`. */
export interface BlockEdit {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

export type Located =
  | { readonly kind: "found"; readonly edit: BlockEdit; readonly how: "exact" | "normalized" | "anchored" }
  | { readonly kind: "ambiguous"; readonly starts: readonly number[] }
  | { readonly kind: "missing" };

export interface LocateOptions {
  /** First line that may match. */
  readonly from: number;
  /** Lines below this one only. */
  readonly to: number;
  /** The line where the block is said to start; decides between places that match exactly. */
  readonly hint: number | null;
  readonly atEnd: boolean;
}

/**
 * Finds the one place for a block of lines and what stands there afterwards: exactly as written, else equal but for
 * white space, else between its first and last line with small differences inside. Two equally good places are none.
 */
export function locateBlock(
  file: readonly string[],
  search: readonly string[],
  replace: readonly string[],
  options: LocateOptions,
): Located {
  const exact = choose(positions(file, search, options), options, search.length);
  if (exact.kind === "one")
    return {
      kind: "found",
      how: "exact",
      edit: { start: exact.start, end: exact.start + search.length, lines: replace },
    };
  if (exact.kind === "many") return { kind: "ambiguous", starts: exact.starts };

  const block = trimBlank(search, replace);
  if (block.search.length === 0) return { kind: "missing" };
  const normal = file.map(normalizeLine);
  const wanted = block.search.map(normalizeLine);
  const loose = choose(positions(normal, wanted, options), { ...options, hint: null }, wanted.length);
  if (loose.kind === "many") return { kind: "ambiguous", starts: loose.starts };
  if (loose.kind === "one") {
    const there = file.slice(loose.start, loose.start + wanted.length);
    const lines = rewrite(block.search, block.replace, there);
    if (lines === null) return { kind: "missing" };
    return {
      kind: "found",
      how: "normalized",
      edit: { start: loose.start, end: loose.start + wanted.length, lines },
    };
  }
  return locateAnchored(file, normal, block, wanted, options);
}

/** White space and typographic look-alikes do not count. */
export function normalizeLine(line: string): string {
  return line
    .replace(/[\u2018\u2019\u201b]/gu, "'")
    .replace(/[\u201c\u201d]/gu, '"')
    .replace(/[\u2010-\u2015\u2212]/gu, "-")
    .replace(/\s+/gu, " ")
    .trim();
}

function positions(file: readonly string[], search: readonly string[], options: LocateOptions): number[] {
  const found: number[] = [];
  const first = search[0];
  if (first === undefined) return found;
  const last = Math.min(options.to, file.length) - search.length;
  for (let start = options.from; start <= last; start++) {
    if (file[start] === first && search.every((line, index) => file[start + index] === line))
      found.push(start);
  }
  return found;
}

type Choice =
  | { readonly kind: "one"; readonly start: number }
  | { readonly kind: "many"; readonly starts: readonly number[] }
  | { readonly kind: "none" };

function choose(starts: readonly number[], options: LocateOptions, length: number): Choice {
  const allowed = options.atEnd ? starts.filter((start) => start + length === options.to) : starts;
  const hinted = allowed.find((start) => start === options.hint);
  if (hinted !== undefined) return { kind: "one", start: hinted };
  const first = allowed[0];
  if (first === undefined) return { kind: "none" };
  return allowed.length === 1 ? { kind: "one", start: first } : { kind: "many", starts: allowed };
}

interface Block {
  readonly search: readonly string[];
  readonly replace: readonly string[];
}

/** Blank lines around the block that both texts have are no part of what must be found. */
function trimBlank(search: readonly string[], replace: readonly string[]): Block {
  const isBlank = (line: string | undefined): boolean => line?.trim() === "";
  let start = 0;
  while (start < search.length && isBlank(search[start]) && isBlank(replace[start])) start++;
  let end = 0;
  const shorter = Math.min(search.length, replace.length) - start;
  while (end < shorter && isBlank(search.at(-1 - end)) && isBlank(replace.at(-1 - end))) end++;
  return {
    search: search.slice(start, search.length - end),
    replace: replace.slice(start, replace.length - end),
  };
}

/** What the lines become: those that the model left alone stay as the file has them, the others are re-indented. */
function rewrite(
  search: readonly string[],
  replace: readonly string[],
  there: readonly string[],
): string[] | null {
  const reindent = findReindent(search, there);
  const lines: string[] = [];
  let position = 0;
  for (const range of diffLines(search, replace)) {
    lines.push(...there.slice(position, range.before));
    for (let index = 0; index < range.afterLength; index++) {
      const line = replace[range.after + index] ?? "";
      const counterpart = index < range.beforeLength ? range.before + index : null;
      const moved = reindent?.(line) ?? notMapped;
      if (!moved.startsWith(notMapped)) lines.push(moved);
      else if (counterpart === null || indentOf(search[counterpart] ?? "") !== indentOf(line)) return null;
      else lines.push(indentOf(there[counterpart] ?? "") + line.trimStart());
    }
    position = range.before + range.beforeLength;
  }
  return [...lines, ...there.slice(position)];
}

/** At least this share of the lines between the anchors must be in the file, in order. */
const minimumLikeness = 0.6;

/**
 * The model remembers the block nearly: first and last line are there, most between them as well. Its change is merged
 * with what the file really holds, so that lines it did not touch keep their present text; a clash refuses the edit.
 */
function locateAnchored(
  file: readonly string[],
  normal: readonly string[],
  block: Block,
  wanted: readonly string[],
  options: LocateOptions,
): Located {
  if (wanted.length < 3 || options.atEnd) return { kind: "missing" };
  const slack = Math.max(1, Math.floor(wanted.length / 4));
  const candidates: BlockEdit[] = [];
  const end = Math.min(options.to, file.length);
  for (let start = options.from; start < end; start++) {
    if (normal[start] !== wanted[0]) continue;
    for (
      let length = wanted.length - slack;
      length <= wanted.length + slack && start + length <= end;
      length++
    ) {
      if (length < 2 || normal[start + length - 1] !== wanted.at(-1)) continue;
      const edit = anchoredEdit(file, normal, block, wanted, start, length);
      if (edit !== null) candidates.push(edit);
    }
  }
  const [first, second] = candidates;
  if (first === undefined) return { kind: "missing" };
  if (second !== undefined) return { kind: "ambiguous", starts: candidates.map((edit) => edit.start) };
  return { kind: "found", how: "anchored", edit: first };
}

function anchoredEdit(
  file: readonly string[],
  normal: readonly string[],
  block: Block,
  wanted: readonly string[],
  start: number,
  length: number,
): BlockEdit | null {
  const there = file.slice(start, start + length);
  const changed = diffLines(wanted, normal.slice(start, start + length));
  const alike = wanted.length - changed.reduce((sum, range) => sum + range.beforeLength, 0);
  if (alike < wanted.length * minimumLikeness || alike < 3) return null;
  const aligned = alignTo(wanted, there, changed);
  const reindent = findReindent(
    block.search.filter((_, index) => aligned[index] !== null),
    aligned.filter((line) => line !== null),
  );
  if (reindent === null) return null;
  const base = block.search.map((line, index) => aligned[index] ?? reindent(line));
  const theirs = replaced(block, base, reindent);
  if ([...base, ...theirs].some((line) => line.startsWith(notMapped))) return null;
  const merged = mergeLines(base, there, theirs);
  return merged.ok ? { start, end: start + length, lines: merged.value } : null;
}

/** For each searched line the file's line that equals it but for white space, or null. */
function alignTo(
  wanted: readonly string[],
  there: readonly string[],
  changed: readonly {
    readonly before: number;
    readonly beforeLength: number;
    readonly after: number;
    readonly afterLength: number;
  }[],
): (string | null)[] {
  const aligned: (string | null)[] = [];
  let after = 0;
  for (const range of [
    ...changed,
    { before: wanted.length, beforeLength: 0, after: there.length, afterLength: 0 },
  ]) {
    while (aligned.length < range.before) aligned.push(there[after++] ?? null);
    for (let index = 0; index < range.beforeLength; index++) aligned.push(null);
    after = range.after + range.afterLength;
  }
  return aligned;
}

/** The model's result on top of the base as the file writes it. */
function replaced(block: Block, base: readonly string[], reindent: Reindent): string[] {
  const lines: string[] = [];
  let position = 0;
  for (const range of diffLines(block.search, block.replace)) {
    lines.push(...base.slice(position, range.before));
    lines.push(...block.replace.slice(range.after, range.after + range.afterLength).map(reindent));
    position = range.before + range.beforeLength;
  }
  return [...lines, ...base.slice(position)];
}
