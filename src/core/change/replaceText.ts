import { err, ok, type Result } from "../result";
import type { Replacement } from "./editOperation";
import { locateBlock } from "./locateBlock";
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
  const first = text.indexOf(search);
  if (first >= 0) {
    const second = text.indexOf(search, first + 1);
    if (second < 0) return ok(text.slice(0, first) + replace + text.slice(first + search.length));
    return err(severalPlaces(occurrences(text, search)));
  }
  const lines = text.split("\n");
  const ends = text.endsWith("\n");
  if (ends) lines.pop();
  const options = { from: 0, to: lines.length, hint: null, atEnd: false };
  const located = locateBlock(lines, linesOf(search), linesOf(replace), options);
  if (located.kind === "found") {
    const { start, end, lines: block } = located.edit;
    const result = [...lines.slice(0, start), ...block, ...lines.slice(end)];
    return ok(result.join("\n") + (ends && result.length > 0 ? "\n" : ""));
  }
  if (located.kind === "ambiguous") return err(severalPlaces(located.starts.map((start) => start + 1)));
  return err(notFound(lines, linesOf(search)));
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

function occurrences(text: string, search: string): number[] {
  const lineNumbers: number[] = [];
  let [line, position] = [1, 0];
  for (
    let at = text.indexOf(search);
    at >= 0 && lineNumbers.length < 1000;
    at = text.indexOf(search, at + 1)
  ) {
    for (; position < at; position++) if (text[position] === "\n") line++;
    lineNumbers.push(line);
  }
  return lineNumbers;
}
