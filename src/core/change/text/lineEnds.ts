import { diffLines, splitLines } from "../diff/lineDiff";

/** Whether the lines of a text end with CR alone, as they did on old Macintosh systems. */
export function hasReturnsOnly(text: string): boolean {
  return text.includes("\r") && !text.includes("\n");
}

/**
 * Gives a text with LF line ends the line ends of the original: lines that stay keep theirs, new ones take that of the
 * line they replace or follow.
 */
export function restoreLineEnds(original: string, text: string): string {
  if (hasReturnsOnly(original)) return text.replace(/\n/gu, "\r");
  if (!original.includes("\r\n")) return text;
  if (!/(?<!\r)\n/u.test(original)) return text.replace(/\n/gu, "\r\n");
  const lines = splitLines(original);
  const isWindows = lines.map((line) => line.endsWith("\r\n"));
  const before = lines.map((line) => line.replace(/\r\n$/u, "\n"));
  const after = splitLines(text);
  const result: string[] = [];
  let position = 0;
  const emit = (line: string, windows: boolean): number =>
    result.push(windows && line.endsWith("\n") ? `${line.slice(0, -1)}\r\n` : line);
  const keepUntil = (end: number): void => {
    for (; position < end; position++) emit(before[position] ?? "", isWindows[position] ?? false);
  };
  for (const range of diffLines(before, after)) {
    keepUntil(range.before);
    for (let index = 0; index < range.afterLength; index++) {
      const replaced =
        index < range.beforeLength ? range.before + index : range.before + range.beforeLength - 1;
      emit(after[range.after + index] ?? "", isWindows[Math.max(0, replaced)] ?? false);
    }
    position = range.before + range.beforeLength;
  }
  keepUntil(before.length);
  return result.join("");
}
