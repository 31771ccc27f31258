/** Turns the indentation a model wrote into the one the file uses. */
export type Reindent = (line: string) => string;

export function indentOf(line: string): string {
  return /^[ \t]*/u.exec(line)?.[0] ?? "";
}

/**
 * The one rule that maps the indentation of each written line to that of its line in the file: same, deeper or
 * shallower by a constant, tabs for spaces or the reverse, or a plain table. Null when no rule fits, as when the
 * model dropped all indentation; then where a new line belongs is a guess.
 */
export function findReindent(written: readonly string[], inFile: readonly string[]): Reindent | null {
  const pairs: [string, string][] = [];
  written.forEach((line, index) => {
    if (line.trim() !== "") pairs.push([indentOf(line), indentOf(inFile[index] ?? "")]);
  });
  for (const convert of conversions) {
    const converted = pairs.map(([from, to]) => [convert(from), to] as const);
    const shift = constantShift(converted);
    if (shift !== null)
      return (line) => (line.trim() === "" ? line : shift(convert(indentOf(line))) + line.trimStart());
  }
  const table = new Map(pairs);
  if (!pairs.every(([from, to]) => table.get(from) === to) || !isMonotonic(table)) return null;
  return (line) => (table.get(indentOf(line)) ?? notMapped) + line.trimStart();
}

/** Deeper stays deeper: two depths that become one would say nothing about a new line. */
function isMonotonic(table: ReadonlyMap<string, string>): boolean {
  const depths = [...table].map(([from, to]) => [from.length, to.length] as const).sort(([a], [b]) => a - b);
  return depths.every(([, depth], index) => index === 0 || depth > (depths[index - 1]?.[1] ?? -1));
}

/** Stands where a line has an indentation that the table does not know. */
export const notMapped = "\0";

const conversions: readonly ((indent: string) => string)[] = [
  (indent) => indent,
  ...[2, 4, 8, 3].flatMap((size) => [
    (indent: string): string => indent.replace(/\t/gu, " ".repeat(size)),
    (indent: string): string => indent.replace(new RegExp(` {${size}}`, "gu"), "\t"),
  ]),
];

function constantShift(pairs: readonly (readonly [string, string])[]): ((indent: string) => string) | null {
  const first = pairs[0];
  if (first === undefined) return (indent) => indent;
  const [from, to] = first;
  if (to.endsWith(from)) {
    const prefix = to.slice(0, to.length - from.length);
    if (pairs.every(([a, b]) => b === prefix + a)) return (indent) => prefix + indent;
  }
  if (from.endsWith(to)) {
    const prefix = from.slice(0, from.length - to.length);
    if (pairs.every(([a, b]) => a === prefix + b)) {
      return (indent) => (indent.startsWith(prefix) ? indent.slice(prefix.length) : notMapped);
    }
  }
  return null;
}
