import path from "node:path";
import type { Disk } from "../../ports/disk";
import { chainStart } from "./frame";
import { encodeHeader, journalName, journalNames, journalVersion, parseJournalName } from "./journalHeader";
import { readJournals } from "./readJournals";
import { writeWhole } from "./writeWhole";

/**
 * Shuts a writer out of the journal that may only be suspended: its last file gives way to a copy of itself, so that
 * what it still writes or cuts off goes nowhere, and the name of its next file is taken. Whoever holds the lease after
 * it calls this before reading the chain, and may then rest on frames that the other one never acknowledged. Changes
 * nothing in a journal that is damaged, which nobody continues.
 */
export async function fenceWriter(
  disk: Disk,
  directory: string,
  epoch: number,
  unique: string,
): Promise<void> {
  for (;;) {
    const files = journalNames(await disk.list(directory)).filter(
      (name) => parseJournalName(name)?.epoch === epoch,
    );
    const last = files.at(-1);
    if (last !== undefined) await replaceByCopy(disk, directory, last, unique);
    const reading = await readJournals(disk, directory, { lsn: 0, hash: chainStart });
    if (reading.damage !== null || reading.newer !== null) return;
    const number = (last === undefined ? 0 : (parseJournalName(last)?.number ?? 0)) + 1;
    const header = encodeHeader({
      version: journalVersion,
      epoch,
      number,
      baseLsn: reading.end.lsn,
      baseHash: reading.end.hash,
    });
    // Taken meanwhile: the other one is awake, and what it put there counts.
    if (await writeNew(disk, path.join(directory, journalName(epoch, number)), header)) break;
  }
  await disk.syncDirectory(directory);
}

async function replaceByCopy(disk: Disk, directory: string, name: string, unique: string): Promise<void> {
  const file = path.join(directory, name);
  const bytes = await disk.read(file);
  if (bytes === null) return;
  const draft = path.join(directory, `${name}.${unique}.tmp`);
  await disk.remove(draft);
  await writeNew(disk, draft, bytes);
  await disk.rename(draft, file);
  await disk.syncDirectory(directory);
}

/** False when the name is taken. */
async function writeNew(disk: Disk, file: string, bytes: Uint8Array): Promise<boolean> {
  let handle;
  try {
    handle = await disk.create(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  try {
    await writeWhole(handle, bytes, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return true;
}
