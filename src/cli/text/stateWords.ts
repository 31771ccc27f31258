import type { Translate } from "../../core/translate";

/** The words for states, in the person's language. A word that nobody knows stays as it is. */
export function stateWord(state: string, t: Translate): string {
  switch (state) {
    case "pending":
      return t("pending");
    case "claimed":
      return t("claimed done");
    case "in_progress":
      return t("in progress");
    case "ready_for_test":
      return t("being checked");
    case "tested":
      return t("checked");
    case "in_review":
      return t("in review");
    case "done":
      return t("done");
    case "failed":
      return t("failed");
    case "blocked":
      return t("blocked");
    case "skipped":
      return t("skipped");
    case "cancelled":
      return t("cancelled");
    case "draft":
      return t("draft");
    case "approved":
      return t("approved");
    case "rejected":
      return t("rejected");
    case "paused":
      return t("paused");
    case "waiting":
      return t("waiting");
    case "queued":
      return t("queued");
    case "running":
      return t("running");
    case "completed":
      return t("completed");
    case "passed":
      return t("passed");
    case "not_verified":
      return t("not verified");
    case "timed_out":
      return t("timed out");
    case "not_applicable":
      return t("not applicable");
    default:
      return state.replaceAll("_", " ");
  }
}
