import { readFileSync } from "node:fs";
import path from "node:path";
import { createTranslate, type Translate } from "../../src/core/translate";

const spanish = JSON.parse(
  readFileSync(path.join(import.meta.dirname, "../../media/l10n/bundle.l10n.es.json"), "utf8"),
) as Readonly<Record<string, string>>;

/** A language that marks what is translated: the words of every sentence, but none of its arguments. */
export const pseudoTranslate: Translate = createTranslate(
  Object.fromEntries(Object.keys(spanish).map((sentence) => [sentence, marked(sentence)])),
);

function marked(sentence: string): string {
  return sentence
    .split(/(\{\d+\})/u)
    .map((part) => (/^\{\d+\}$/u.test(part) || part === "" ? part : `⟦${part}⟧`))
    .join("");
}

/** What has no language: ids, times, hashes, numbers with their unit, paths, and names of options. */
const data: readonly RegExp[] = [
  /⟦[^⟦⟧]*⟧/gu,
  /^error [\w.]+: /gmu,
  /^\s+masterplan .*$/gmu,
  /\b[a-z]_[0-9A-HJKMNP-TV-Z]{26}\b/gu,
  /\b\d{4}-\d\d-\d\dT[\d:.]+Z/gu,
  /\b[0-9a-f]{10,64}\b/gu,
  /--[a-z][\w-]*/gu,
  /<[\w-]+>|\[[\w-]+(?:\.\.\.)?\]/gu,
  /(?:^|(?<=[\s("]))(?:\.{0,2}\/)?[\w@.-]+(?:\/[\w@.-]+)+\/?/gmu,
  /\bv\d+\b/gu,
];

/** The words that a person would read and that no sentence of the bundle says; `known` are words of the test's own data. */
export function strayWords(text: string, known: readonly string[] = []): readonly string[] {
  const longest = [...known].sort((a, b) => b.length - a.length);
  const bare = longest.reduce((left, word) => left.split(word).join("·"), text);
  const rest = data.reduce((left, pattern) => left.replace(pattern, "·"), bare);
  return rest.split("\n").filter((line) => /[A-Za-z]{2}/u.test(line));
}
