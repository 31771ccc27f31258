import { crc32c } from "./crc32c";

/** The first bytes of a journal file: where in the chain it begins. */
export interface JournalHeader {
  readonly version: number;
  readonly epoch: number;
  readonly number: number;
  /** The file's first frame has the LSN after this one and names `baseHash` as its predecessor. */
  readonly baseLsn: number;
  readonly baseHash: Buffer;
}

export const journalVersion = 1;
export const headerSize = 72;
const magic = 0x314a504d;

export function encodeHeader(header: JournalHeader): Buffer {
  const bytes = Buffer.alloc(headerSize);
  bytes.writeUInt32LE(magic, 0);
  bytes.writeUInt32LE(header.version, 4);
  bytes.writeUInt32LE(header.epoch, 8);
  bytes.writeUInt32LE(header.number, 12);
  bytes.writeBigUInt64LE(BigInt(header.baseLsn), 16);
  header.baseHash.copy(bytes, 24);
  bytes.writeUInt32LE(crc32c(bytes.subarray(0, 68)), 68);
  return bytes;
}

/** The header, or why there is none. */
export function decodeHeader(bytes: Buffer): JournalHeader | string {
  if (bytes.length < headerSize) return "the file header is cut off";
  if (bytes.readUInt32LE(0) !== magic) return "the file is no journal";
  if (crc32c(bytes.subarray(0, 68)) !== bytes.readUInt32LE(68)) return "the file header is damaged";
  return {
    version: bytes.readUInt32LE(4),
    epoch: bytes.readUInt32LE(8),
    number: bytes.readUInt32LE(12),
    baseLsn: Number(bytes.readBigUInt64LE(16)),
    baseHash: bytes.subarray(24, 56),
  };
}

const namePattern = /^journal-(\d{6,10})-(\d{6,10})\.log$/u;

export function journalName(epoch: number, number: number): string {
  return `journal-${String(epoch).padStart(6, "0")}-${String(number).padStart(6, "0")}.log`;
}

export function parseJournalName(name: string): { readonly epoch: number; readonly number: number } | null {
  const match = namePattern.exec(name);
  return match === null ? null : { epoch: Number(match[1]), number: Number(match[2]) };
}

/** Journal files among the names of a folder, in the order they were begun. */
export function journalNames(names: readonly string[]): readonly string[] {
  const key = (name: string): number => {
    const parsed = parseJournalName(name);
    return parsed === null ? -1 : parsed.epoch * 1e10 + parsed.number;
  };
  return names.filter((name) => parseJournalName(name) !== null).sort((a, b) => key(a) - key(b));
}
