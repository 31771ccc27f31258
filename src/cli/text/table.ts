const segmenter = new Intl.Segmenter();
const widestColumn = 40;

/**
 * Rows under aligned columns, two spaces apart; the last column may run over. Empty cells keep their width. A cell that
 * is wider than a column may be, such as a whole command line, runs over and moves only its own row.
 */
export function table(rows: readonly (readonly string[])[], indent = ""): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(0, ...rows.map((row) => widthOf(row[i] ?? "")).filter((width) => width <= widestColumn)),
  );
  return rows
    .map((row) => {
      const cells = row.map((cell, i) => (i === row.length - 1 ? cell : pad(cell, widths[i] ?? 0)));
      return `${indent}${cells.join("  ")}`.trimEnd();
    })
    .join("\n");
}

/** Cut to a width with an ellipsis. */
export function fit(text: string, width: number): string {
  const line = text.replaceAll(/\s+/gu, " ").trim();
  if (widthOf(line) <= width) return line;
  let cut = "";
  let taken = 0;
  for (const { segment } of segmenter.segment(line)) {
    taken += widthOf(segment);
    if (taken > width - 1) break;
    cut += segment;
  }
  return `${cut.trimEnd()}…`;
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** Columns on a terminal: East Asian wide characters take two. */
export function widthOf(text: string): number {
  // A table of a large plan asks for this ten thousands of times, and segmenting is slow.
  if (/^[ -~]*$/u.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        segment,
      )
        ? 2
        : 1;
  }
  return width;
}
