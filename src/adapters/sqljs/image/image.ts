import path from "node:path";
import type { Disk } from "../../../ports/disk";
import { crc32c } from "../../journal/crc32c";
import { sha256 } from "../../journal/frame";
import type { Mark } from "../../journal/watermark";
import { writeWhole } from "../../journal/writeWhole";

/**
 * A checkpoint file: the database as SQLite writes it, then a footer with the point of the chain it stands for and
 * the sha256 of everything before the hash. SQLite itself ignores the footer.
 */
export interface Image {
  readonly name: string;
  readonly mark: Mark;
  readonly schema: number;
  readonly database: Uint8Array;
}

const footerSize = 96;
const magic = 0x3147504d;
const pattern = /^image-(\d{12,16})\.db$/u;

export function imageName(lsn: number): string {
  return `image-${String(lsn).padStart(12, "0")}.db`;
}

export function imageLsn(name: string): number | null {
  const match = pattern.exec(name);
  return match === null ? null : Number(match[1]);
}

/** Image files among the names of a folder, newest first. */
export function imageNames(names: readonly string[]): readonly string[] {
  return names
    .filter((name) => imageLsn(name) !== null)
    .sort((a, b) => (imageLsn(b) ?? 0) - (imageLsn(a) ?? 0));
}

export function encodeImage(database: Uint8Array, mark: Mark, schema: number): { readonly footer: Buffer } {
  const footer = Buffer.alloc(footerSize);
  footer.writeUInt32LE(magic, 0);
  footer.writeUInt32LE(schema, 4);
  footer.writeBigUInt64LE(BigInt(database.length), 8);
  footer.writeBigUInt64LE(BigInt(mark.lsn), 16);
  mark.hash.copy(footer, 24);
  sha256(database).copy(footer, 56);
  footer.writeUInt32LE(crc32c(footer.subarray(0, 88)), 88);
  return { footer };
}

/** The image, or why it cannot be used. */
export function decodeImage(name: string, bytes: Uint8Array): Image | string {
  if (bytes.length < footerSize) return "the file is cut off";
  const size = bytes.length - footerSize;
  const footer = Buffer.from(bytes.buffer, bytes.byteOffset + size, footerSize);
  if (footer.readUInt32LE(0) !== magic) return "the footer is missing";
  if (crc32c(footer.subarray(0, 88)) !== footer.readUInt32LE(88) || footer.readUInt32LE(92) !== 0)
    return "the footer is damaged";
  if (Number(footer.readBigUInt64LE(8)) !== size) return "the size is not the recorded one";
  const database = bytes.subarray(0, size);
  if (!sha256(database).equals(footer.subarray(56, 88))) return "the content does not match its hash";
  const lsn = Number(footer.readBigUInt64LE(16));
  if (lsn !== imageLsn(name)) return "the name does not match the content";
  return {
    name,
    mark: { lsn, hash: Buffer.from(footer.subarray(24, 56)) },
    schema: footer.readUInt32LE(4),
    database,
  };
}

/**
 * Publishes an image: temporary name, exclusive creation, sync, read back and verified, rename, directory sync. A
 * crash at any point leaves the older images as they were. `check` looks into the copy that was read back.
 */
export async function publishImage(
  disk: Disk,
  directory: string,
  image: { readonly database: Uint8Array; readonly mark: Mark; readonly schema: number },
  temporary: string,
  check: (database: Uint8Array) => void,
): Promise<{ readonly name: string; readonly bytes: number }> {
  const name = imageName(image.mark.lsn);
  const target = path.join(directory, name);
  const draft = path.join(directory, temporary);
  const { footer } = encodeImage(image.database, image.mark, image.schema);
  try {
    const file = await disk.create(draft);
    try {
      await writeWhole(file, image.database, 0);
      await writeWhole(file, footer, image.database.length);
      await file.sync();
    } finally {
      await file.close();
    }
    const back = await disk.read(draft);
    const read = back === null ? "the file is gone" : decodeImage(name, back);
    if (typeof read === "string") throw new Error(`the checkpoint did not read back: ${read}`);
    check(read.database);
    await disk.rename(draft, target);
  } catch (error) {
    await disk.remove(draft).catch(() => undefined);
    throw error;
  }
  await disk.syncDirectory(directory);
  return { name, bytes: image.database.length + footerSize };
}
