import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import path from "node:path";

/** An executable by its identity. */
export interface Executable {
  /** Absolute path without links: what is run, and what an approval is compared with. */
  readonly file: string;
  /** Absolute path as it was found; programs that are one file under many names look at it. */
  readonly argv0: string;
  /** Arguments that come before the command's own, when a script stands in for a Windows command file. */
  readonly leading: readonly string[];
}

/**
 * Finds what a name means, once and absolutely, so that nothing in the working folder can take its place. Names with a
 * slash are relative to `cwd`. Null when there is no such executable.
 *
 * Windows: `.cmd` and `.bat` files need the command interpreter, whose quoting cannot be made safe. npm's own are
 * replaced by the script behind them, run with node; any other counts as not found.
 */
export async function findExecutable(
  name: string,
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Promise<Executable | null> {
  if (/[\\/]/u.test(name)) return await asExecutable(path.resolve(cwd, name));
  const virtual = await virtualPython(name, cwd);
  if (virtual !== null) return virtual;
  const folders = searchPath(environment)
    .split(path.delimiter)
    .filter((entry) => path.isAbsolute(entry));
  for (const folder of folders) {
    const found = await inFolder(folder, name, environment);
    if (found !== null) return found;
  }
  return name === "python3" ? await findExecutable("python", cwd, environment) : null;
}

function searchPath(environment: Readonly<Record<string, string>>): string {
  const key = Object.keys(environment).find((name) => name.toUpperCase() === "PATH");
  return key === undefined ? "" : (environment[key] ?? "");
}

async function inFolder(
  folder: string,
  name: string,
  environment: Readonly<Record<string, string>>,
): Promise<Executable | null> {
  if (process.platform !== "win32") return await asExecutable(path.join(folder, name));
  for (const extension of [".exe", ".com"]) {
    const found = await asExecutable(path.join(folder, `${name}${extension}`));
    if (found !== null) return found;
  }
  const script = path.join(folder, "node_modules", "npm", "bin", `${name}-cli.js`);
  if (!(await isFile(script))) return null;
  const node = await findExecutable("node", folder, environment);
  return node === null ? null : { ...node, leading: [script] };
}

async function asExecutable(candidate: string): Promise<Executable | null> {
  if (!(await isFile(candidate))) return null;
  try {
    if (process.platform !== "win32") await access(candidate, constants.X_OK);
    return { file: await realpath(candidate), argv0: candidate, leading: [] };
  } catch {
    // Present but not executable for us is the same as absent, as it is for a shell.
    return null;
  }
}

/**
 * A virtual environment in the working folder supplies `python`, as every Python tool expects. Only a real one counts:
 * its interpreter must be a link to one outside the folder, so that no file of the workspace can pose as Python.
 */
async function virtualPython(name: string, cwd: string): Promise<Executable | null> {
  if (name !== "python" && name !== "python3") return null;
  for (const folder of [".venv", "venv"]) {
    const home = path.join(cwd, folder);
    const candidate =
      process.platform === "win32"
        ? path.join(home, "Scripts", "python.exe")
        : path.join(home, "bin", "python");
    const found = await asExecutable(candidate);
    if (found === null || !(await isFile(path.join(home, "pyvenv.cfg")))) continue;
    const inside = path.relative(await realpath(cwd), found.file);
    if (inside.startsWith("..") || path.isAbsolute(inside)) return found;
  }
  return null;
}

async function isFile(candidate: string): Promise<boolean> {
  try {
    return (await stat(candidate)).isFile();
  } catch {
    return false;
  }
}
