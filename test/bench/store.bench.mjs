import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

/**
 * The store against the best native SQLite in one interleaved run. Options: --rounds N, --reopenings N, --only NAME.
 */
export async function run(argv = []) {
  const number = (name, fallback) => {
    const at = argv.indexOf(`--${name}`);
    return at === -1 ? fallback : Number(argv[at + 1]);
  };
  const at = argv.indexOf("--only");
  const only = at === -1 ? null : argv[at + 1].split(",");
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
  const work = mkdtempSync(path.join(tmpdir(), "masterplan-bench-"));
  try {
    await esbuild.build({
      absWorkingDir: root,
      entryPoints: {
        storeBench: "test/bench/storeBench.ts",
        storeBenchChild: "test/bench/storeBenchChild.ts",
        checkpointWorker: "src/adapters/sqljs/image/checkpointWorker.ts",
      },
      bundle: true,
      platform: "node",
      format: "cjs",
      outdir: work,
      logLevel: "error",
    });
    cpSync(path.join(root, "node_modules/sql.js/dist/sql-wasm.wasm"), path.join(work, "sql-wasm.wasm"));
    const bench = createRequire(import.meta.url)(path.join(work, "storeBench.js"));
    const options = {
      work,
      workerFile: path.join(work, "checkpointWorker.js"),
      rounds: number("rounds", 300),
      reopenings: number("reopenings", 20),
    };
    const figures = { node: process.version };
    for (const name of ["readySet", "largePlan", "commits", "slices", "reopening"]) {
      // Slices and reopening work on the store that the commits have filled.
      if (only === null || only.includes(name)) figures[name] = await bench[name](options);
    }
    return figures;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
