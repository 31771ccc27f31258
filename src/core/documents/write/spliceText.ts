import { MasterPlanError } from "../../errors";

/** A piece of a text that is replaced; offsets count UTF-16 units in the text before any edit. */
export interface TextSplice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies edits that do not overlap, in any order; everything between them stays as it is. */
export function spliceText(source: string, edits: readonly TextSplice[]): string {
  let result = "";
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    if (edit.start < at || edit.end < edit.start || edit.end > source.length) {
      throw new MasterPlanError("internal", `The edit at ${edit.start} overlaps another or leaves the text`);
    }
    result += source.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + source.slice(at);
}
