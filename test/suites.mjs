// @ts-check
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { runProgram } from "./start/childProcesses.mjs";
import { runNpm } from "./start/npm.mjs";
import { nodeBinary, root, scratch, toolEnvironment } from "./start/paths.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number, note?: string }} Count */
/** @typedef {{ name: string, run: (options: SuiteOptions) => Promise<Count> }} Suite */
/** @typedef {{ label?: string }} SuiteOptions `label` begins each line of the output where suites run side by side */

const minute = 60_000;
export const results = path.join(scratch, "results");

/** @type {Suite} */
export const build = {
  name: "build",
  run: async () => {
    const { code } = await runProgram(nodeBinary(), ["esbuild.mjs"], { cwd: root, env: toolEnvironment() });
    return one(code === 0);
  },
};

/** Two suites of one lane never run at once; what waits for an editor leaves room for what computes. @type {readonly (readonly Suite[])[]} */
export const lanes = [
  [
    { name: "check", run: runChecks },
    { name: "architecture", run: (options) => runVitest("architecture", 8 * minute, options) },
    { name: "unit", run: (options) => runVitest("unit", 8 * minute, options) },
    { name: "torture", run: runTorture },
    // Last, because its workers use whatever the other lane leaves when it has ended.
    { name: "integration", run: (options) => runVitest("integration", 20 * minute, options) },
  ],
  [
    { name: "pages", run: runPages },
    { name: "extension", run: runExtension },
    { name: "e2e", run: (options) => runVitest("e2e", 20 * minute, options) },
  ],
];

/**
 * The parts of `npm run check`, each of which is one test.
 * @param {SuiteOptions} options
 */
async function runChecks(options) {
  /** @type {Count} */
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const script of ["check:types", "check:layers", "check:lint", "check:format"]) {
    const { code } = await runNpm(["run", "--silent", script], {
      ...options,
      cwd: root,
      env: toolEnvironment(),
      timeoutMs: 5 * minute,
    });
    console.log(`  ${code === 0 ? "passed" : "failed"}  npm run ${script}`);
    if (code === 0) count.passed += 1;
    else count.failed += 1;
  }
  return count;
}

/**
 * @param {string} project
 * @param {number} timeoutMs
 * @param {SuiteOptions} options
 * @returns {Promise<Count>}
 */
async function runVitest(project, timeoutMs, options) {
  const file = path.join(results, `${project}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const vitest = path.join(root, "node_modules", "vitest", "vitest.mjs");
  const { code, timedOut } = await runProgram(
    nodeBinary(),
    [vitest, "run", "--project", project, ...reporters],
    { ...options, cwd: root, env: { ...toolEnvironment(), NO_COLOR: "1" }, timeoutMs },
  );
  if (!existsSync(file))
    return { ...one(false), note: timedOut ? `ended after ${timeoutMs / minute} min` : `exit code ${code}` };
  const report = JSON.parse(await readFile(file, "utf8"));
  const passedTests = Number(report.numPassedTests);
  // A file that cannot be loaded has no tests of its own, and neither has an error outside of tests.
  const broken = report.testResults.filter(
    (/** @type {{ status: string, assertionResults: { status: string }[] }} */ result) =>
      result.status === "failed" && !result.assertionResults.some(({ status }) => status === "failed"),
  ).length;
  const failedTests = Number(report.numFailedTests) + broken;
  const unexplained = (code !== 0 || passedTests === 0) && failedTests === 0 ? 1 : 0;
  return {
    passed: passedTests,
    failed: failedTests + unexplained,
    skipped: Number(report.numPendingTests) + Number(report.numTodoTests),
    ...(unexplained > 0 ? { note: `exit code ${code}` } : {}),
  };
}

/**
 * A torture run tells its own count in its last line, as this program does; its exit code is one more witness.
 * @param {SuiteOptions} options
 */
async function runTorture(options) {
  const script = path.join(root, "test", "torture", "torture.mjs");
  const { code, output } = await runProgram(nodeBinary(), [script, "--short"], {
    ...options,
    cwd: root,
    env: toolEnvironment(),
    timeoutMs: 8 * minute,
  });
  const told = /(\d+) passed, (\d+) failed\s*$/u.exec(output);
  if (told === null) return one(false);
  const count = { passed: Number(told[1]), failed: Number(told[2]), skipped: 0 };
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1, note: `exit code ${code}` } : count;
}

/**
 * The pages by themselves in a browser: what a person does on them, then axe and sideways scrolling in every theme at
 * 300 px. Each script is one test.
 * @param {SuiteOptions} options
 * @returns {Promise<Count>}
 */
async function runPages(options) {
  let failed = 0;
  const scripts = [["behavior.mjs"], ["screenshots.mjs", "-300", "--no-pictures"]];
  for (const [script = "", ...args] of scripts) {
    const { code } = await runProgram(nodeBinary(), [path.join(root, "test", "webview", script), ...args], {
      ...options,
      cwd: root,
      env: toolEnvironment(),
      timeoutMs: 6 * minute,
    });
    if (code !== 0) failed += 1;
  }
  return { passed: scripts.length - failed, failed, skipped: 0 };
}

/**
 * @param {SuiteOptions} options
 * @returns {Promise<Count>}
 */
async function runExtension(options) {
  const file = path.join(results, "extension.json");
  const script = path.join(root, "test", "editor", "runExtensionTests.mjs");
  const { code } = await runProgram(nodeBinary(), [script, "--json", file], {
    ...options,
    cwd: root,
    env: toolEnvironment(),
    timeoutMs: 8 * minute,
  });
  if (!existsSync(file)) return { ...one(false), note: `exit code ${code}` };
  /** @type {{ outcome: string }[]} */
  const tests = JSON.parse(await readFile(file, "utf8"));
  /** @param {string} outcome */
  const having = (outcome) => tests.filter((test) => test.outcome === outcome).length;
  const failed = having("failed") + (having("passed") === 0 && having("failed") === 0 ? 1 : 0);
  return { passed: having("passed"), failed, skipped: having("skipped") };
}

/**
 * @param {boolean} success
 * @returns {Count}
 */
function one(success) {
  return { passed: success ? 1 : 0, failed: success ? 0 : 1, skipped: 0 };
}
