import { constants } from "node:fs";
import { copyFile, lstat, mkdir, opendir, readdir, readlink, rm, symlink } from "node:fs/promises";
import { join } from "node:path";

/** Entries and bytes up to which a folder is copied; where the file system shares the content of copies, only entries. */
const copied = { entries: 4000, bytes: 64 * 1024 * 1024 };
const shared = { entries: 20_000, bytes: Number.POSITIVE_INFINITY };

/**
 * Whether packages are copied rather than linked into a worktree. A copy is the only thing that keeps every program that
 * runs there away from the user's own, so it is made wherever it costs little.
 */
export async function isWorthCopying(source: string, target: string): Promise<boolean> {
  const limit = (await sharesContent(source, target)) ? shared : copied;
  let entries = 0;
  let bytes = 0;
  const folders = [source];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of await opendir(folder)) {
      entries += 1;
      if (entries > limit.entries) return false;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && Number.isFinite(limit.bytes)) bytes += (await lstat(path)).size;
      if (bytes > limit.bytes) return false;
    }
  }
  return true;
}

/** True when a copy beside `target` can share its content with a file in `source`, as on Btrfs, XFS, APFS and ReFS. */
async function sharesContent(source: string, target: string): Promise<boolean> {
  const copy = `${target}.masterplan-probe`;
  const sample = await firstFile(source);
  if (sample === null) return false;
  try {
    await copyFile(sample, copy, constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    return false;
  } finally {
    await rm(copy, { force: true });
  }
}

async function firstFile(folder: string): Promise<string | null> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile()) return path;
    const below = entry.isDirectory() ? await firstFile(path) : null;
    if (below !== null) return below;
  }
  return null;
}

/** Files at work at the same time. */
const parallelCopies = 8;

/** Copies `source`, a folder, to `target`; links stay what they are, modes too, and no name is shared with the original. */
export async function copyFolder(source: string, target: string): Promise<void> {
  await mkdir(target);
  const entries = await readdir(source, { withFileTypes: true });
  for (let at = 0; at < entries.length; at += parallelCopies) {
    await Promise.all(
      entries.slice(at, at + parallelCopies).map(async (entry) => {
        const [from, to] = [join(source, entry.name), join(target, entry.name)];
        if (entry.isSymbolicLink()) await symlink(await readlink(from), to);
        else if (entry.isDirectory()) await copyFolder(from, to);
        else if (entry.isFile()) await copyFile(from, to, constants.COPYFILE_FICLONE);
      }),
    );
  }
}
