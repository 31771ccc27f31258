// Start-up: the entry bundle against an empty module in the same run, the host bundle, and the packaged extension.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const rounds = 40;

/** Loads a module in a fresh process and answers how many milliseconds `require` took there. */
function loadMs(file) {
  const script = `
    const Module = require("node:module");
    const load = Module._load;
    Module._load = (name, ...rest) => (name === "vscode" ? new Proxy({}, { get: () => ({}) }) : load(name, ...rest));
    const before = process.hrtime.bigint();
    require(${JSON.stringify(file)});
    process.stdout.write(String(Number(process.hrtime.bigint() - before) / 1e6));
  `;
  return Number(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" }));
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** @returns {Promise<object>} sizes in bytes, times in milliseconds, ratios without a unit */
export async function run() {
  execFileSync(process.execPath, ["esbuild.mjs", "--production"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const folder = mkdtempSync(path.join(tmpdir(), "masterplan-bench-"));
  try {
    const empty = path.join(folder, "empty.js");
    writeFileSync(empty, "module.exports = {};\n");
    const entry = path.join(root, "dist/extension.js");
    const times = { empty: [], entry: [] };
    loadMs(empty);
    loadMs(entry);
    for (let round = 0; round < rounds; round += 1) {
      times.empty.push(loadMs(empty));
      times.entry.push(loadMs(entry));
    }
    const vsix = path.join(folder, "masterplan.vsix");
    execFileSync(
      process.execPath,
      [
        "node_modules/@vscode/vsce/vsce",
        "package",
        "--no-dependencies",
        "--no-rewrite-relative-links",
        "--allow-missing-repository",
        "--out",
        vsix,
      ],
      {
        cwd: root,
        stdio: ["ignore", "ignore", "inherit"],
      },
    );
    const emptyMs = median(times.empty);
    const entryMs = median(times.entry);
    return {
      rounds,
      entry_bytes: { value: statSync(entry).size, goal: "at most 15000" },
      entry_over_empty: {
        value: Number((entryMs / emptyMs).toFixed(2)),
        goal: "at most 3",
        entry_ms: entryMs,
        empty_ms: emptyMs,
      },
      package_bytes: { value: statSync(vsix).size, goal: "at most 5000000" },
      host_bytes: statSync(path.join(root, "dist/host.js")).size,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
