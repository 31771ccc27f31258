import path from "node:path";
import type { Disk, DiskFile } from "../../ports/disk";
import { crc32c } from "./crc32c";

/**
 * The last acknowledged LSN, kept beside the journal. It is written after the frame is durable and before the commit
 * is acknowledged, without a sync of its own: a lower bound that lets opening tell a torn tail, which nobody was told
 * about, from acknowledged frames that went missing. Two slots take turns, so that one is always whole.
 */
export interface Mark {
  readonly lsn: number;
  readonly hash: Buffer;
}

const name = "acknowledged";
const slotSize = 64;
const magic = 0x314d504d;

export async function readMark(disk: Disk, directory: string): Promise<Mark | null> {
  const bytes = await disk.read(path.join(directory, name));
  if (bytes === null) return null;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const slots = [decodeSlot(buffer, 0), decodeSlot(buffer, slotSize)].filter((mark) => mark !== null);
  return slots.reduce<Mark | null>(
    (best, mark) => (best === null || mark.lsn > best.lsn ? mark : best),
    null,
  );
}

function decodeSlot(bytes: Buffer, offset: number): Mark | null {
  if (bytes.length < offset + slotSize || bytes.readUInt32LE(offset) !== magic) return null;
  if (crc32c(bytes.subarray(offset, offset + 48)) !== bytes.readUInt32LE(offset + 48)) return null;
  return {
    lsn: Number(bytes.readBigUInt64LE(offset + 4)),
    hash: Buffer.from(bytes.subarray(offset + 12, offset + 44)),
  };
}

export class WatermarkFile {
  readonly #file: DiskFile;
  #slot = 0;

  private constructor(file: DiskFile) {
    this.#file = file;
  }

  static async open(disk: Disk, directory: string): Promise<WatermarkFile> {
    const file = path.join(directory, name);
    const created = await createOrNull(disk, file);
    if (created === null) return new WatermarkFile(await disk.open(file));
    await created.write(Buffer.alloc(2 * slotSize), 0);
    await created.sync();
    await disk.syncDirectory(directory);
    return new WatermarkFile(created);
  }

  async write(mark: Mark): Promise<void> {
    const bytes = Buffer.alloc(slotSize);
    bytes.writeUInt32LE(magic, 0);
    bytes.writeBigUInt64LE(BigInt(mark.lsn), 4);
    mark.hash.copy(bytes, 12);
    bytes.writeUInt32LE(crc32c(bytes.subarray(0, 48)), 48);
    this.#slot = 1 - this.#slot;
    await this.#file.write(bytes, this.#slot * slotSize);
  }

  async sync(): Promise<void> {
    await this.#file.sync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Null when it is there already, perhaps made this very moment by a writer that is being taken over. */
async function createOrNull(disk: Disk, file: string): Promise<DiskFile | null> {
  if ((await disk.stat(file)) !== null) return null;
  try {
    return await disk.create(file);
  } catch (error) {
    if (typeof error === "object" && error !== null && "code" in error && error.code === "EEXIST")
      return null;
    throw error;
  }
}
