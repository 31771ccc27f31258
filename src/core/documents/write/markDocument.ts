import type { PlanFault } from "../../plan/plan";
import { ok, type Result } from "../../result";
import { isoMinute } from "./exportState";
import { readMarkdownDocument } from "../read/importDocument";
import { spliceText } from "./spliceText";

/** What to write at a step: its box, and when that became so. */
export interface StepMark {
  readonly done: boolean;
  /** Milliseconds since 1970; left out, no time stamp is written. */
  readonly at?: number;
}

/**
 * Writes the state of steps into the document that they came from, by task id. Only the boxes and a time stamp behind
 * them change; every other byte stays, line ends and byte order mark included. Steps without a box are left alone.
 */
export function markDocument(
  text: string,
  name: string,
  format: string,
  marks: ReadonlyMap<string, StepMark>,
): Result<string, PlanFault[]> {
  const read = readMarkdownDocument(text, name, format);
  if (!read.ok) return read;
  const edits = [...marks].flatMap(([id, { done, at }]) => {
    const box = read.value.boxes.get(id);
    if (box === undefined) return [];
    const ticked = /^\[[xX✅✔✓☑]/u.test(text.slice(box.start, box.end));
    const stamped = /^\s*(?:[([]?\d{4}-\d{2}-\d{2})/u.test(text.slice(box.end, box.end + 20));
    const stamp = done && at !== undefined && !stamped ? ` (${isoMinute(at)})` : "";
    if (ticked === done) return [];
    return [{ ...box, text: `[${done ? "x" : " "}]${stamp}` }];
  });
  return ok(spliceText(text, edits));
}
