import { historySentence } from "../../core/plan/historySentence";
import type { Translate } from "../../core/translate";
import type { HistoryRow } from "../../ports/storeRows";
import { table } from "./table";

/** What was changed, by whom and when, oldest first. */
export function historyText(rows: readonly HistoryRow[], t: Translate): string {
  return table(
    rows.map((row) => [
      new Date(row.at).toISOString(),
      row.changed_by,
      kindWord(row.change_type, t),
      historySentence(row, t),
    ]),
  );
}

function kindWord(type: string, t: Translate): string {
  switch (type) {
    case "created":
      return t("created");
    case "approved":
      return t("approved");
    case "rejected":
      return t("rejected");
    case "approval_refused":
      return t("approval refused");
    case "run_refused":
      return t("run refused");
    default:
      return t("changed");
  }
}
