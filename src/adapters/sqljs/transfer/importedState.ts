import path from "node:path";
import { MasterPlanError } from "../../../core/errors";
import type { Disk } from "../../../ports/disk";
import type { StoreChange, StoreCommit } from "../../../ports/store";
import { sha256, type Frame } from "../../journal/frame";
import { journalNames } from "../../journal/journalHeader";
import { writeWhole } from "../../journal/writeWhole";

/** Folder of states that were imported: the journal names them by hash, so they belong to it. */
export const importedFolder = "imported";

type ImportChange = Extract<StoreChange, { kind: "state.import" }>;

export function importOf(commit: StoreCommit): ImportChange | null {
  return commit.changes.find((change) => change.kind === "state.import") ?? null;
}

/** Index of the last frame that replaces the whole state; -1 when there is none. */
export function lastImport(frames: readonly Frame[]): number {
  return frames.findLastIndex((frame) => {
    // Looking for the bytes first spares parsing every payload twice.
    const payload = Buffer.from(frame.payload.buffer, frame.payload.byteOffset, frame.payload.byteLength);
    return (
      payload.includes('"state.import"') &&
      importOf(JSON.parse(payload.toString("utf8")) as StoreCommit) !== null
    );
  });
}

export async function keepImported(
  disk: Disk,
  directory: string,
  image: Uint8Array,
  unique: string,
): Promise<string> {
  const hash = sha256(image).toString("hex");
  const target = path.join(directory, importedFolder, `${hash}.db`);
  if ((await disk.stat(target)) !== null) return hash;
  await disk.makeDirectory(path.join(directory, importedFolder));
  const draft = path.join(directory, importedFolder, `${hash}.${unique}.tmp`);
  const file = await disk.create(draft);
  try {
    await writeWhole(file, image, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(draft, target);
  await disk.syncDirectory(path.join(directory, importedFolder));
  await disk.syncDirectory(directory);
  return hash;
}

/** Removes kept states that no journal file names: leftovers of imports that were never committed. */
export async function removeUnnamed(disk: Disk, directory: string): Promise<number> {
  const kept = await disk.list(path.join(directory, importedFolder));
  if (kept.length === 0) return 0;
  const unnamed = new Set(kept);
  for (const journal of journalNames(await disk.list(directory))) {
    const read = await disk.read(path.join(directory, journal));
    if (read === null) continue;
    // The bare bytes, so that what stands in a damaged part counts as well.
    const bytes = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
    for (const name of unnamed) if (bytes.includes(name.slice(0, 64))) unnamed.delete(name);
  }
  let gained = 0;
  for (const name of unnamed) {
    const file = path.join(directory, importedFolder, name);
    gained += (await disk.stat(file))?.bytes ?? 0;
    await disk.remove(file);
  }
  return gained;
}

export async function readImported(disk: Disk, directory: string, hash: string): Promise<Uint8Array> {
  const bytes = await disk.read(path.join(directory, importedFolder, `${hash}.db`));
  if (bytes !== null && sha256(bytes).toString("hex") === hash) return bytes;
  throw new MasterPlanError(
    "store.corrupt",
    `The imported state ${hash.slice(0, 12)} is missing or damaged`,
    {
      hint: "Import the exported file again",
    },
  );
}
