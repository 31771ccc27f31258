import type { FileChange, Hunk } from "../../core/change/changeSet";
import type { Translate } from "../../core/translate";
import type { ReviewView } from "../../engine/personDecisions";
import { stateWord } from "./stateWords";
import { table } from "./table";

/** A change as a person reviews it: what it serves, what was proved, and every hunk with the number to name it by. */
export function reviewText(view: ReviewView, t: Translate): string {
  const criteria = view.criteria.map((one) => [criterionWord(one.state, t), one.text, one.check ?? ""]);
  const evidence = view.evidence.map((one) => [stateWord(one.status, t), one.check, t(one.summary)]);
  return [
    `${view.task_id}  ${view.title}  ${t("attempt {0}", view.attempt)}`,
    ...(view.summary === null ? [] : ["", plain(view.summary)]),
    ...(criteria.length === 0 ? [] : ["", t("Criteria"), table(criteria, "  ")]),
    ...(evidence.length === 0 ? [] : ["", t("Evidence"), table(evidence, "  ")]),
    ...(view.needs_waiver.length === 0 ? [] : ["", t("Needs a waiver: {0}", view.needs_waiver.join(", "))]),
    ...view.change.files.flatMap((file) => ["", ...fileLines(file, t)]),
  ].join("\n");
}

function fileLines(file: FileChange, t: Translate): readonly string[] {
  const marks = [
    ...(file.out_of_scope ? [t("out of scope")] : []),
    ...(file.protected ? [t("protected")] : []),
    ...(file.binary ? [t("binary")] : []),
  ];
  const head = `${kindWord(file.kind, t)} ${plain(file.path)}${marks.length === 0 ? "" : ` (${marks.join(", ")})`}`;
  return [head, ...file.hunks.flatMap((hunk) => hunkLines(hunk, t))];
}

function hunkLines(hunk: Hunk, t: Translate): readonly string[] {
  const sign = { context: " ", remove: "-", add: "+" } as const;
  const range = `@@ -${hunk.before_start},${hunk.before_lines} +${hunk.after_start},${hunk.after_lines} @@`;
  return [
    `${range}  ${t("hunk {0}", hunk.number)}`,
    ...hunk.lines.map((line) => `${sign[line.kind]}${plain(line.text)}`),
  ];
}

function kindWord(kind: FileChange["kind"], t: Translate): string {
  switch (kind) {
    case "add":
      return t("new");
    case "modify":
      return t("changed");
    case "delete":
      return t("deleted");
    case "mode":
      return t("mode");
  }
}

function criterionWord(state: ReviewView["criteria"][number]["state"], t: Translate): string {
  switch (state) {
    case "proved":
      return t("proved");
    case "signed_off":
      return t("signed off");
    case "open":
      return t("open");
  }
}

/** What a terminal would obey or hide stands there as its code: the text comes from a model or a repository. */
function plain(text: string): string {
  return text.replace(/[^\P{C}\t\n]/gu, (sign) => {
    const code = (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return `<U+${code}>`;
  });
}
