import { err, ok, type Result } from "../../result";
import type { Replacement } from "./editOperation";
import { locateBlock, type BlockEdit, type LocateOptions } from "./locateBlock";
import { nearestText } from "./nearestText";

/** Applies one search/replace to a text with LF line ends. The error says what was found instead. */
export function replaceText(text: string, edit: Replacement): Result<string, string> {
  const search = edit.search.replace(/\r\n/gu, "\n");
  const replace = edit.replace.replace(/\r\n/gu, "\n");
  if (search === replace) return err("search and replace are the same text");
  if (search.trim() === "") {
    return text.trim() === ""
      ? ok(replace)
      : err("search is empty, but the file is not; name the text to replace");
  }
  const lines = text.split("\n");
  const ends = text.endsWith("\n");
  if (ends) lines.pop();
  const literal = findLiteral(text, search);
  const [place] = literal;
  // A search that reads as whole lines means whole lines, even if it also fits into the middle of others.
  const isWhole = /^\s/u.test(search) || search.endsWith("\n");
  if (!isWhole && place !== undefined) return replaceLiteral(text, literal, place, search, replace);
  const located = locateBlock(lines, linesOf(search), linesOf(replace), wholeFile(lines));
  const isBetter = located.kind === "found" && (located.how === "exact" || literal.some((at) => at.inIndent));
  if (!isBetter && place !== undefined) return replaceLiteral(text, literal, place, search, replace);
  if (located.kind === "found") return ok(withBlock(lines, located.edit, ends));
  if (located.kind === "ambiguous") return err(severalPlaces(located.starts.map((start) => start + 1)));
  return err(notFound(lines, linesOf(search)));
}

function replaceLiteral(
  text: string,
  places: readonly LiteralPlace[],
  place: LiteralPlace,
  search: string,
  replace: string,
): Result<string, string> {
  if (places.length > 1) return err(severalPlaces(places.map((at) => at.line)));
  return ok(text.slice(0, place.index) + replace + text.slice(place.index + search.length));
}

function wholeFile(lines: readonly string[]): LocateOptions {
  return { from: 0, to: lines.length, hint: null, atEnd: false };
}

function withBlock(lines: readonly string[], edit: BlockEdit, ends: boolean): string {
  const result = [...lines.slice(0, edit.start), ...edit.lines, ...lines.slice(edit.end)];
  return result.join("\n") + (ends && result.length > 0 ? "\n" : "");
}

/** 1-based lines; the message asks for more context. */
export function severalPlaces(lineNumbers: readonly number[]): string {
  const shown = lineNumbers.slice(0, 8).join(", ");
  return `the text to replace is at ${lineNumbers.length} places (lines ${shown}); add lines around it until it is unique`;
}

export function notFound(file: readonly string[], search: readonly string[]): string {
  const nearest = nearestText(file, search);
  if (nearest === null)
    return "the text to replace is not in the file, and nothing like it; read the file first";
  return `the text to replace is not in the file; the nearest part is:\n${nearest}`;
}

function linesOf(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

interface LiteralPlace {
  readonly index: number;
  /** 1-based. */
  readonly line: number;
  /** It begins inside the white space that opens a line, so that the search lacks some of it. */
  readonly inIndent: boolean;
}

function findLiteral(text: string, search: string): LiteralPlace[] {
  const places: LiteralPlace[] = [];
  let [line, position] = [1, 0];
  for (
    let index = text.indexOf(search);
    index >= 0 && places.length < 1000;
    index = text.indexOf(search, index + 1)
  ) {
    for (; position < index; position++) if (text[position] === "\n") line++;
    const before = text.slice(text.lastIndexOf("\n", index - 1) + 1, index);
    places.push({ index, line, inIndent: before !== "" && before.trim() === "" });
  }
  return places;
}
