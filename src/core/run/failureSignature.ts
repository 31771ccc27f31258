/**
 * What failures of the same kind have in common: the first line without what differs from one machine, run or place to
 * the next. Two failures with the same signature are worth the same lesson.
 */
export function failureSignature(text: string): string {
  const line = text.split("\n", 1)[0] ?? "";
  return line
    .replaceAll(/(?:[A-Za-z]:)?(?:[\w.@-]*[\\/])+[\w.@-]+/gu, "PATH")
    .replaceAll(/\b[0-9a-f]{7,64}\b/giu, (word) => (/\d/u.test(word) ? "HASH" : word))
    .replaceAll(/\d+(?:\.\d+)*/gu, "N")
    .replaceAll(/(["'`]).*?\1/gu, "TEXT")
    .replaceAll(/\s+/gu, " ")
    .trim()
    .slice(0, 200);
}
