import { lstat, readdir } from "node:fs/promises";
import { join, relative } from "node:path";

/** The clock that stamps files may lag behind by a tick of the kernel. */
const tickMs = 20;
/** A tree with more entries is looked at two levels deep only. */
const wholeWalk = 60_000;
const shownPaths = 20;
const parallelFolders = 16;

/**
 * What changed below `folder` since `since` (milliseconds since the epoch), at most 20 paths relative to it. Judged by
 * the time of the last change of the entry itself, which no program can set back.
 */
export async function touchedSince(folder: string, since: number): Promise<readonly string[]> {
  const touched: string[] = [];
  let seen = 0;
  let level: readonly string[] = [folder];
  for (let depth = 0; level.length > 0 && (seen < wholeWalk || depth < 3); depth += 1) {
    const next: string[] = [];
    for (let at = 0; at < level.length && touched.length < shownPaths; at += parallelFolders) {
      const found = await Promise.all(
        level.slice(at, at + parallelFolders).map((path) => lookAt(path, since - tickMs)),
      );
      for (const one of found) {
        seen += one.entries;
        touched.push(...one.touched);
        next.push(...one.folders);
      }
    }
    level = next;
  }
  return [...new Set(touched)].slice(0, shownPaths).map((path) => relative(folder, path) || ".");
}

interface Look {
  readonly entries: number;
  readonly folders: readonly string[];
  readonly touched: readonly string[];
}

async function lookAt(folder: string, since: number): Promise<Look> {
  const touched: string[] = [];
  const folders: string[] = [];
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries) {
      const path = join(folder, entry.name);
      // Caches are not what a worktree is given.
      if (ownCaches.has(entry.name)) continue;
      if (entry.isDirectory()) folders.push(path);
      if ((await lstat(path)).ctimeMs >= since) touched.push(path);
    }
    return { entries: entries.length, folders, touched };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // It went away while it was looked at.
    if (code === "ENOENT" || code === "ENOTDIR")
      return { entries: 0, folders, touched: [...touched, folder] };
    throw error;
  }
}

/** Folders of packages that tools write while tests run; each worktree has its own. */
export const ownCaches: ReadonlySet<string> = new Set([".cache", ".vite", ".vitest"]);
