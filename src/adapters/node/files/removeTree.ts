import { randomBytes } from "node:crypto";
import { readdir, rename, rm } from "node:fs/promises";
import path from "node:path";

/**
 * Removes a folder with all that is in it; a no-op when it is not there. A program that walks down and makes folders on
 * its way can leave paths that are longer than the system takes one, which would otherwise stay for ever.
 */
export async function removeTree(root: string): Promise<void> {
  for (;;) {
    try {
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENAMETOOLONG" || !(await raiseDeepFolders(root)))
        throw error;
    }
  }
}

/** Far below the 4,096 bytes of Linux and the 1,024 of macOS, with room for a name. */
const deepBytes = 700;

/**
 * Moves folders that lie deep to just below `root`, where their paths are short again. False when nothing was to be done.
 * What `rm` began before it gave up may still be going on, so any folder can be gone by the time it is looked at.
 */
async function raiseDeepFolders(root: string): Promise<boolean> {
  const limit = Buffer.byteLength(root) + deepBytes;
  let changed = false;
  const unlessGone = async <T>(step: Promise<T>): Promise<T | null> => {
    try {
      return await step;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      changed = true;
      return null;
    }
  };
  const open = [root];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const entry of (await unlessGone(readdir(folder, { withFileTypes: true }))) ?? []) {
      if (!entry.isDirectory()) continue;
      const inner = path.join(folder, entry.name);
      if (Buffer.byteLength(inner) < limit) open.push(inner);
      else if (folder !== root) {
        await unlessGone(rename(inner, path.join(root, `deep-${randomBytes(8).toString("hex")}`)));
        changed = true;
      }
    }
  }
  return changed;
}
