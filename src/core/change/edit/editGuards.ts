import type { EditOperation } from "./editOperation";

/**
 * Why a whole-file answer must not replace the present text, or null: it is much shorter, as when a model sends only
 * the part it changed.
 */
export function shrinkProblem(before: string, after: string): string | null {
  const [present, proposed] = [countLines(before), countLines(after)];
  if (present < 20 || proposed * 2 >= present) return null;
  return (
    `the file would shrink from ${present} to ${proposed} lines; ` +
    "send the whole file, or use edit_file or apply_patch to remove lines on purpose"
  );
}

/** The first line that stands for code left out, or null. Lines that the file already holds do not count. */
export function placeholderLine(operation: EditOperation, before: string): string | null {
  const present = new Set(before.split("\n").map((line) => line.trim()));
  for (const line of addedLines(operation)) {
    const text = line.trim();
    if (!present.has(text) && isPlaceholder(text)) return text;
  }
  return null;
}

function addedLines(operation: EditOperation): readonly string[] {
  if (operation.kind === "write") return operation.content.split(/\r?\n/u);
  if (operation.kind === "replace") {
    return operation.edits.flatMap((edit) => {
      const searched = new Set(edit.search.split(/\r?\n/u));
      return edit.replace.split(/\r?\n/u).filter((line) => !searched.has(line));
    });
  }
  if (operation.kind !== "patch") return [];
  return operation.hunks.flatMap((hunk) =>
    hunk.lines.filter((line) => line.kind === "add").map((line) => line.text),
  );
}

function countLines(text: string): number {
  return text.split("\n").filter((line) => line.trim() !== "").length;
}

/** A comment in any common syntax, or a line of nothing but dots and words in brackets. */
const comment =
  /^(?:\/\/+|#+|--|;+|%+|\/\*+|\*|<!--|\{\/\*|"""|'''|\(\*|\.\.\.|…|\[|\()\s*(.*?)\s*(?:\*\/\}?|-->|"""|'''|\*\)|\]|\))?$/u;

const leftOut: readonly RegExp[] = [
  /^(?:\.{3,}|…)$/u,
  /^(?:\.{3,}|…)?\s*(?:the\s+)?(?:rest|remainder)\s+of\s+(?:the|this|your|my|our)?\s*[\w\s'`.-]{0,60}?(?:code|file|class|function|method|methods|functions|implementation|content|contents|component|module|document|imports|tests|cases|logic|body|script|configuration|config|page|styles|markup)\b/iu,
  /^(?:\.{3,}|…)\s*(?:\(?)(?:the\s+)?(?:existing|previous|original|other|remaining|unchanged|same|more|rest|your)\b/iu,
  /^(?:\.{3,}|…).*\b(?:unchanged|omitted|as before|stays? the same|remains? the same|same as (?:before|above))\b/iu,
  /^(?:the\s+)?(?:existing|previous|original|remaining|other)\s+(?:[\w-]+\s+){0,3}(?:code|content|methods?|functions?|implementation|imports|tests|logic|styles|fields|lines)\s*(?:here|goes here|remains?(?: here| unchanged| the same)?|stays?(?: here| unchanged| the same)?|unchanged|omitted(?: for brevity)?|as before|follows?|above|below|\.{3,}|…)?\s*(?:\.{3,}|…)?$/iu,
  /^(?:[\w\s-]{0,40}\s)?(?:remains?|stays?|is|are|left|kept)\s+(?:unchanged|the same|as before|as is)\b[\s.…)]*$/iu,
  /^\(?(?:code|rest|content|implementation|file|lines?|unchanged)\s*(?:is\s+)?(?:unchanged|omitted|truncated|elided|skipped)\b/iu,
  /^unchanged(?:\s+(?:code|lines|content|methods?|functions?|imports))?[\s.…)]*$/iu,
  /\b(?:omitted|truncated|elided|shortened|abbreviated) for (?:brevity|clarity|space)\b/iu,
  /^(?:same|unchanged) as (?:before|above|original|the original)[\s.…)]*$/iu,
  /^(?:your|insert|add|put|keep|paste)\s+(?:the\s+)?(?:existing|original|previous|remaining|rest|other|current)\b/iu,
  /^(?:\.{3,}|…)?\s*(?:el\s+)?resto\s+(?:del?|de\s+(?:la|las|los|el)|igual|sin)\b/iu,
  /^(?:\.{3,}|…)?\s*(?:código|contenido|métodos|funciones|imports?)\s+(?:existentes?|restantes?|anterior(?:es)?|sin\s+cambios|omitid[oa]s?)\b/iu,
  /^(?:\.{3,}|…)?\s*(?:sin\s+cambios|igual\s+que\s+antes)[\s.…)]*$/iu,
];

function isPlaceholder(line: string): boolean {
  if (line.length > 200) return false;
  const inner = comment.exec(line)?.[1];
  if (inner === undefined) return false;
  const text = /^(?:\.\.\.|…)/u.test(line) ? line : inner;
  return leftOut.some((pattern) => pattern.test(text)) && !(line === "..." || line === "…");
}
