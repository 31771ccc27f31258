import path from "node:path";
import type { Disk } from "../../../ports/disk";
import { writeWhole } from "../../journal/writeWhole";

export const quarantineFolder = "quarantine";
export const olderFolder = "older";
const olderMs = 7 * 24 * 3600 * 1000;

/** Files that were found damaged and set aside; nothing ever deletes them. */
export async function quarantined(disk: Disk, directory: string): Promise<readonly string[]> {
  return disk.list(path.join(directory, quarantineFolder));
}

/** Sets a damaged file aside: moved when it is of no use where it is, copied when others still read it. */
export async function quarantine(
  disk: Disk,
  directory: string,
  name: string,
  how: "move" | "copy",
  unique: string,
): Promise<void> {
  const target = path.join(directory, quarantineFolder, `${name}.${unique}`);
  await disk.makeDirectory(path.join(directory, quarantineFolder));
  if (how === "move") {
    await disk.rename(path.join(directory, name), target);
  } else {
    const bytes = await disk.read(path.join(directory, name));
    if (bytes === null) return;
    const kept = (await disk.list(path.join(directory, quarantineFolder))).filter((entry) =>
      entry.startsWith(`${name}.`),
    );
    for (const entry of kept) {
      const known = await disk.read(path.join(directory, quarantineFolder, entry));
      if (known !== null && Buffer.from(known).equals(Buffer.from(bytes))) return;
    }
    const file = await disk.create(target);
    try {
      await writeWhole(file, bytes, 0);
      await file.sync();
    } finally {
      await file.close();
    }
  }
  await disk.syncDirectory(path.join(directory, quarantineFolder));
  await disk.syncDirectory(directory);
}

/** Keeps a copy of an image before one of a newer schema takes its name; copies of earlier changes go after a week. */
export async function keepOlder(
  disk: Disk,
  directory: string,
  name: string,
  copy: string,
  now: number,
): Promise<void> {
  const older = path.join(directory, olderFolder);
  for (const entry of await disk.list(older)) {
    const stat = await disk.stat(path.join(older, entry));
    if (stat !== null && now - stat.changed_at > olderMs) await disk.remove(path.join(older, entry));
  }
  const bytes = await disk.read(path.join(directory, name));
  if (bytes === null || (await disk.stat(path.join(older, copy))) !== null) return;
  await disk.makeDirectory(older);
  const file = await disk.create(path.join(older, copy));
  try {
    await writeWhole(file, bytes, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.syncDirectory(older);
  await disk.syncDirectory(directory);
}
