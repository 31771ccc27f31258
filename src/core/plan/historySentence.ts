import type { Translate } from "../translate";

/** An entry of a plan's history as it is stored, in English; what it says, in the person's language. */
export function historySentence(
  { change_type: type, change_description: text }: { change_type: string; change_description: string },
  t: Translate,
): string {
  // The name of the plan, which is the person's own.
  if (type === "created") return text;
  const version = /^Version (\d+): (.*)$/su.exec(text);
  if (version !== null) return `${t("Version {0}", version[1] ?? "")}: ${t(version[2] ?? "")}`;
  const change = /^(added|removed|changed|moved) (.*)$/su.exec(text);
  if (change === null || !/_(?:added|updated|removed)$/u.test(type)) return t(text);
  const title = change[2] ?? "";
  switch (change[1]) {
    case "added":
      return t("added {0}", title);
    case "removed":
      return t("removed {0}", title);
    case "moved":
      return t("moved {0}", title);
    default:
      return t("changed {0}", title);
  }
}
