/** A text with parts of it blanked out; every line and column stays where it was. */
export interface CodeMask {
  /** Comments blanked; strings as they are. */
  readonly withoutComments: string;
  /** Comments and the content of strings blanked. */
  readonly codeOnly: string;
}

interface Style {
  readonly line: readonly string[];
  readonly block: boolean;
  readonly triple: boolean;
  readonly quotes: string;
}

/** Tells code from comments and strings, well enough for finding calls: a scanner, not a parser. */
export function maskCode(path: string, text: string): CodeMask {
  const style = styleOf(path);
  let withoutComments = "";
  let codeOnly = "";
  let index = 0;
  const take = (end: number, kind: "code" | "comment" | "string") => {
    const part = text.slice(index, end);
    const blank = part.replace(/[^\n]/gu, " ");
    withoutComments += kind === "comment" ? blank : part;
    codeOnly += kind === "code" ? part : blank;
    index = end;
  };
  while (index < text.length) {
    const opener = style.line.find((mark) => text.startsWith(mark, index));
    if (opener !== undefined) take(lineEnd(text, index), "comment");
    else if (style.block && text.startsWith("/*", index)) take(after(text, "*/", index + 2), "comment");
    else if (style.triple && /^(?:"""|''')/u.test(text.slice(index, index + 3))) {
      // A string that stands alone is a docstring: prose, not code.
      const standsAlone = /(?:^|\n)[ \t]*$/u.test(text.slice(Math.max(0, index - 200), index));
      take(after(text, text.slice(index, index + 3), index + 3), standsAlone ? "comment" : "string");
    } else if (style.quotes.includes(text[index] ?? "\0")) take(stringEnd(text, index), "string");
    else take(index + 1, "code");
  }
  return { withoutComments, codeOnly };
}

function styleOf(path: string): Style {
  if (/\.(?:py|pyi|rb|sh|bash|ya?ml|toml)$/u.test(path)) {
    return { line: ["#"], block: false, triple: path.includes(".py"), quotes: "\"'" };
  }
  if (path.endsWith(".sql")) return { line: ["--"], block: true, triple: false, quotes: "'" };
  if (/\.(?:md|txt|rst|adoc)$/u.test(path)) return { line: [], block: false, triple: false, quotes: "" };
  if (path.endsWith(".php")) return { line: ["//", "#"], block: true, triple: false, quotes: "\"'" };
  return {
    line: ["//"],
    block: true,
    triple: false,
    quotes: /\.(?:go|[cm]?[jt]sx?)$/u.test(path) ? "\"'`" : '"',
  };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

function after(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from);
  return end === -1 ? text.length : end + mark.length;
}

/** A quote that is not closed on its line ends there, so that one apostrophe does not hide the rest of the file. */
function stringEnd(text: string, from: number): number {
  const quote = text[from];
  for (let index = from + 1; index < text.length; index += 1) {
    const character = text[index];
    if (character === "\\") index += 1;
    else if (character === quote) return index + 1;
    else if (character === "\n" && quote !== "`") return index;
  }
  return text.length;
}
