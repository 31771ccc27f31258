// @ts-check
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { runNpm } from "./npm.mjs";
import { root } from "./paths.mjs";

const stampFile = path.join(root, "node_modules", ".masterplan-install");

/**
 * Installs the packages of the lock file unless exactly they are there already. An interrupted install is done again.
 * @param {(line: string) => void} say
 */
export async function installDependencies(say) {
  const lock = await readFile(path.join(root, "package-lock.json"), "utf8");
  const wanted = createHash("sha256").update(`${process.platform}-${process.arch}\n${lock}`).digest("hex");
  if ((await read(stampFile)) === wanted) return;
  if (!(await isInstalled(lock))) {
    say("Installing packages (npm ci), about a minute");
    // Windows cannot delete a program that runs, and this one may come from the folder that `npm ci` empties.
    const own = process.platform === "win32" && process.execPath.startsWith(path.join(root, "node_modules"));
    const { code, output } = await runNpm([own ? "install" : "ci", "--no-audit", "--no-fund"], {
      cwd: root,
      quiet: true,
    });
    if (code !== 0) throw new Error(`npm ci failed with exit code ${code}:\n${output}`);
  }
  await writeFile(stampFile, wanted);
}

/**
 * npm keeps its own record of what it put into the folder; it may be there without our stamp.
 * @param {string} lock
 */
async function isInstalled(lock) {
  const record = await read(path.join(root, "node_modules", ".package-lock.json"));
  if (record === undefined) return false;
  const installed = JSON.parse(record).packages ?? {};
  return Object.entries(JSON.parse(lock).packages ?? {}).every(
    ([name, entry]) => name === "" || entry.optional === true || installed[name]?.version === entry.version,
  );
}

/** @param {string} file */
async function read(file) {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
