import type { HunkState, LineState } from "../../src/protocol/reviewView";

/** One line of a diff with its numbers; null on the side where the line does not exist. */
export interface NumberedLine {
  readonly line: LineState;
  readonly before: number | null;
  readonly after: number | null;
}

/** One row of a diff in two columns; null where a side has nothing to show. */
export interface PairedLine {
  readonly left: NumberedLine | null;
  readonly right: NumberedLine | null;
}

/** Gives every line of a hunk its numbers in the old and the new file. */
export function numberLines(hunk: Pick<HunkState, "before_start" | "after_start" | "lines">): NumberedLine[] {
  let before = hunk.before_start;
  let after = hunk.after_start;
  return hunk.lines.map((line) => {
    const numbered = {
      line,
      before: line.kind === "add" ? null : before,
      after: line.kind === "remove" ? null : after,
    };
    if (line.kind !== "add") before += 1;
    if (line.kind !== "remove") after += 1;
    return numbered;
  });
}

/** Puts removed lines beside the added ones that follow them. */
export function pairLines(lines: readonly NumberedLine[]): PairedLine[] {
  const rows: PairedLine[] = [];
  let removed: NumberedLine[] = [];
  let added: NumberedLine[] = [];
  const flush = (): void => {
    for (let index = 0; index < Math.max(removed.length, added.length); index += 1) {
      rows.push({ left: removed[index] ?? null, right: added[index] ?? null });
    }
    removed = [];
    added = [];
  };
  for (const item of lines) {
    if (item.line.kind === "remove") {
      if (added.length > 0) flush();
      removed.push(item);
    } else if (item.line.kind === "add") {
      added.push(item);
    } else {
      flush();
      rows.push({ left: item, right: item });
    }
  }
  flush();
  return rows;
}

/** Cuts a line at its marks; stretches that are marked are the changed words. */
export function markedParts(line: LineState): { readonly text: string; readonly marked: boolean }[] {
  const parts: { text: string; marked: boolean }[] = [];
  let at = 0;
  for (const [start, end] of line.marks ?? []) {
    if (start < at || end <= start || end > line.text.length) continue;
    if (start > at) parts.push({ text: line.text.slice(at, start), marked: false });
    parts.push({ text: line.text.slice(start, end), marked: true });
    at = end;
  }
  if (at < line.text.length) parts.push({ text: line.text.slice(at), marked: false });
  return parts;
}
