// Proves the durable store against kills, power cuts, failing disks, damaged files and competing processes.
// Options: --short (under a minute), --seed N, --only NAME[,NAME], --kills N, --cuts N, --run-kills N, --json FILE.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";
import esbuild from "esbuild";
import { competingProcesses } from "./competingProcesses.mjs";
import { killedProcesses } from "./killedProcesses.mjs";
import { storeProcesses } from "./storeProcesses.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../..");
const flag = (name) => process.argv.includes(`--${name}`);
const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? fallback : process.argv[at + 1];
};
const short = flag("short");
const seed = Number(option("seed", String(Math.floor(Date.now() / 1000) % 1_000_000)));
const only = option("only", "").split(",").filter(Boolean);
const size = (whole, brief) => (short ? brief : whole);
const kills = Number(option("kills", size(1000, 6)));
const cuts = Number(option("cuts", size(20000, 150)));
const runKills = Number(option("run-kills", "200"));

const work = mkdtempSync(path.join(tmpdir(), "masterplan-torture-"));
await esbuild.build({
  absWorkingDir: root,
  entryPoints: {
    writer: "test/torture/writer.ts",
    inProcess: "test/torture/inProcess.ts",
    checkpointWorker: "src/adapters/sqljs/image/checkpointWorker.ts",
  },
  bundle: true,
  platform: "node",
  format: "cjs",
  outdir: work,
  logLevel: "error",
});
cpSync(path.join(root, "node_modules/sql.js/dist/sql-wasm.wasm"), path.join(work, "sql-wasm.wasm"));
const inside = createRequire(import.meta.url)(path.join(work, "inProcess.js"));
const commits = inside.history();
const hashes = await inside.historyHashes();
const source = path.join(work, "state.mpstate");
writeFileSync(source, await inside.sourceBytes());

const { seeded } = inside;
const processes = storeProcesses({ work, source, hashes });
const killed = killedProcesses({ work, seed, kills, commits, seeded, size, progress, processes });
const known = JSON.parse(readFileSync(path.join(here, "regressions.json"), "utf8"))["processes"];
const competing = competingProcesses({ work, seed, known, seeded, size, progress, processes });

const figures = { seed, short };
let passed = 0;
let failed = 0;

async function part(name, run) {
  if (only.length > 0 && !only.includes(name)) return;
  const began = performance.now();
  const result = await run().catch((error) => ({ failures: [`broke off: ${error.stack ?? error}`] }));
  const failures = result.failures ?? [];
  figures[name] = { ...result, seconds: Math.round((performance.now() - began) / 100) / 10 };
  if (failures.length === 0) passed += 1;
  else {
    failed += 1;
    keepRegression(name, failures);
  }
  process.stderr.write(
    `${failures.length === 0 ? "passed" : "FAILED"} ${name} ${JSON.stringify(figures[name])}\n`,
  );
}

/** Says every half minute how far a part has come, and how much memory it takes. */
function progress(name, of) {
  let last = performance.now();
  return (done, detail = "") => {
    if (performance.now() - last < 30_000) return;
    last = performance.now();
    const megabytes = Math.round(process.memoryUsage.rss() / 2 ** 20);
    process.stderr.write(`${name}: ${done} of ${of}${detail}, ${megabytes} MB\n`);
  };
}

/** Seeds that failed once are played again by the tests for ever. */
function keepRegression(name, failures) {
  const file = path.join(here, "regressions.json");
  const known = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const seeds = failures
    .map((text) => /^seed (\d+)/u.exec(text)?.[1])
    .filter(Boolean)
    .map(Number);
  known[name] = [...new Set([...(known[name] ?? []), ...seeds])];
  const lines = Object.entries(known).map(([part, list]) => `  "${part}": [${list.join(", ")}]`);
  if (seeds.length > 0) writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
}

function cutPower(name, options) {
  const say = progress(name, options.trials);
  return inside.powerCuts({ ...options, onTrial: (done, cutsSoFar) => say(done, `, ${cutsSoFar} cuts`) });
}

/** A writer that is stopped around each of its calls, overruled and awake again. */
async function suspended() {
  if (short) return { skipped: "a shorter form of it is among the integration tests", failures: [] };
  const say = progress("suspensions", "all");
  return inside.suspensions({ step: 1, offset: 0, onCase: (done) => say(done) });
}

/** A run of the product, killed again and again: `test/integration/engine/killedRun.test.ts` with more kills. */
async function killedRun() {
  if (short) return { skipped: "a shorter form of it is among the integration tests", failures: [] };
  const env = {
    ...process.env,
    NO_COLOR: "1",
    MASTERPLAN_KILLS: String(runKills),
    MASTERPLAN_SEED: String(seed % 100_000),
  };
  const argv = ["run", "--project", "integration", "test/integration/engine/killedRun.test.ts"];
  const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
  const child = spawn(process.execPath, [vitest, ...argv], { cwd: root, env, stdio: "pipe" });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += String(data)));
  const code = await new Promise((resolve) => child.on("close", resolve));
  const line = /^\{"kills":.*\}$/mu.exec(output);
  const figures = line === null ? {} : JSON.parse(line[0]);
  return { ...figures, failures: code === 0 ? [] : [`seed ${seed % 100_000}: ${output.slice(-2000)}`] };
}

/** One line for each part: what was tried, and what failed. */
function table() {
  const rows = Object.entries(figures).filter(([, value]) => typeof value === "object");
  return rows.map(([name, { failures = [], seconds, ...counts }]) => {
    const told = Object.entries(counts).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
    const verdict = failures.length === 0 ? "passed" : "FAILED";
    return `${verdict}  ${name.padEnd(13)} ${String(seconds).padStart(7)} s  ${told.join(", ")}`;
  });
}

process.stderr.write(`seed ${seed}\n`);
await part("powerCuts", () => cutPower("powerCuts", { seed, trials: Math.ceil(cuts / 3.2) }));
await part("failingSyncs", () =>
  cutPower("failingSyncs", { seed: seed + 7_000_000, trials: Math.ceil(cuts / 16), failingSyncs: 0.6 }),
);
await part("faults", () => inside.faultLoop({ step: size(1, 29), offset: size(0, seed % 29) }));
await part("damage", () => inside.damageLoop({ seed, cases: size(2000, 60) }));
await part("suspensions", suspended);
await part("kills", killed.realKills);
await part("portCalls", killed.portCalls);
await part("syscalls", killed.syscalls);
await part("processes", competing.compete);
await part("recoveries", killed.recoveries);
await part("killedRun", killedRun);
rmSync(work, { recursive: true, force: true });
const json = option("json", "");
if (json !== "") writeFileSync(json, `${JSON.stringify(figures, null, 2)}\n`);
process.stdout.write(`${JSON.stringify(figures, null, 2)}\n\n${table().join("\n")}\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
