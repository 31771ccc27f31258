import type { Stats } from "node:fs";
import { lstat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { UnchangeablePath } from "../../../core/change/path/unchangeable";
import { MasterPlanError } from "../../../core/errors";
import type { GitRunner } from "../runner/gitRunner";
import type { OpenRepository } from "./repository";
import { listSubmodules } from "../objects/treeSnapshot";

/** Of these paths below `root`, those that are or lie in a repository of the user's own, each with its folder. */
export async function nestedOwners(
  root: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, Promise<boolean>>();
  const isRepository = (folder: string): Promise<boolean> => {
    const asked = known.get(folder) ?? holdsRepository(join(root, folder));
    known.set(folder, asked);
    return asked;
  };
  const owners = new Map<string, string>();
  for (const path of paths) {
    for (let folder = path; folder !== dirname(folder) && folder !== "."; folder = dirname(folder))
      if (await isRepository(folder)) owners.set(path, folder);
  }
  return owners;
}

/** See `unchangeable` of the port; paths are relative to the workspace. */
export async function unchangeablePaths(
  runner: GitRunner,
  repository: OpenRepository,
  paths: readonly string[],
): Promise<readonly UnchangeablePath[]> {
  const { place, prefix } = repository;
  const whole = paths.map((path) => `${prefix}${path}`);
  const [nested, submodules, filtered] = await Promise.all([
    nestedOwners(repository.topLevel, whole),
    listSubmodules(runner, place),
    filteredPaths(runner, repository, whole),
  ]);
  return paths.flatMap((path): readonly UnchangeablePath[] => {
    const full = `${prefix}${path}`;
    const submodule = submodules.find((one) => full === one || full.startsWith(`${one}/`));
    if (submodule !== undefined) return [{ path, why: "submodule", by: submodule.slice(prefix.length) }];
    const folder = nested.get(full);
    if (folder !== undefined) return [{ path, why: "nested_repository", by: folder.slice(prefix.length) }];
    const filter = filtered.get(full);
    return filter === undefined ? [] : [{ path, why: "filter", by: filter }];
  });
}

/** The last gate before a commit: nothing lands in a repository that the user has inside this one. */
export async function refuseNestedPaths(
  repository: OpenRepository,
  paths: readonly string[],
  what = "The change",
): Promise<void> {
  const owners = await nestedOwners(repository.topLevel, paths);
  if (owners.size === 0) return;
  const { prefix } = repository;
  throw foreignChange(
    what,
    [...new Set(owners.values())].map((folder) => folder.slice(prefix.length)),
  );
}

/** Refusal that names the folders; `what` begins the sentence. */
export function foreignChange(what: string, folders: readonly string[]): MasterPlanError {
  return new MasterPlanError(
    "git.nestedRepository",
    folders.length === 1
      ? `${what} reaches into ${folders.join(", ")}, which is a repository of its own`
      : `${what} reaches into ${folders.join(", ")}, which are repositories of their own`,
    {
      hint: "Work in a nested repository or submodule is not part of a run: change it there, in a window of its own",
      details: { paths: folders },
    },
  );
}

async function filteredPaths(
  runner: GitRunner,
  repository: OpenRepository,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  if (paths.length === 0) return found;
  const filters = new Set([...repository.config.filters(), "lfs"]);
  const input = paths.map((path) => `${path}\0`).join("");
  const items = await runner.list(repository.place, ["check-attr", "-z", "--stdin", "filter"], { input });
  for (let index = 0; index + 2 < items.length; index += 3) {
    const [path = "", , value = ""] = items.slice(index, index + 3);
    if (filters.has(value)) found.set(path, value);
  }
  return found;
}

/** A link to a folder is no folder of this tree, whatever the place it leads to holds. */
async function holdsRepository(folder: string): Promise<boolean> {
  const found = await statOf(folder);
  return found?.isDirectory() === true && (await statOf(join(folder, ".git"))) !== null;
}

/** Of the path itself, links not followed; null when there is nothing. */
async function statOf(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return null;
    throw error;
  }
}
