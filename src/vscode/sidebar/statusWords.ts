import type { TaskStatus } from "../../core/run/run";
import type { Translate } from "../../core/translate";

export function statusWord(status: TaskStatus, translate: Translate): string {
  const words: Readonly<Record<TaskStatus, string>> = {
    pending: translate("pending"),
    claimed: translate("claimed done"),
    in_progress: translate("in progress"),
    ready_for_test: translate("ready for test"),
    tested: translate("tested"),
    in_review: translate("in review"),
    done: translate("done"),
    failed: translate("failed"),
    blocked: translate("blocked"),
    skipped: translate("skipped"),
    cancelled: translate("cancelled"),
  };
  return words[status];
}

/** What the status filter offers, one line each: every status belongs to exactly one of them. */
export const statusChoices: readonly (readonly [TaskStatus, ...TaskStatus[]])[] = [
  ["pending"],
  // From a person's view work that is being checked is still under way.
  ["in_progress", "ready_for_test", "tested"],
  ["in_review"],
  ["done"],
  ["claimed"],
  ["failed"],
  ["blocked"],
  ["skipped"],
  ["cancelled"],
];

/** A choice goes by the word of its first status. */
export function choiceWord([first]: (typeof statusChoices)[number], translate: Translate): string {
  return statusWord(first, translate);
}

/** What is shown when these choices are ticked; null, which is everything, for all of them and for none. */
export function filterOf(chosen: readonly (typeof statusChoices)[number][]): ReadonlySet<TaskStatus> | null {
  return chosen.length === 0 || chosen.length === statusChoices.length ? null : new Set(chosen.flat());
}
