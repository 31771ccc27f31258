import type { Translate } from "../translate";

/** Why a run rests, as it is recorded, in a few words of the person's language. */
export function pauseWords(reason: string, t: Translate): string {
  switch (reason) {
    case "user":
      return t("by a person");
    case "interrupted":
      return t("interrupted");
    case "panic":
      return t("panic mode is on");
    case "head_moved":
      return t("HEAD moved under the run");
    case "budget":
      return t("the budget is used up");
  }
  if (reason.startsWith("until ")) return t("phase {0} is completed, as asked", reason.slice(6));
  if (reason.startsWith("gate: ")) return `NO-GO: ${reason.slice(6)}`;
  // The code of a failure is for programs; the sentence says it.
  return t(reason.replace(/^[a-z]+(?:\.[a-zA-Z]+)?: (?=\S)/u, ""));
}
