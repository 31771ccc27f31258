import {
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Logger } from "../../../ports/logger";
import type { GitRunner } from "../runner/gitRunner";
import { copyFolder, isWorthCopying } from "./copyPackages";
import type { OpenRepository } from "../repository/repository";
import { ownCaches, touchedSince } from "./touchedPackages";

export interface ProvidedFolder {
  /** Relative to the top level, in the user's tree and in the worktree. */
  readonly path: string;
  /** Its entries lead to the user's own; otherwise it holds copies. */
  readonly linked: boolean;
}

/**
 * Makes the dependency folders of the user's tree available in a worktree. Small ones are copied, so that nothing that
 * runs there reaches the user's.
 *
 * A linked `node_modules` is a trap where packages of the same workspace are linked into it: the worktree's tests would
 * then test the user's copy. So the folder itself is real, its entries are links to the user's packages, and an entry
 * that leads back into the workspace's own sources leads into the worktree's instead. For a Python environment the same
 * is done one level deeper, and the small text files that name the workspace (start scripts, `.pth` files) are copied
 * with the name changed.
 */
export async function provideDependencies(
  runner: GitRunner,
  repository: OpenRepository,
  tree: string,
  logger: Logger,
): Promise<readonly ProvidedFolder[]> {
  const args = ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"];
  const provided: ProvidedFolder[] = [];
  for (const entry of await runner.list(repository.place, args)) {
    const path = entry.replace(/\/$/u, "");
    const kind = dependencyFolders.get(basename(path));
    if (kind === undefined) continue;
    const source = await realPath(join(repository.topLevel, path));
    const target = join(tree, path);
    // A link on the way in the worktree would take what is removed and made here somewhere else.
    if (source === null || (await realPath(dirname(target))) !== dirname(target)) continue;
    if (!(await isFolder(source))) continue;
    await rm(target, { recursive: true, force: true });
    const linked = kind === "python" || !(await isWorthCopying(source, target));
    const roots: Roots = { user: repository.topLevel, tree, logger, linked };
    if (kind === "node") await providePackages(roots, source, target);
    else if ((await readOptionalText(join(source, "pyvenv.cfg"))) !== null)
      await copyEnvironment(roots, source, target, 0);
    else continue;
    provided.push({ path, linked });
  }
  return provided;
}

/** Removes what `provideDependencies` made, links as links; never through a link that was put in its way. */
export async function removeDependencies(tree: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const target = join(tree, path);
    if ((await realPath(dirname(target))) !== dirname(target)) continue;
    await rm(target, { recursive: true, force: true });
  }
}

/** What changed in the user's own folders since `since`, of those that a worktree leads to; as shown to a person. */
export async function touchedDependencies(
  topLevel: string,
  linked: readonly string[],
  since: number,
): Promise<readonly string[]> {
  const touched: string[] = [];
  for (const path of linked) {
    const source = await realPath(join(topLevel, path));
    if (source === null) touched.push(path);
    else for (const name of await touchedSince(source, since)) touched.push(`${path}/${name}`);
  }
  return touched;
}

/** True for what an install puts into a worktree: below a dependency folder, wherever that lies. */
export function isBelowDependencies(path: string): boolean {
  return path.split("/").some((part) => dependencyFolders.has(part));
}

interface Roots {
  readonly user: string;
  readonly tree: string;
  readonly logger: Logger;
  readonly linked: boolean;
}

const dependencyFolders = new Map<string, "node" | "python">([
  ["node_modules", "node"],
  [".venv", "python"],
  ["venv", "python"],
]);

async function providePackages(roots: Roots, source: string, target: string): Promise<void> {
  await mkdir(target);
  for (const entry of await readdir(source, { withFileTypes: true })) {
    // Caches are written while tests run; each worktree gets its own.
    if (ownCaches.has(entry.name)) continue;
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    if (entry.name.startsWith("@") && entry.isDirectory()) await providePackages(roots, from, to);
    else if (entry.name === ".bin" && entry.isDirectory()) await copyStarters(from, to);
    // What a package manager notes about the folder is written in place: through a link that would be the user's.
    else if (entry.isFile()) await copyFile(from, to);
    else if (entry.isDirectory() && (!roots.linked || isGenerated(entry.name))) await copyFolder(from, to);
    else if (!roots.linked && (await leadsWithin(from))) await symlink(await readlink(from), to);
    else await linkEntry(roots, from, to);
  }
}

/** Code that tools write beside the packages (`.prisma`), unlike the stores in which package managers keep them. */
function isGenerated(name: string): boolean {
  return name.startsWith(".") && !packageStores.has(name);
}

const packageStores = new Set([".pnpm", ".store", ".bun", ".deno"]);

/** A relative link to a package in the same folder, as pnpm makes them; in a copy it leads to the copy. */
async function leadsWithin(path: string): Promise<boolean> {
  const target = await readlink(path);
  if (isAbsolute(target)) return false;
  const parts = resolve(dirname(path), target).split(sep);
  return parts.includes("node_modules");
}

/** Start scripts are links to packages beside them, so their copies lead to the worktree's own entries. */
async function copyStarters(source: string, target: string): Promise<void> {
  await mkdir(target);
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    if (entry.isSymbolicLink()) await symlink(await readlink(from), to);
    else if (entry.isFile()) await copyFile(from, to);
  }
}

async function linkEntry(roots: Roots, from: string, to: string): Promise<void> {
  const own = await workspaceTarget(roots, from);
  if (own !== null) {
    await link(own, to);
    return;
  }
  await link(from, to);
}

/** Where a link into the workspace's own sources has to lead in the worktree; null for anything else. */
async function workspaceTarget(roots: Roots, path: string): Promise<string | null> {
  if (!(await lstat(path)).isSymbolicLink()) return null;
  let real: string;
  try {
    real = await realpath(path);
  } catch {
    // A dangling link: the package may be built by the task itself, so the name is what counts.
    real = resolve(dirname(path), await readlink(path));
  }
  const inside = relative(roots.user, real);
  if (
    inside === "" ||
    inside.startsWith("..") ||
    inside.split(sep).some((part) => dependencyFolders.has(part))
  )
    return null;
  return join(roots.tree, inside);
}

async function link(target: string, path: string): Promise<void> {
  const folder = await isFolder(target);
  await symlink(target, path, process.platform === "win32" && folder ? "junction" : folder ? "dir" : "file");
}

/** Folders whose entries may lead back into the workspace; everything else in an environment is linked whole. */
const environmentFolders = /^(?:bin|Scripts|lib|lib64|Lib|python[\d.]+|site-packages)$/u;

async function copyEnvironment(roots: Roots, source: string, target: string, depth: number): Promise<void> {
  await mkdir(target);
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    if (entry.isDirectory() && environmentFolders.test(entry.name) && depth < 4) {
      await copyEnvironment(roots, from, to, depth + 1);
    } else if (entry.isFile() && (await namesWorkspace(roots, from))) {
      const text = await readFile(from, "utf8");
      await writeFile(to, text.replaceAll(roots.user, roots.tree), { mode: (await stat(from)).mode });
    } else {
      await linkEntry(roots, from, to);
    }
  }
}

async function namesWorkspace(roots: Roots, path: string): Promise<boolean> {
  if ((await stat(path)).size > 1_000_000) return false;
  const bytes = await readFile(path);
  return !bytes.includes(0) && bytes.includes(roots.user);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function realPath(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch {
    return null;
  }
}

async function readOptionalText(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return null;
  }
}
