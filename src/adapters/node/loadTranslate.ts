import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { createTranslate, type Translate } from "../../core/translate";

/** The sentences of a language, from the bundle that the editor reads as well; English needs none. */
export function loadTranslate(language: "en" | "es"): Translate {
  if (language === "en") return createTranslate({});
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    const file = path.join(folder, "media", "l10n", `bundle.l10n.${language}.json`);
    if (existsSync(file)) return createTranslate(parseBundle(readFileSync(file, "utf8")));
    if (path.dirname(folder) === folder) return createTranslate({});
  }
}

function parseBundle(text: string): Readonly<Record<string, string>> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
