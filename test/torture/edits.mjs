// @ts-check
// `node test/torture/edits.mjs [--cases 100000] [--seed 1]`: hunks and edits of generated files, nightly.
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { importBundled } from "./bundled.mjs";

/**
 * @param {{ cases: number, seed: number }} options
 * @returns {Promise<{ passed: number, failed: number, lines: string[] }>}
 */
export async function tortureEdits({ cases, seed }) {
  const { diffCases, driftCases } = await importBundled("test/torture/editCases.ts");
  const diffs = diffCases(seed, cases);
  const drifts = driftCases(seed, cases);
  const wrong = [...diffs.wrong, ...drifts.wrong];
  return {
    passed: 2 * cases - wrong.length,
    failed: wrong.length,
    lines: [
      `hunks: ${diffs.cases} pairs of files, ${diffs.wrong.length} wrong`,
      `edits: ${drifts.cases} on drifted files, ${drifts.applied} applied, ${drifts.refused} refused, ${drifts.wrong.length} wrong`,
      ...wrong.slice(0, 20),
    ],
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: { cases: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
  });
  const result = await tortureEdits({ cases: Number(values.cases), seed: Number(values.seed) });
  for (const line of result.lines) console.log(line);
  console.log(`${result.passed} passed, ${result.failed} failed`);
  process.exitCode = result.failed === 0 ? 0 : 1;
}
