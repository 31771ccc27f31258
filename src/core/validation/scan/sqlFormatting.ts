/** True when a line puts an SQL statement together from values: `%`, `.format(`, `+`, an f-string or a template. */
export function formatsSql(line: string): boolean {
  return literals(line.slice(0, longestLine)).some(({ prefix, quote, body, rest }) => {
    if (!isStatement(body)) return false;
    if (quote === "`") return body.includes("${");
    if (/f/iu.test(prefix) && body.includes("{")) return true;
    return /^\s*(?:%\s*[\w(]|\.format\s*\(|\+\s*\w)/u.test(rest);
  });
}

/** Longer lines are data or generated code. */
const longestLine = 4000;

interface Literal {
  /** Letters directly before the quote, as in Python's `rf"..."`. */
  readonly prefix: string;
  readonly quote: string;
  readonly body: string;
  /** A little of what follows the literal. */
  readonly rest: string;
}

function literals(line: string): readonly Literal[] {
  const found: Literal[] = [];
  for (let index = 0; index < line.length; index += 1) {
    const quote = line[index] ?? "";
    if (quote !== '"' && quote !== "'" && quote !== "`") continue;
    let end = index + 1;
    while (end < line.length && line[end] !== quote) end += line[end] === "\\" ? 2 : 1;
    const prefix = /[A-Za-z]{0,2}$/u.exec(line.slice(Math.max(0, index - 2), index))?.[0] ?? "";
    found.push({ prefix, quote, body: line.slice(index + 1, end), rest: line.slice(end + 1, end + 40) });
    index = end;
  }
  return found;
}

const statements: readonly (readonly [RegExp, RegExp | null])[] = [
  [/\bselect\b/iu, /\bfrom\b/iu],
  [/\binsert\s+into\b/iu, null],
  [/\bupdate\b/iu, /\bset\b/iu],
  [/\bdelete\s+from\b/iu, null],
];

/** A verb, and the word that makes it a statement after it; prose seldom has both in a place that takes values. */
function isStatement(body: string): boolean {
  return statements.some(([verb, second]) => {
    const start = body.search(verb);
    if (start === -1) return false;
    return second === null || second.test(body.slice(start));
  });
}
