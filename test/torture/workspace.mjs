// @ts-check
// `node test/torture/workspace.mjs [--only NAME[,NAME]]`: the long form of what keeps a workspace safe, nightly.
import { spawn } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";

const root = path.join(import.meta.dirname, "..", "..");
const vitest = path.join(root, "node_modules", "vitest", "vitest.mjs");

/** @type {Record<string, { readonly argv: readonly string[], readonly env?: Record<string, string> }>} */
const parts = {
  edits: { argv: [path.join(root, "test/torture/edits.mjs"), "--cases", "100000"] },
  sweep: { argv: [path.join(root, "test/torture/hostile.mjs")] },
  races: suite("workspaceFiles/swapRace.test.ts", { MASTERPLAN_RACES: "100000" }),
  states: suite("git/userWork.test.ts", { MASTERPLAN_STATES: "500" }),
  purges: suite("store/purge.test.ts", { MASTERPLAN_EVERY: "1" }),
  cancels: suite("commands/cancelStress.test.ts", { MASTERPLAN_CANCELS: "200" }),
};

/**
 * @param {string} file
 * @param {Record<string, string>} env
 */
function suite(file, env) {
  return { argv: [vitest, "run", "--project", "integration", `test/integration/${file}`], env };
}

const { values } = parseArgs({ options: { only: { type: "string" } } });
const wanted = values.only?.split(",") ?? Object.keys(parts);
const lines = [];
let failed = 0;
for (const name of wanted) {
  const part = parts[name];
  if (part === undefined)
    throw new Error(`There is no part ${name}; there are ${Object.keys(parts).join(", ")}`);
  const began = performance.now();
  const child = spawn(process.execPath, part.argv, {
    cwd: root,
    env: { ...process.env, ...part.env },
    stdio: "inherit",
  });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  if (code !== 0) failed += 1;
  lines.push(
    `${code === 0 ? "passed" : "FAILED"}  ${name.padEnd(8)} ${Math.round((performance.now() - began) / 1000)} s`,
  );
}
process.stdout.write(`\n${lines.join("\n")}\n${lines.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
