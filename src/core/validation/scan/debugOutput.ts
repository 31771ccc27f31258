import { maskCode } from "./codeMask";

/** The first added line that looks like output meant for whoever was debugging; undefined when there is none. */
export function findDebugOutput(path: string, text: string, lines: ReadonlySet<number>): number | undefined {
  const pattern = patterns.find(([files]) => files.test(path))?.[1];
  if (pattern === undefined || printsByDesign.test(path)) return undefined;
  const code = maskCode(path, text).codeOnly.split("\n");
  return [...lines].sort((a, b) => a - b).find((line) => pattern.test((code[line - 1] ?? "").slice(0, 4000)));
}

const patterns: readonly (readonly [RegExp, RegExp])[] = [
  [/\.(?:[cm]?[jt]s|[jt]sx|vue|svelte)$/u, /\bconsole\.(?:log|debug|trace|dir)\s*\(|^\s*debugger\b/u],
  [/\.py$/u, /(?<![\w.])(?:print|breakpoint)\s*\(|\bpdb\.set_trace\s*\(/u],
  [/\.go$/u, /\bfmt\.Print(?:ln|f)?\s*\(/u],
  [/\.rs$/u, /\bdbg!\s*\(/u],
  [/\.java$/u, /\bSystem\.(?:out|err)\.print/u],
];

/** Command line programs, scripts and tests write to the terminal because that is their job. */
const printsByDesign =
  /(?:^|\/)(?:bin|cli|cmd|scripts?|tools?|tests?|__tests__|examples?)\/|(?:^|\/)(?:cli|main|__main__|manage|setup)\.\w+$|[._-](?:test|spec)\.\w+$|(?:^|\/)test_/u;
