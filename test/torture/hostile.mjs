// @ts-check
// `node test/torture/hostile.mjs`: every attack with its control and one table; the same as JSON in test/output.
import { spawn } from "node:child_process";
import path from "node:path";

const root = path.join(import.meta.dirname, "..", "..");
const vitest = path.join(root, "node_modules", "vitest", "vitest.mjs");
const args = [vitest, "run", "--project", "integration", "test/integration/hostile/sweep.test.ts"];
const child = spawn(process.execPath, args, {
  cwd: root,
  env: { ...process.env, MASTERPLAN_SWEEP: "1" },
  stdio: "inherit",
});
child.once("exit", (code) => {
  process.exitCode = code ?? 1;
});
