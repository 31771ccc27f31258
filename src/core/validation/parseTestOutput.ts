/** Numbers a test runner printed. `total` is the sum of the others. */
export interface TestCounts {
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Reads the counts from what node:test (spec and TAP), vitest, jest, mocha, pytest, unittest, go test or cargo test
 * printed. Undefined when the output names no numbers; never a guess.
 */
export function parseTestOutput(output: string): TestCounts | undefined {
  for (const read of readers) {
    const counts = read(output);
    if (counts !== undefined) return counts;
  }
  return undefined;
}

type Reader = (output: string) => TestCounts | undefined;

const readers: readonly Reader[] = [nodeTest, vitest, jest, mocha, pytest, unittest, cargo, goJson, goTest];

/** `ℹ tests 3` of the spec reporter, `# tests 3` of TAP; todo counts as skipped, cancelled as failed. */
function nodeTest(output: string): TestCounts | undefined {
  const read = (name: string) => sumOf(output, new RegExp(`^(?:ℹ|#) ${name} (\\d+)$`, "gmu"));
  const total = read("tests");
  const passed = read("pass");
  const failed = read("fail");
  if (total === undefined || passed === undefined || failed === undefined) return undefined;
  return counts(passed, failed + (read("cancelled") ?? 0), (read("skipped") ?? 0) + (read("todo") ?? 0));
}

/** `      Tests  1 failed | 2 passed | 1 skipped (4)`; workspaces of several runs add up. */
function vitest(output: string): TestCounts | undefined {
  return fromSummaries(output, /^ *Tests {2,}(.+\(\d+\))\s*$/gmu);
}

/** `Tests:       1 failed, 2 passed, 3 total`. */
function jest(output: string): TestCounts | undefined {
  return fromSummaries(output, /^Tests: +(.+ total)\s*$/gmu);
}

/** `  3 passing (12ms)`, then `  1 failing` and `  2 pending`. */
function mocha(output: string): TestCounts | undefined {
  const passed = sumOf(output, /^ *(\d+) passing \(\S+\)$/gmu);
  if (passed === undefined) return undefined;
  return counts(
    passed,
    sumOf(output, /^ *(\d+) failing$/gmu) ?? 0,
    sumOf(output, /^ *(\d+) pending$/gmu) ?? 0,
  );
}

/** `=== 2 failed, 3 passed, 1 skipped in 0.12s ===`, or the same bare with `-q`; `no tests ran in 0.01s` is nothing. */
function pytest(output: string): TestCounts | undefined {
  const lines = output.split("\n").filter((line) => /\bin \d+(?:\.\d+)?s\b/u.test(line));
  const summary = lines.findLast((line) => /^(?:=+ )?(?:\d+ [a-z]+(?:, )?)+ in \d/u.test(line));
  if (summary !== undefined) return fromWords(summary);
  return lines.some((line) => line.includes("no tests ran in")) ? counts(0, 0, 0) : undefined;
}

/** `Ran 5 tests in 0.001s`, then `OK (skipped=1)` or `FAILED (failures=1, errors=1)`. */
function unittest(output: string): TestCounts | undefined {
  const ran = sumOf(output, /^Ran (\d+) tests? in /gmu);
  const verdict = /^(?:OK|FAILED|NO TESTS RAN)(?: \((.*)\))?$/mu.exec(output);
  if (ran === undefined || verdict === null) return undefined;
  const field = (name: string) =>
    Number(new RegExp(`\\b${name}=(\\d+)`, "u").exec(verdict[1] ?? "")?.[1] ?? 0);
  const failed = field("failures") + field("errors") + field("unexpected successes");
  const skipped = field("skipped") + field("expected failures");
  return counts(Math.max(0, ran - failed - skipped), failed, skipped);
}

/** One `test result:` line per target; ignored tests are skipped ones. */
function cargo(output: string): TestCounts | undefined {
  const lines = [...output.matchAll(/^test result: .*$/gmu)].map(([line]) => line);
  if (lines.length === 0) return undefined;
  const all = lines.join("\n");
  return counts(
    sumOf(all, /(\d+) passed/gu) ?? 0,
    sumOf(all, /(\d+) failed/gu) ?? 0,
    sumOf(all, /(\d+) ignored/gu) ?? 0,
  );
}

/** `go test -json`: one object per event; only those that name a test count. */
function goJson(output: string): TestCounts | undefined {
  const action = (name: string) =>
    [...output.matchAll(new RegExp(`^\\{[^\\n]*"Action":"${name}"[^\\n]*"Test":"`, "gmu"))].length;
  if (!/^\{"Time":.*"Action":/mu.test(output)) return undefined;
  return counts(action("pass"), action("fail"), action("skip"));
}

/** `--- PASS: TestX (0.00s)` of `go test -v`; without `-v` Go prints no numbers. */
function goTest(output: string): TestCounts | undefined {
  const of = (word: string) => [...output.matchAll(new RegExp(`^\\s*--- ${word}: \\S+ \\(`, "gmu"))].length;
  const result = counts(of("PASS"), of("FAIL"), of("SKIP"));
  // A failing package prints its failures even without -v; the passes are then unknown, so nothing is claimed.
  return result.passed === 0 || !/^=== RUN /mu.test(output) ? undefined : result;
}

function fromSummaries(output: string, pattern: RegExp): TestCounts | undefined {
  const all = [...output.matchAll(pattern)].map((match) => fromWords(match[1] ?? ""));
  if (all.length === 0) return undefined;
  return all.reduce((sum, one) =>
    counts(sum.passed + one.passed, sum.failed + one.failed, sum.skipped + one.skipped),
  );
}

function fromWords(text: string): TestCounts {
  const of = (...words: readonly string[]) =>
    sumOf(text, new RegExp(`(\\d+) (?:${words.join("|")})\\b`, "gu")) ?? 0;
  return counts(
    of("passed", "xpassed"),
    of("failed", "errors?"),
    of("skipped", "todo", "pending", "xfailed"),
  );
}

function sumOf(text: string, pattern: RegExp): number | undefined {
  const found = [...text.matchAll(pattern)].map((match) => Number(match[1]));
  return found.length === 0 ? undefined : found.reduce((sum, value) => sum + value, 0);
}

function counts(passed: number, failed: number, skipped: number): TestCounts {
  return { total: passed + failed + skipped, passed, failed, skipped };
}
