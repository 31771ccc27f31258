/** The line of a tool's output that says best what went wrong, at most 300 characters; undefined for empty output. */
export function firstFailure(output: string): string | undefined {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.includes("A complete log of this run"));
  for (const pattern of telling) {
    const found = lines.find((line) => pattern.test(line));
    if (found !== undefined) return shorten(found);
  }
  const last = lines.at(-1);
  return last === undefined ? undefined : shorten(last);
}

/** From the most specific to the least: a compiler's or linter's place, then a failed test, then an error of any kind. */
const telling: readonly RegExp[] = [
  /\(\d+,\d+\): error TS\d+|:\d+:\d+ - error TS\d+/u,
  /^[^\s:]+\.\w+:\d+(?::\d+)?:? (?:error|[A-Z]{1,4}\d{2,4}\b)/u,
  /^\d+:\d+\s+error\s/u,
  /^error(?:\[E\d+\])?: /u,
  /^(?:not ok \d+|--- FAIL:|✖ (?!failing)|✗ |× |● |FAILED \S|FAIL \S|test \S+ \.\.\. FAILED|FAIL: |ERROR: )/u,
  /^E {2,}\S/u,
  /^(?:\w*(?:Error|Exception))\b.*:/u,
  /^(?:.*\b)?[Ee]rror:/u,
  /^npm (?:error|ERR!) (?!code |errno |syscall |path )/u,
  /\bFAILED\b|\bfailed\b/u,
];

function shorten(line: string): string {
  return line.length > 300 ? `${line.slice(0, 297)}...` : line;
}

/** Problems a compiler, linter or formatter counted; undefined when its output names no number. */
export function countProblems(output: string): number | undefined {
  const typescript = [...output.matchAll(/(?:\(\d+,\d+\): |:\d+:\d+ - )error TS\d+/gu)].length;
  if (typescript > 0) return typescript;
  for (const pattern of problemCounts) {
    const all = [...output.matchAll(pattern)].map((match) => Number(match[1]));
    if (all.length > 0) return all.reduce((sum, value) => sum + value, 0);
  }
  return undefined;
}

const problemCounts: readonly RegExp[] = [
  /✖ (\d+) problems? \(/gu,
  /^Found (\d+) errors?\b/gmu,
  /^error: could not compile .* due to (\d+) previous errors?/gmu,
  /^(\d+) files? would be reformatted/gmu,
  /Code style issues found in (\d+) files?/gu,
];
