import * as vscode from "vscode";
import { createTranslate, type Translate } from "../core/translate";

let known: Translate | null = null;

/**
 * A finished sentence in the person's language. Failures come with their arguments filled in; the sentence they were
 * made from is found again among the translated ones. Unknown sentences stay as they are.
 */
export function translateSentence(sentence: string, ...args: readonly (string | number)[]): string {
  known ??= createTranslate(vscode.l10n.bundle ?? {});
  return known(sentence, ...args);
}
