// @ts-check
// `npm test`: everything, on a machine with nothing but Node 20 or newer and git. The last line counts the tests.
// `--only NAME` runs one suite (after a build where it needs one).
import { existsSync, readdirSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { runProgram } from "./start/childProcesses.mjs";
import { installDependencies } from "./start/dependencies.mjs";
import { runNpm } from "./start/npm.mjs";
import { nodeBinary, root, scratch, toolEnvironment } from "./start/paths.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number, note?: string }} Count */
/** @typedef {{ name: string, run: () => Promise<Count> }} Suite */

const minute = 60_000;
const results = path.join(scratch, "results");

/** @type {Suite[]} */
const suites = [
  { name: "check", run: runChecks },
  { name: "unit", run: () => runVitest("unit", 8 * minute) },
  { name: "architecture", run: () => runVitest("architecture", 8 * minute) },
  { name: "integration", run: () => runVitest("integration", 15 * minute) },
  { name: "torture", run: runTorture },
  { name: "pages", run: runPages },
  { name: "extension", run: runExtension },
  { name: "e2e", run: () => runVitest("e2e", 15 * minute) },
];

const { values } = parseArgs({ options: { only: { type: "string" } } });
const chosen = values.only === undefined ? suites : suites.filter(({ name }) => name === values.only);
if (chosen.length === 0) {
  console.error(
    `There is no suite ${values.only}; choose one of ${suites.map(({ name }) => name).join(", ")}`,
  );
  process.exit(2);
}

const begin = performance.now();
await installDependencies((line) => console.log(line));
await rm(results, { recursive: true, force: true });
await mkdir(results, { recursive: true });
const env = toolEnvironment();
const node = nodeBinary();

/** @type {[string, Count, number][]} */
const counts = [];
if (values.only !== "check") await section({ name: "build", run: runBuild });
for (const suite of chosen) await section(suite);

console.log(`\n${"=".repeat(72)}`);
for (const [name, count, seconds] of counts) {
  const extra = [count.skipped > 0 ? `${count.skipped} skipped` : "", count.note ?? ""]
    .filter((text) => text !== "")
    .join(", ");
  const line = `${name.padEnd(14)} ${String(count.passed).padStart(6)} passed ${String(count.failed).padStart(5)} failed`;
  console.log(`${line} ${seconds.toFixed(0).padStart(5)} s${extra === "" ? "" : `   ${extra}`}`);
}
console.log(`${"in all".padEnd(14)} ${((performance.now() - begin) / 1000).toFixed(0)} s`);
const passed = counts.reduce((sum, [, count]) => sum + count.passed, 0);
const failed = counts.reduce((sum, [, count]) => sum + count.failed, 0);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
console.log(`${passed} passed, ${failed} failed`);

/** @param {Suite} suite */
async function section(suite) {
  console.log(`\n${`== ${suite.name} `.padEnd(72, "=")}`);
  const start = performance.now();
  /** @type {Count} */
  let count;
  try {
    count = await suite.run();
  } catch (error) {
    console.log(error instanceof Error ? error.stack : error);
    count = { passed: 0, failed: 1, skipped: 0, note: "broke off" };
  }
  counts.push([suite.name, count, (performance.now() - start) / 1000]);
}

/** @returns {Promise<Count>} */
async function runBuild() {
  const { code } = await runProgram(node, ["esbuild.mjs"], { cwd: root, env });
  return one(code === 0);
}

/** The parts of `npm run check`, each of which is one test. */
async function runChecks() {
  /** @type {Count} */
  const count = { passed: 0, failed: 0, skipped: 0 };
  const check = async (/** @type {readonly string[]} */ scripts) => {
    for (const script of scripts) {
      const { code } = await runNpm(["run", "--silent", script], { cwd: root, env, timeoutMs: 5 * minute });
      console.log(`  ${code === 0 ? "passed" : "failed"}  npm run ${script}`);
      if (code === 0) count.passed += 1;
      else count.failed += 1;
    }
  };
  await Promise.all([check(["check:types", "check:layers"]), check(["check:lint", "check:format"])]);
  return count;
}

/**
 * @param {string} project
 * @param {number} timeoutMs
 * @returns {Promise<Count>}
 */
async function runVitest(project, timeoutMs) {
  if (!hasTests(path.join(root, "test", project)))
    return { passed: 0, failed: 0, skipped: 0, note: "no tests yet" };
  const file = path.join(results, `${project}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const vitest = path.join(root, "node_modules", "vitest", "vitest.mjs");
  const { code, timedOut } = await runProgram(node, [vitest, "run", "--project", project, ...reporters], {
    cwd: root,
    env: { ...env, NO_COLOR: "1" },
    timeoutMs,
  });
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

/** A torture run tells its own count in its last line, as this program does; its exit code is one more witness. */
async function runTorture() {
  const script = path.join(root, "test", "torture", "torture.mjs");
  if (!existsSync(script)) return { passed: 0, failed: 0, skipped: 0, note: "no tests yet" };
  const { code, output } = await runProgram(node, [script, "--short"], {
    cwd: root,
    env,
    timeoutMs: 8 * minute,
  });
  const told = /(\d+) passed, (\d+) failed\s*$/u.exec(output);
  if (told === null) return one(code === 0);
  const count = { passed: Number(told[1]), failed: Number(told[2]), skipped: 0 };
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1, note: `exit code ${code}` } : count;
}

/**
 * The pages by themselves in a browser: what a person does on them, then axe and sideways scrolling in every theme at
 * 300 px. Each script is one test.
 * @returns {Promise<Count>}
 */
async function runPages() {
  let failed = 0;
  const scripts = [["behavior.mjs"], ["screenshots.mjs", "-300"]];
  for (const [script = "", ...args] of scripts) {
    const { code } = await runProgram(node, [path.join(root, "test", "webview", script), ...args], {
      cwd: root,
      env,
      timeoutMs: 6 * minute,
    });
    if (code !== 0) failed += 1;
  }
  return { passed: scripts.length - failed, failed, skipped: 0 };
}

/** @returns {Promise<Count>} */
async function runExtension() {
  if (!hasTests(path.join(root, "test", "extension")))
    return { passed: 0, failed: 0, skipped: 0, note: "no tests yet" };
  const file = path.join(results, "extension.json");
  const script = path.join(root, "test", "editor", "runExtensionTests.mjs");
  const { code } = await runProgram(node, [script, "--json", file], {
    cwd: root,
    env,
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

/** @param {string} folder */
function hasTests(folder) {
  return (
    existsSync(folder) &&
    readdirSync(folder, { recursive: true }).some((file) => String(file).endsWith(".test.ts"))
  );
}

/**
 * @param {boolean} success
 * @returns {Count}
 */
function one(success) {
  return { passed: success ? 1 : 0, failed: success ? 0 : 1, skipped: 0 };
}
