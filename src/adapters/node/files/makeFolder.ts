import { mkdir, stat } from "node:fs/promises";
import path from "node:path";

/**
 * Makes a folder and those above it that are missing; new ones get `mode`. Rejects with the operating system's own
 * error. Node's recursive way never ends where making answers that the parent is missing although it is there, as it
 * does below /proc.
 */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
  const missing: string[] = [];
  for (let at = path.resolve(folder); !(await exists(at)); at = path.dirname(at)) missing.unshift(at);
  if (missing.length === 0) await makeOne(folder, mode);
  for (const one of missing) await makeOne(one, mode);
}

async function makeOne(folder: string, mode: number): Promise<void> {
  try {
    await mkdir(folder, { mode });
  } catch (error) {
    // Somebody else made it first, or it was there all along; a file in its place is no folder.
    if (!(await isFolder(folder))) throw error;
  }
}

/** A file in place of a folder on the way rejects with ENOTDIR. */
async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || path.dirname(file) === file) throw error;
    return false;
  }
}

/** False for anything that is there and is none, and for what cannot be looked at. */
export async function isFolder(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
