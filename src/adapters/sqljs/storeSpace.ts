import type { Disk } from "../../ports/disk";
import type { StoreInfo } from "../../ports/storeInfo";

export interface SpaceReport {
  readonly free: number | null;
  readonly needed: number;
  readonly problem: string | null;
}

const megabyte = 1024 * 1024;

/** Free space against what a run may need, and what the store takes against the budget a person gave it. */
export async function checkSpace(disk: Disk, info: StoreInfo, budget: number | null): Promise<SpaceReport> {
  const free = await disk.freeBytes(info.location);
  const needed = Math.max(200 * megabyte, 4 * info.image_bytes);
  const taken = info.image_bytes + info.journal_bytes + info.blob_bytes + (info.aside_bytes ?? 0);
  return { free, needed, problem: problemOf(free, needed, taken, budget) };
}

function problemOf(free: number | null, needed: number, taken: number, budget: number | null): string | null {
  const megabytes = (bytes: number): number => Math.floor(bytes / megabyte);
  if (free !== null && free < needed)
    return `Only ${megabytes(free)} MB are free where plans are kept; a run needs ${megabytes(needed)} MB`;
  if (budget !== null && taken >= budget)
    return `Plans and what runs left behind take ${megabytes(taken)} MB, and their budget is ${megabytes(budget)} MB`;
  return null;
}
