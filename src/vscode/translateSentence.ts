import * as vscode from "vscode";

interface Pattern {
  readonly message: string;
  readonly shape: RegExp;
  readonly fixed: number;
}

let patterns: readonly Pattern[] | null = null;

/**
 * A finished sentence in the person's language. Failures come with their arguments filled in; the sentence they were
 * made from is found again among the translated ones. Unknown sentences stay as they are.
 */
export function translateSentence(sentence: string): string {
  const { bundle } = vscode.l10n;
  if (bundle === undefined) return sentence;
  if (Object.hasOwn(bundle, sentence)) return vscode.l10n.t(sentence);
  patterns ??= Object.keys(bundle)
    .flatMap(patternOf)
    .sort((a, b) => b.fixed - a.fixed);
  for (const { message, shape } of patterns) {
    const found = shape.exec(sentence);
    if (found !== null) return vscode.l10n.t(message, ...found.slice(1));
  }
  return sentence;
}

/** Only messages whose arguments come in order, each once; the one with most words of its own is tried first. */
function patternOf(message: string): Pattern[] {
  const parts = message.split(/\{\d+\}/u);
  const order = [...message.matchAll(/\{(\d+)\}/gu)].map(([, index]) => Number(index));
  const fixed = parts.join("").replace(/[^\p{L}]/gu, "").length;
  if (order.length === 0 || fixed < 8 || order.some((index, at) => index !== at)) return [];
  return [{ message, fixed, shape: new RegExp(`^${parts.map(escapeText).join("(.+)")}$`, "su") }];
}

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
}
