import { constants, type Stats } from "node:fs";
import { access, lstat, mkdir, open, readlink, realpath, type FileHandle } from "node:fs/promises";
import { join, sep } from "node:path";
import { MasterPlanError } from "../../../core/errors";

/**
 * A folder below the root that was reached one component at a time, never through a link. `child` gives a path for
 * file system calls on an entry of it; on Linux that path goes through the open handle, so that swapping a folder for
 * a link meanwhile leads nowhere. Elsewhere `verify` finds a swap by comparing device and inode.
 */
export interface GuardedFolder {
  child(name: string): string;
  /** Rejects with `path.outside` if a folder on the way is no longer the one that was opened. */
  verify(): Promise<void>;
  close(): Promise<void>;
}

export interface FolderOptions {
  /** Makes folders that are missing; each is told, with its path relative to the root. */
  readonly create?: (made: string) => void;
  /** Use the way of systems without /proc; for tests. */
  readonly portable?: boolean;
}

/** Null when a folder on the way does not exist. Rejects with `path.outside` or `path.forbidden` for links. */
export async function openFolder(
  root: string,
  components: readonly string[],
  options: FolderOptions = {},
): Promise<GuardedFolder | null> {
  const handles = options.portable === true ? false : await hasHandlePaths();
  return handles ? openByHandles(root, components, options) : openByPaths(root, components, options);
}

async function hasHandlePaths(): Promise<boolean> {
  if (process.platform !== "linux") return false;
  return access("/proc/self/fd").then(
    () => true,
    () => false,
  );
}

async function openByHandles(
  root: string,
  components: readonly string[],
  options: FolderOptions,
): Promise<GuardedFolder | null> {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY;
  let handle = await open(root, flags);
  for (const [depth, component] of components.entries()) {
    const path = components.slice(0, depth + 1).join("/");
    try {
      const next = await openEntry(
        entryOf(handle, component),
        root,
        path,
        flags | constants.O_NOFOLLOW,
        options,
      );
      await handle.close();
      if (next === null) return null;
      handle = next;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }
  const opened = handle;
  return {
    child: (name) => entryOf(opened, name),
    verify: () => Promise.resolve(),
    close: () => opened.close(),
  };
}

function entryOf(folder: FileHandle, name: string): string {
  return `/proc/self/fd/${folder.fd}/${name}`;
}

async function openEntry(
  entry: string,
  root: string,
  path: string,
  flags: number,
  options: FolderOptions,
): Promise<FileHandle | null> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await open(entry, flags);
    } catch (error) {
      const code = errorCode(error);
      if (code === "ENOENT" && options.create !== undefined && attempt === 0)
        await makeFolder(entry, path, options.create);
      else if (code === "ENOENT") return null;
      else if (code === "ELOOP" || code === "ENOTDIR") throw await notAFolder(entry, root, path);
      else throw unusable(path, error);
    }
  }
}

async function openByPaths(
  root: string,
  components: readonly string[],
  options: FolderOptions,
): Promise<GuardedFolder | null> {
  const seen: {
    readonly path: string;
    readonly relative: string;
    readonly dev: number;
    readonly ino: number;
  }[] = [];
  let current = root;
  for (const [depth, component] of ["", ...components].entries()) {
    const relative = components.slice(0, depth).join("/");
    current = component === "" ? current : join(current, component);
    let found = await lstatOrNull(current);
    if (found === null && options.create !== undefined) {
      await makeFolder(current, relative, options.create);
      found = await lstatOrNull(current);
    }
    if (found === null) return null;
    if (!found.isDirectory()) throw await notAFolder(current, root, relative);
    seen.push({ path: current, relative, dev: found.dev, ino: found.ino });
  }
  const folder = current;
  const verify = async (): Promise<void> => {
    for (const expected of seen) {
      const now = await lstatOrNull(expected.path);
      if (now?.isDirectory() !== true || now.dev !== expected.dev || now.ino !== expected.ino) {
        throw new MasterPlanError(
          "path.outside",
          `Folder ${expected.relative} was exchanged while it was in use`,
        );
      }
    }
  };
  return { child: (name) => join(folder, name), verify, close: () => Promise.resolve() };
}

async function makeFolder(entry: string, path: string, made: (path: string) => void): Promise<void> {
  try {
    await mkdir(entry, 0o777);
    made(path);
  } catch (error) {
    // Somebody else made it first; opening it again shows what it is.
    if (errorCode(error) !== "EEXIST") throw unusable(path, error);
  }
}

/** What stands where a folder or file was expected; a link is named by where it leads. */
export async function notAFolder(entry: string, root: string, path: string): Promise<MasterPlanError> {
  const found = await lstatOrNull(entry);
  if (found?.isSymbolicLink() === true) return linkError(entry, root, path);
  return new MasterPlanError("path.forbidden", `${path} is not a folder`);
}

export async function linkError(entry: string, root: string, path: string): Promise<MasterPlanError> {
  const target = await realpath(entry).catch(() => null);
  const shown = await readlink(entry).catch(() => "?");
  const inside =
    target !== null && (target === root || target.startsWith(root.endsWith(sep) ? root : root + sep));
  if (!inside) return new MasterPlanError("path.outside", `${path} is a link that leaves the workspace`);
  const hint = `It leads to ${shown}; name that path instead`;
  return new MasterPlanError("path.forbidden", `${path} is a symbolic link, which is not followed`, { hint });
}

export async function lstatOrNull(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return null;
    throw error;
  }
}

export function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

export function unusable(path: string, error: unknown): MasterPlanError {
  const why = errorCode(error) ?? "an unknown reason";
  return new MasterPlanError("edit.notApplicable", `${path} cannot be used: ${why}`, { cause: error });
}
