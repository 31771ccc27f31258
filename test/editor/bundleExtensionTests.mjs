// @ts-check
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import esbuild from "esbuild";
import { root, scratch } from "../start/paths.mjs";

/** @typedef {{ name: string, testsPath: string, resultFile: string, trust: boolean, tests: string[] }} HostSession */

/**
 * Bundles the suites of the extension host: those of `test/extension` for a trusted folder, those of its `restricted`
 * folder for Restricted Mode. Each becomes one session of the editor; a session without tests is left out.
 * @param {string} [folder]
 * @returns {Promise<HostSession[]>}
 */
export async function bundleExtensionTests(folder = path.join(root, "test", "extension")) {
  const found = existsSync(folder) ? await readdir(folder, { recursive: true }) : [];
  const files = found.filter((file) => file.endsWith(".test.ts")).sort();
  const restricted = files.filter((file) => file.startsWith(`restricted${path.sep}`));
  const sessions = [
    { name: "trusted", trust: true, tests: files.filter((file) => !restricted.includes(file)) },
    { name: "restricted", trust: false, tests: restricted },
  ].filter(({ tests }) => tests.length > 0);
  const target = path.join(scratch, "extension-tests");
  await rm(target, { recursive: true, force: true });
  return Promise.all(sessions.map((session) => bundle(folder, path.join(target, session.name), session)));
}

/**
 * @param {string} folder
 * @param {string} outdir
 * @param {{ name: string, trust: boolean, tests: string[] }} session
 * @returns {Promise<HostSession>}
 */
async function bundle(folder, outdir, session) {
  const resultFile = path.join(outdir, "results.json");
  /** @type {import("esbuild").BuildOptions} */
  const base = {
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    sourcemap: "inline",
    logLevel: "warning",
    external: ["vscode", "mocha"],
    outExtension: { ".js": ".cjs" },
  };
  const suites = path.join(outdir, "suites");
  await esbuild.build({
    ...base,
    outdir: suites,
    outbase: folder,
    entryPoints: session.tests.map((file) => path.join(folder, file)),
  });
  const suiteFiles = session.tests.map((file) => path.join(suites, file.replace(/\.ts$/u, ".cjs")));
  await esbuild.build({
    ...base,
    outfile: path.join(outdir, "run.cjs"),
    entryPoints: [path.join(root, "test", "editor", "extensionTestEntry.ts")],
    define: { suiteFiles: JSON.stringify(suiteFiles), resultFile: JSON.stringify(resultFile) },
  });
  return { ...session, testsPath: path.join(outdir, "run.cjs"), resultFile };
}
