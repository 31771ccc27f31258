import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type Mocha from "mocha";

/** What one test of the extension host came to. */
export interface HostTestResult {
  readonly title: string;
  readonly outcome: "passed" | "failed" | "skipped";
  readonly durationMs: number;
  readonly error?: string;
}

/** Put in by the bundler: the suites, and where to write what they came to. */
declare const suiteFiles: readonly string[];
declare const resultFile: string;

/** The editor calls this in its extension host; a rejection makes it end with exit code 1. */
export async function run(): Promise<void> {
  const { default: MochaRunner } = await import("mocha");
  const mocha = new MochaRunner({ ui: "tdd", timeout: 20_000, reporter: "spec", color: false });
  for (const file of suiteFiles) mocha.addFile(file);
  await mocha.loadFilesAsync();
  const results: HostTestResult[] = [];
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.on("pass", (test) => results.push(toResult(test, "passed")));
    runner.on("pending", (test) => results.push(toResult(test, "skipped")));
    // A failing hook is reported under its own title and counts like a test.
    runner.on("fail", (test, error: unknown) => results.push(toResult(test, "failed", error)));
  });
  await mkdir(path.dirname(resultFile), { recursive: true });
  await writeFile(resultFile, JSON.stringify(results, undefined, 2));
  if (failures > 0) throw new Error(`${failures} failed`);
}

function toResult(test: Mocha.Runnable, outcome: HostTestResult["outcome"], error?: unknown): HostTestResult {
  const base = { title: test.fullTitle(), outcome, durationMs: test.duration ?? 0 };
  if (error === undefined) return base;
  return { ...base, error: error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error) };
}
