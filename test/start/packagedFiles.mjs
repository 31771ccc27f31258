// @ts-check
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import picomatch from "picomatch";

/** Folders that no package of an extension holds. */
const never = new Set(["node_modules", ".git", ".vscode-test"]);

/**
 * What the package of an extension holds: everything but what its `.vscodeignore` keeps out, in which a line with "!"
 * always wins. Asking the packaging tool itself takes seconds; a test compares both.
 * @param {string} folder
 * @returns {Promise<string[]>} paths relative to the folder, with "/"
 */
export async function packagedFiles(folder) {
  const list = path.join(folder, ".vscodeignore");
  const files = await filesBelow(folder, "");
  if (!existsSync(list)) return files;
  const lines = (await readFile(list, "utf8"))
    .split(/\r?\n/u)
    .filter((line) => line !== "" && !line.startsWith("#"));
  const out = picomatch(
    lines.filter((line) => !line.startsWith("!")),
    { dot: true },
  );
  const back = picomatch(
    lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1)),
    { dot: true },
  );
  return files.filter((file) => !out(file) || back(file));
}

/**
 * @param {string} root
 * @param {string} below
 * @returns {Promise<string[]>}
 */
async function filesBelow(root, below) {
  const entries = await readdir(path.join(root, below), { withFileTypes: true });
  const lists = entries.map(async (entry) => {
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (!entry.isDirectory()) return [name];
    return never.has(entry.name) ? [] : filesBelow(root, name);
  });
  return (await Promise.all(lists)).flat().sort();
}
