import path from "node:path";
import { MasterPlanError } from "../../../core/errors";
import type { Clock } from "../../../ports/clock";
import type { Disk, DiskFile } from "../../../ports/disk";
import { writeWhole } from "../../journal/writeWhole";
import { currentProcess, livenessOf, type ProcessIdentity } from "./processIdentity";

/** Who may write. One file per epoch: whoever creates the file of an epoch has it, and nobody else ever can. */
export interface LeaseRecord {
  readonly epoch: number;
  readonly holder: ProcessIdentity;
  readonly acquired_at: number;
  readonly heartbeat_at: number;
  readonly released: boolean;
}

export type LeaseAnswer =
  | { readonly kind: "held"; readonly lease: Lease }
  | { readonly kind: "busy"; readonly by: LeaseRecord; readonly alive: boolean };

const pattern = /^lease-(\d{6,10})\.json$/u;
const recordSize = 640;

function leaseName(epoch: number): string {
  return `lease-${String(epoch).padStart(6, "0")}.json`;
}

async function epochs(disk: Disk, directory: string): Promise<readonly number[]> {
  const names = await disk.list(directory);
  return names
    .map((name) => pattern.exec(name)?.[1])
    .filter((text) => text !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** The newest lease; null when there never was one. A record that cannot be read has no holder that may write. */
export async function readLease(disk: Disk, directory: string): Promise<LeaseRecord | null> {
  const epoch = (await epochs(disk, directory)).at(-1);
  if (epoch === undefined) return null;
  const bytes = await disk.read(path.join(directory, leaseName(epoch)));
  return bytes === null ? null : parse(bytes, epoch);
}

function parse(bytes: Uint8Array, epoch: number): LeaseRecord {
  try {
    const record = JSON.parse(Buffer.from(bytes).toString("utf8")) as Partial<LeaseRecord>;
    const holder = record.holder;
    if (record.epoch === epoch && typeof holder?.pid === "number" && typeof holder.host === "string") {
      return record as LeaseRecord;
    }
  } catch {
    // Falls through: damaged content is treated like a holder that never came to write.
  }
  const nobody = { pid: 0, started: null, boot: null, namespace: null, host: "" };
  return { epoch, holder: nobody, acquired_at: 0, heartbeat_at: 0, released: true };
}

/**
 * Takes the lease if it is free or its holder is proved dead; `force` takes it from anyone, which is a person's word.
 * `atLeast` is the first epoch when no lease file is there, above
 * every epoch that journals know.
 */
export async function acquireLease(
  disk: Disk,
  directory: string,
  clock: Clock,
  options: { readonly force: boolean; readonly atLeast: number; readonly unique: string },
): Promise<LeaseAnswer> {
  const here = await currentProcess();
  for (;;) {
    const current = await readLease(disk, directory);
    if (current !== null && !current.released && !options.force) {
      const liveness = await livenessOf(current.holder, here);
      if (liveness !== "dead") return { kind: "busy", by: current, alive: liveness === "alive" };
    }
    const epoch = current === null ? options.atLeast : current.epoch + 1;
    const now = clock.now();
    const record = {
      epoch,
      holder: here,
      acquired_at: now,
      heartbeat_at: now,
      released: false,
    };
    const lease = await create(disk, directory, record, options.unique);
    if (lease !== null) return { kind: "held", lease };
  }
}

/** Null when another process was quicker. */
async function create(
  disk: Disk,
  directory: string,
  record: LeaseRecord,
  unique: string,
): Promise<Lease | null> {
  const draft = path.join(directory, `lease-${unique}.tmp`);
  const target = path.join(directory, leaseName(record.epoch));
  const file = await disk.create(draft);
  try {
    await writeWhole(file, encode(record), 0);
    await file.sync();
    try {
      await disk.link(draft, target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return null;
      throw error;
    }
  } finally {
    await file.close();
    await disk.remove(draft);
  }
  await disk.syncDirectory(directory);
  const known = await epochs(disk, directory);
  if (known.some((epoch) => epoch > record.epoch)) {
    // This process was suspended on its way: others have had this epoch and given it up since.
    await disk.remove(target);
    return null;
  }
  // In their order: as long as an epoch's file is there, so is the next one's.
  for (const epoch of known)
    if (epoch < record.epoch) await disk.remove(path.join(directory, leaseName(epoch)));
  return new Lease(disk, directory, record, await disk.open(target));
}

function encode(record: LeaseRecord): Buffer {
  const text = JSON.stringify(record);
  // Constant length, so that a heartbeat replaces the record in one write.
  return Buffer.from(text.padEnd(recordSize, " "), "utf8");
}

/** Says who holds the lease, for people. */
export function holderText(record: LeaseRecord): string {
  return `process ${record.holder.pid} on ${record.holder.host}`;
}

export class Lease {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #file: DiskFile;
  #record: LeaseRecord;

  constructor(disk: Disk, directory: string, record: LeaseRecord, file: DiskFile) {
    this.#disk = disk;
    this.#directory = directory;
    this.#record = record;
    this.#file = file;
  }

  get epoch(): number {
    return this.#record.epoch;
  }

  get record(): LeaseRecord {
    return this.#record;
  }

  /**
   * Rejects with `store.busy` when a later epoch exists. Called between writing a frame and acknowledging it, so that
   * whoever was suspended and wakes up can never acknowledge what the new writer has not seen.
   */
  async confirm(): Promise<void> {
    const { epoch } = this.#record;
    // One after the other: the next epoch's file goes only after this one's, so what is seen last tells of both.
    const next = await this.#disk.stat(path.join(this.#directory, leaseName(epoch + 1)));
    const own = await this.#disk.stat(path.join(this.#directory, leaseName(epoch)));
    if (next === null && own !== null) return;
    throw new MasterPlanError("store.busy", "Another process has taken over writing this workspace's plans", {
      hint: "This window can only read until it is reloaded",
    });
  }

  async beat(now: number): Promise<void> {
    this.#record = { ...this.#record, heartbeat_at: now };
    await this.#file.write(encode(this.#record), 0);
  }

  async release(): Promise<void> {
    this.#record = { ...this.#record, released: true };
    try {
      await this.#file.write(encode(this.#record), 0);
    } finally {
      await this.#file.close();
    }
  }
}
