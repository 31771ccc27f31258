import path from "node:path";
import type { Disk } from "../../../ports/disk";
import { writeWhole } from "../../journal/writeWhole";

/**
 * A file that is there from before a purge is committed until the journal and the blobs have lost what it removes. The
 * next opening finishes what a crash has left; without a purge in the journal the file means nothing.
 */
const name = "purging";

/** Durable when it resolves. */
export async function markPurge(disk: Disk, directory: string, blobs: readonly string[]): Promise<void> {
  const file = path.join(directory, name);
  await disk.remove(file);
  const handle = await disk.create(file);
  try {
    await writeWhole(handle, Buffer.from(`${JSON.stringify({ blobs })}\n`), 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await disk.syncDirectory(directory);
}

/** Blobs that an unfinished purge meant to remove; null when no purge was begun. */
export async function begunPurge(disk: Disk, directory: string): Promise<readonly string[] | null> {
  const bytes = await disk.read(path.join(directory, name));
  if (bytes === null) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    const blobs = typeof value === "object" && value !== null && "blobs" in value ? value.blobs : [];
    return Array.isArray(blobs) ? blobs.filter((hash) => typeof hash === "string") : [];
  } catch {
    // Cut off while it was written, which was before anything was purged.
    return [];
  }
}

export async function endPurge(disk: Disk, directory: string): Promise<void> {
  await disk.remove(path.join(directory, name));
  await disk.syncDirectory(directory);
}
