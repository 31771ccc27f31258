// @ts-check
// Hunks of two versions of a file against jsdiff's structuredPatch, in one process, samples interleaved.
import { pathToFileURL } from "node:url";
import { structuredPatch } from "diff";
import { importBundled } from "../torture/bundled.mjs";

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {number} ms median of ours
 * @property {number} baseline_ms median of jsdiff
 * @property {number} factor how many times faster ours is
 * @property {number} goal least factor that is wanted
 * @property {boolean} met
 */

const samples = 7;

/** @returns {Promise<Row[]>} */
export async function hunkRows() {
  const { buildHunks } = await importBundled("src/core/change/diff/buildHunks.ts");
  return cases().map(({ name, before, after, goal }) => {
    /** @type {number[]} */
    const ours = [];
    /** @type {number[]} */
    const theirs = [];
    // Two rounds warm both up; a fresh copy of the texts each time keeps caches of strings out of it.
    for (let round = -2; round < samples; round++) {
      const [a, b] = [copyOf(before), copyOf(after)];
      const mine = timed(() => buildHunks(a, b));
      const [c, d] = [copyOf(before), copyOf(after)];
      const other = timed(() => structuredPatch("a", "b", c, d, undefined, undefined, { context: 3 }));
      if (round < 0) continue;
      ours.push(mine);
      theirs.push(other);
    }
    const [ms, baseline] = [median(ours), median(theirs)];
    const factor = baseline / ms;
    return {
      name,
      ms: rounded(ms),
      baseline_ms: rounded(baseline),
      factor: rounded(factor),
      goal,
      met: factor >= goal,
    };
  });
}

function cases() {
  const lines = Array.from(
    { length: 20_000 },
    (_, index) => `  const value${index % 700} = compute(${index}, "${(index * 7919) % 9973}");`,
  );
  const text = (/** @type {string[]} */ all) => `${all.join("\n")}\n`;
  const every = (/** @type {number} */ step) =>
    lines.map((line, index) => (index % step === 0 ? `${line} // changed` : line));
  const few = lines.slice(0, 300);
  const rewritten = few.map((line, index) => (index % 10 < 6 ? `  rewritten(${index});` : line));
  const before = text(lines);
  return [
    { name: "20,000 lines, 0.2 % changed", before, after: text(every(500)), goal: 3 },
    { name: "20,000 lines, 5 % changed", before, after: text(every(20)), goal: 3 },
    { name: "300 lines, 60 % rewritten", before: text(few), after: text(rewritten), goal: 3 },
  ];
}

/** @param {string} text */
function copyOf(text) {
  return Buffer.from(text).toString();
}

/** @param {() => unknown} work */
function timed(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** @param {number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** @param {number} value */
function rounded(value) {
  return Math.round(value * 100) / 100;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  console.table(await hunkRows());
