/** A request as its parts: what it is called, what it asks for point by point, and what kind of work it is. */
export interface RequestText {
  readonly title: string;
  /** Items of its first list; empty when it is prose. */
  readonly items: readonly string[];
  readonly type: "feature" | "bug" | "refactor" | "chore";
}

const mostItems = 12;

export function readRequest(request: string): RequestText {
  const lines = request.split(/\r?\n/u).map((line) => line.trim());
  const items = lines
    .map((line) => /^(?:[-*+•]|\d+[.)])\s+(?:\[[ x]\]\s+)?(.+)$/iu.exec(line)?.[1]?.trim() ?? "")
    .filter((item) => item !== "");
  const prose = lines.find((line) => line !== "" && !/^(?:[-*+•]|\d+[.)])\s/u.test(line)) ?? items[0] ?? "";
  const sentence = /^(.+?[.!?])(?:\s|$)/u.exec(prose)?.[1] ?? prose;
  return {
    title: shorten(sentence.replace(/^#+\s*/u, "").replace(/[.:!\s]+$/u, ""), 120),
    items: [...new Set(items)].slice(0, mostItems),
    type: kindOf(request),
  };
}

/** At most `length` characters, cut between words. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length - 1);
  const space = cut.lastIndexOf(" ");
  return `${cut.slice(0, space > length / 2 ? space : undefined).trimEnd()}…`;
}

function kindOf(request: string): RequestText["type"] {
  if (/\b(?:fix|bug|broken|crash|regression|fails?|arregl\w+|corrig\w+|error|fallo)\b/iu.test(request))
    return "bug";
  if (/\b(?:refactor\w*|clean up|simplif\w+|restructure|rename|reorgani[sz]\w+|limpi\w+)\b/iu.test(request))
    return "refactor";
  if (/\b(?:upgrade|bump|update dependenc\w+|chore|actualiza\w* dependencias)\b/iu.test(request))
    return "chore";
  return "feature";
}
