import { historySentence } from "../../core/plan/historySentence";
import type { Translate } from "../../core/translate";
import type { HistoryRow } from "../../ports/storeRows";
import type { HistoryState } from "../../protocol/planView";

const shownEntries = 100;

const kinds: Readonly<Record<string, HistoryState["kind"]>> = {
  created: "created",
  version_created: "changed",
  approved: "approved",
  rejected: "rejected",
  approval_refused: "approval_refused",
  run_refused: "run_refused",
};

/** The history of a plan as its page shows it, newest first; sentences of our own in the person's language. */
export function historyEntries(rows: readonly HistoryRow[], sentence: Translate): readonly HistoryState[] {
  return rows
    .slice(-shownEntries)
    .reverse()
    .map((row) => ({
      kind:
        kinds[row.change_type] ??
        (/_(?:added|updated|removed)$/u.test(row.change_type) ? "changed" : "other"),
      text: historySentence(row, sentence),
      by: row.changed_by,
      at: row.at,
    }));
}
