import path from "node:path";
import { MasterPlanError } from "../../core/errors";
import type { Disk } from "../../ports/disk";
import { writeWhole } from "../journal/writeWhole";

/** Says whose folder this is, so that a copied or moved one is recognized. */
export interface StoreIdentity {
  readonly format: 1;
  readonly store_id: string;
  readonly workspace: string;
  readonly created_at: number;
}

const name = "store.json";

/** Null when the folder holds no store. */
export async function readIdentity(disk: Disk, directory: string): Promise<StoreIdentity | null> {
  const bytes = await disk.read(path.join(directory, name));
  if (bytes === null) return null;
  const value: unknown = parse(bytes);
  if (typeof value === "object" && value !== null && "store_id" in value && "workspace" in value)
    return value as StoreIdentity;
  // Damaged beyond reading: the folder still is a store, and what is in it decides.
  return { format: 1, store_id: "", workspace: "", created_at: 0 };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return null;
  }
}

export async function writeIdentity(
  disk: Disk,
  directory: string,
  identity: StoreIdentity,
  unique: string,
): Promise<void> {
  const draft = path.join(directory, `${name}.${unique}.tmp`);
  const file = await disk.create(draft);
  try {
    await writeWhole(file, Buffer.from(`${JSON.stringify(identity, null, 2)}\n`), 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(draft, path.join(directory, name));
  await disk.syncDirectory(directory);
}

/** Whether the folder holds plans that could be read: then no empty store may be started beside it. */
export async function holdsStore(disk: Disk, directory: string): Promise<boolean> {
  const names = await disk.list(directory);
  return names.some((entry) => entry === name || entry.startsWith("journal-") || entry.startsWith("image-"));
}

export function asStoreError(error: unknown, what: string): MasterPlanError {
  if (error instanceof MasterPlanError) return error;
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  const why = code === "" ? (error instanceof Error ? error.message : String(error)) : code;
  return new MasterPlanError(
    code === "ENOSPC" || code === "EDQUOT" ? "store.full" : "store.failed",
    `${what}: ${why}`,
    {
      cause: error,
    },
  );
}
