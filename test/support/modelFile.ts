import type { Random } from "./seededRandom";

const pageSize = 4096;

/** A file of a disk in memory: what a program sees of it, and what would survive a power cut. */
export interface ModelFile {
  content: Buffer;
  durable: Buffer;
  /** Per page the bytes that were written since the last sync. */
  readonly dirty: Map<number, { start: number; end: number }>;
  changedAt: number;
}

/** A file of which every byte is durable. */
export function settledFile(content: Buffer, changedAt: number): ModelFile {
  return { content: Buffer.from(content), durable: Buffer.from(content), dirty: new Map(), changedAt };
}

export function writeTo(file: ModelFile, bytes: Uint8Array, position: number): void {
  const end = position + bytes.length;
  if (end > file.content.length) {
    const grown = Buffer.alloc(end);
    file.content.copy(grown);
    file.content = grown;
  }
  file.content.set(bytes, position);
  touchPages(file, position, end);
}

export function cutTo(file: ModelFile, bytes: number): void {
  touchPages(file, bytes, file.content.length);
  file.content = Buffer.from(file.content.subarray(0, bytes));
}

export function syncFile(file: ModelFile): void {
  file.durable = Buffer.from(file.content);
  file.dirty.clear();
}

function touchPages(file: ModelFile, start: number, end: number): void {
  for (let at = start; at < end; at = (Math.floor(at / pageSize) + 1) * pageSize)
    touch(file, at, Math.min(end, (Math.floor(at / pageSize) + 1) * pageSize));
}

function touch(file: ModelFile, start: number, end: number): void {
  const page = Math.floor(start / pageSize);
  const known = file.dirty.get(page);
  file.dirty.set(page, {
    start: Math.min(start, known?.start ?? start),
    end: Math.max(end, known?.end ?? end),
  });
}

/** A file as a power cut leaves it. */
export function survivorOf(file: ModelFile, random: Random): ModelFile {
  const copy: ModelFile = {
    content: Buffer.from(file.content),
    durable: Buffer.from(file.durable),
    dirty: new Map(file.dirty),
    changedAt: file.changedAt,
  };
  settle(copy, random);
  copy.content = Buffer.from(copy.durable);
  return copy;
}

/** Decides for each unsynced page what the platter holds. */
export function settle(file: ModelFile, random: Random): void {
  if (file.dirty.size === 0) return;
  const size = random() < 0.5 ? file.content.length : file.durable.length;
  const result = Buffer.alloc(size);
  file.durable.copy(result, 0, 0, Math.min(size, file.durable.length));
  for (const range of file.dirty.values()) {
    const { start } = range;
    const end = Math.min(range.end, size);
    if (start >= end) continue;
    const luck = random();
    if (luck < 0.45) continue;
    if (luck < 0.9) {
      result.fill(0, start, end);
      // A file that was cut meanwhile has nothing to put there.
      if (start < file.content.length)
        file.content.copy(result, start, start, Math.min(end, file.content.length));
    } else if (luck < 0.95) result.fill(0, start, end);
    else for (let at = start; at < end; at += 1) result[at] = Math.floor(random() * 256);
  }
  file.durable = result;
  file.dirty.clear();
}
