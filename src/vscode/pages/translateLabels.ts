import type { Translate } from "../../core/translate";

/** The sentences of a page in the person's language; arguments are filled in by the page. */
export function translateLabels<Label extends string>(
  labels: Readonly<Record<Label, string>>,
  translate: Translate,
): Record<Label, string> {
  const entries = Object.entries<string>(labels).map(([label, sentence]) => [label, translate(sentence)]);
  return Object.fromEntries(entries) as Record<Label, string>;
}
