import { envelopeEnd, envelopeStart } from "./parseEnvelope";
import { isReplaceMarker, isSearchMarker } from "./parseSearchBlock";

const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/u;

/** True for a line that opens a fenced block. */
export function opensFence(line: string): boolean {
  const match = fence.exec(line);
  return match !== null && !(match[1]?.startsWith("`") === true && (match[2] ?? "").includes("`"));
}

/** True for a fence line without an info string. */
export function closesBlock(line: string): boolean {
  return fence.exec(line)?.[2]?.trim() === "";
}

/**
 * Index of the line that closes the fence at `start`; null when none does. Fences inside edit blocks are content, and
 * a fence with an info string opens an inner block, as when a whole README is written.
 */
export function findFenceEnd(lines: readonly string[], start: number): number | null {
  const open = fence.exec(lines[start] ?? "")?.[1] ?? "```";
  let depth = 0;
  for (let index = start + 1; index < lines.length; index++) {
    const line = lines[index] ?? "";
    if (isSearchMarker(line)) index = skipTo(lines, index, isReplaceMarker);
    else if (envelopeStart.test(line)) index = skipTo(lines, index, (text) => envelopeEnd.test(text));
    const match = fence.exec(lines[index] ?? "");
    const mark = match?.[1] ?? "";
    if (!mark.startsWith(open)) continue;
    if ((match?.[2] ?? "").trim() !== "") depth++;
    else if (depth > 0) depth--;
    else return index;
  }
  return null;
}

function skipTo(lines: readonly string[], start: number, isEnd: (line: string) => boolean): number {
  let index = start;
  while (index < lines.length && !isEnd(lines[index] ?? "")) index++;
  return index < lines.length ? index : start;
}

/** The path in a fence's info string: ```` ```ts path=src/a.ts ````, ```` ```ts:src/a.ts ````, ```` ```src/a.ts ````. */
export function pathFromInfo(line: string): string | null {
  const info = (fence.exec(line)?.[2] ?? "").trim();
  const named =
    /(?:^|[\s{])(?:path|file|filename|title|name)\s*[=:]\s*(?:"([^"]+)"|'([^']+)'|([^\s"'}]+))/iu.exec(info);
  if (named !== null) return named[1] ?? named[2] ?? named[3] ?? null;
  const words = info.split(/\s+/u);
  const afterColon = /^[\w+#.-]+:(\S+)$/u.exec(words[0] ?? "")?.[1];
  if (afterColon !== undefined && looksLikePath(afterColon)) return afterColon;
  const word = words.length === 1 ? words[0] : words.length === 2 ? words[1] : undefined;
  return word !== undefined && looksLikePath(word) && !languages.has(word.toLowerCase()) ? word : null;
}

/** Languages whose names look like file names. */
const languages = new Set([
  "asp.net",
  "node.js",
  "vue.js",
  "next.js",
  "react.js",
  "nuxt.js",
  "d3.js",
  "f#/ml",
  "text/plain",
]);

/** The path a line consists of, decoration aside: `**src/a.ts**`, `### File: src/a.ts`, `` `src/a.ts`: ``. */
export function pathFromLine(line: string): string | null {
  let text = line.trim();
  text = text.replace(/^(?:#{1,6}\s+|[-*+]\s+|\d{1,2}[.)]\s+|>\s+)/u, "");
  text = text.replace(/^[*_]{1,3}(?=\S)|[*_]{1,3}(:?)$/gu, "$1").trim();
  text = text.replace(
    /^(?:file|filename|file name|path|filepath|new file|create|update|edit|modify|archivo|fichero|ruta)\s*:\s*/iu,
    "",
  );
  text = text
    .replace(/^[*_]{1,3}(?=\S)/u, "")
    .replace(/:$/u, "")
    .replace(/[*_]{1,3}$/u, "")
    .trim();
  const quoted = /^(`+|"|')(.+)\1$/u.exec(text);
  if (quoted !== null)
    return looksLikePath((quoted[2] ?? "").replace(/ /gu, "_")) ? (quoted[2] ?? null) : null;
  return looksLikePath(text) ? text : null;
}

function looksLikePath(text: string): boolean {
  if (text === "" || text.length > 300 || /[\s`<>|"',;()]/u.test(text.replace(/\/\([\w-]+\)\//gu, "/")))
    return false;
  if (/^https?:|^\/\/|^[.,:;!?-]+$/u.test(text)) return false;
  if (
    /^(?:Makefile|Dockerfile|Jenkinsfile|Procfile|Rakefile|Gemfile|LICENSE|README|CHANGELOG|justfile|Justfile)$/u.test(
      text,
    )
  )
    return true;
  return (
    /[^/]\/[^/]|^\.{0,2}\/[^/]|^[A-Za-z]:[\\/]|\\/u.test(text) ||
    /^\.?[\w@+-][\w@+.-]*\.[A-Za-z][A-Za-z0-9]{0,9}$|^\.[A-Za-z][\w.-]+$/u.test(text)
  );
}
