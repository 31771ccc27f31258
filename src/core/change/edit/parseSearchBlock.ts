import { err, ok, type Result } from "../../result";
import type { Replacement } from "./editOperation";

const head = /^\s{0,3}(<{5,9})\s*(?:SEARCH|ORIGINAL)\s*>?\s*$/u;
const tail = /^\s{0,3}>{5,9}\s*(?:REPLACE|UPDATED)\s*$/u;

/** The line that opens a SEARCH/REPLACE block. */
export function isSearchMarker(line: string): boolean {
  return head.test(line);
}

export function isReplaceMarker(line: string): boolean {
  return tail.test(line);
}

/** Reads the block that opens at `start`; both texts end with a newline unless they are empty. */
export function readSearchBlock(
  lines: readonly string[],
  start: number,
): Result<
  { readonly edit: Replacement; readonly next: number },
  { readonly message: string; readonly next: number }
> {
  const width = head.exec(lines[start] ?? "")?.[1]?.length ?? 7;
  let end = start + 1;
  while (end < lines.length && !tail.test(lines[end] ?? "")) {
    if (head.test(lines[end] ?? "")) {
      return err({
        message: "A SEARCH block holds another one; the first has no >>>>>>> REPLACE",
        next: lines.length,
      });
    }
    end++;
  }
  if (end === lines.length) {
    return err({
      message: "A SEARCH block ends without >>>>>>> REPLACE; the answer seems to be cut off",
      next: end,
    });
  }
  const divider = "=".repeat(width);
  const dividers: number[] = [];
  for (let index = start + 1; index < end; index++)
    if (lines[index]?.trim() === divider) dividers.push(index);
  const middle = dividers[0];
  if (middle === undefined) return err({ message: `A SEARCH block has no ${divider} line`, next: end + 1 });
  if (dividers.length > 1) {
    const message = `A SEARCH block has ${dividers.length} ${divider} lines; write longer markers of equal length around it`;
    return err({ message, next: end + 1 });
  }
  const search = joinLines(lines.slice(start + 1, middle));
  const replace = joinLines(lines.slice(middle + 1, end));
  return ok({ edit: { search, replace }, next: end + 1 });
}

function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
