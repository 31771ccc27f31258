// @ts-check
// `npm test`: everything, on a machine with nothing but Node 20 or newer and git. The last line counts the tests.
// Suites that compute and suites that wait for an editor run side by side, in two lanes; `--one-lane` runs all of them
// one after another, `--only NAME` runs one suite (after a build where it needs one).
import { mkdir, rm } from "node:fs/promises";
import { parseArgs } from "node:util";
import { installDependencies } from "./start/dependencies.mjs";
import { build, lanes, results } from "./suites.mjs";

/** @typedef {import("./suites.mjs").Count} Count */
/** @typedef {import("./suites.mjs").Suite} Suite */

const { values } = parseArgs({
  options: { only: { type: "string" }, "one-lane": { type: "boolean", default: false } },
});
const { only } = values;
const all = lanes.flat();
const single = all.find(({ name }) => name === only);
if (only !== undefined && single === undefined) {
  console.error(`There is no suite ${only}; choose one of ${all.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

const begin = performance.now();
await installDependencies((line) => console.log(line));
await rm(results, { recursive: true, force: true });
await mkdir(results, { recursive: true });

/** @type {[string, Count, number][]} */
const counts = [];
if (only !== "check") await section(build);
if (single !== undefined) await section(single);
else if (values["one-lane"]) for (const suite of all) await section(suite);
else
  await Promise.all(
    lanes.map(async (lane) => {
      for (const suite of lane) await section(suite, `${suite.name.padEnd(12)}|`);
    }),
  );

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

/**
 * @param {Suite} suite
 * @param {string} [label]
 */
async function section(suite, label) {
  console.log(`\n${`== ${suite.name} `.padEnd(72, "=")}`);
  const start = performance.now();
  /** @type {Count} */
  let count;
  try {
    count = await suite.run(label === undefined ? {} : { label });
  } catch (error) {
    console.log(error instanceof Error ? error.stack : error);
    count = { passed: 0, failed: 1, skipped: 0, note: "broke off" };
  }
  counts.push([suite.name, count, (performance.now() - start) / 1000]);
}
