/**
 * The same text with constructs that the grammar does not know yet replaced by others of equal length, so that lines
 * and columns stay. Only used when the text as it is does not parse: correct code must never be called broken.
 */
export function withoutNewerSyntax(text: string): string {
  return text
    .replace(/\bimport\(\s*(?:"[^"\n]*"|'[^'\n]*')\s*\)/gu, (whole) => "_".repeat(whole.length))
    .replace(
      /([<,]\s*(?:const\s+)?)(in\s+out|in|out)(?=\s+[A-Z])/gu,
      (_, before: string, words: string) => before + blank(words),
    )
    .replace(/^(\s*export\s+)type(?=\s*\*)/gmu, (_, before: string) => before + blank("type"))
    .replace(
      /^(\s*(?:declare\s+)?)global(?=\s*\{)/gmu,
      (_, before: string) => blank(before) + blank("global"),
    );
}

function blank(text: string): string {
  return text.replace(/[^\n]/gu, " ");
}
