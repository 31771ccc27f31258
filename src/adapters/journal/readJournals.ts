import path from "node:path";
import type { Disk } from "../../ports/disk";
import { decodeFrame, lastSyncedAfter, type Frame } from "./frame";
import { decodeHeader, headerSize, journalNames, journalVersion, type JournalHeader } from "./journalHeader";
import { readMark, type Mark } from "./watermark";

/** Everything the journal files say after a point of the chain. */
export interface JournalReading {
  readonly frames: readonly Frame[];
  /** What was committed after the LSN that was asked for. */
  readonly later: readonly Frame[];
  /** Where the chain ends: the last good frame, or the starting point. */
  readonly end: Mark;
  /** Something acknowledged, or that must have been, cannot be read; frames before it are good. */
  readonly damage: JournalDamage | null;
  /** Bytes after the last good frame of the last file that nobody was ever told about. */
  readonly torn: { readonly file: string; readonly bytes: number } | null;
  /** A file was written by a version that this one does not understand. */
  readonly newer: string | null;
  readonly bytes: number;
  readonly files: readonly string[];
}

export interface JournalDamage {
  readonly lsn: number;
  readonly file: string | null;
  readonly why: string;
}

interface OpenFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** Where the zeros begin that wait for frames. */
  readonly end: number;
}

/**
 * Reads the chain from `start` on. A later file that begins before the end of an earlier one replaces what the earlier
 * one says after that point: its writer had lost the lease, or had given the file up after a failed write. Of two
 * files of one writer the one that reaches further counts.
 * `upTo` leaves out frames after that LSN, for readers beside a live writer and for checkpoints.
 */
export async function readJournals(
  disk: Disk,
  directory: string,
  start: Mark,
  upTo = Number.POSITIVE_INFINITY,
): Promise<JournalReading> {
  // The mark first: a live writer may append while files are read, but never less than this.
  const mark = await readMark(disk, directory);
  const names = journalNames(await disk.list(directory));
  const from = await firstNeeded(disk, directory, names, start.lsn);
  const reader = new ChainReader(start);
  for (const [index, name] of names.entries()) {
    if (index < from) continue;
    const bytes = await disk.read(path.join(directory, name));
    if (bytes === null) continue;
    const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    reader.take({ name, bytes: content, end: endOfContent(content) });
  }
  const reading = reader.finish(mark);
  if (reading.end.lsn <= upTo) return reading;
  const frames = reading.frames.filter((frame) => frame.lsn <= upTo);
  const last = frames.at(-1);
  return {
    ...reading,
    frames,
    later: reading.frames.filter((frame) => frame.lsn > upTo),
    end: last === undefined ? start : { lsn: last.lsn, hash: last.hash },
    damage: null,
  };
}

/**
 * Old files are kept as the audit log; only those that reach beyond the starting point are read. A file may be the
 * copy of one that its writer gave up, so everything this writer began at the same point is read with it.
 */
async function firstNeeded(
  disk: Disk,
  directory: string,
  names: readonly string[],
  lsn: number,
): Promise<number> {
  let found: JournalHeader | null = null;
  for (let index = names.length - 1; index >= 0; index -= 1) {
    const bytes = await disk.read(path.join(directory, names[index] ?? ""), {
      offset: 0,
      length: headerSize,
    });
    const header = bytes === null ? "missing" : decodeHeader(Buffer.from(bytes));
    if (typeof header === "string") continue;
    if (found !== null && (header.epoch !== found.epoch || header.baseLsn !== found.baseLsn))
      return index + 1;
    if (header.baseLsn <= lsn) found = header;
  }
  return 0;
}

class ChainReader {
  readonly #start: Mark;
  #frames: Frame[] = [];
  #end: Mark;
  #bytes = 0;
  readonly #files: string[] = [];
  /** What stopped the file before; only the next file or the end can tell whether it matters. */
  #stop: { readonly damage: JournalDamage; readonly torn: number; readonly followedBy: number } | null = null;
  #damage: JournalDamage | null = null;
  #newer: string | null = null;
  #epoch = 0;

  constructor(start: Mark) {
    this.#start = start;
    this.#end = start;
  }

  take(file: OpenFile): void {
    if (this.#damage !== null || this.#newer !== null) return;
    this.#files.push(file.name);
    this.#bytes += file.end;
    const header = decodeHeader(file.bytes);
    if (typeof header === "string") {
      this.#halt(file, 0, header);
      return;
    }
    if (header.version > journalVersion) {
      this.#newer = file.name;
      return;
    }
    if (header.baseLsn > this.#end.lsn) {
      this.#damage = this.#stop?.damage ?? {
        lsn: this.#end.lsn + 1,
        file: file.name,
        why: `frames ${this.#end.lsn + 1} to ${header.baseLsn} are missing`,
      };
      return;
    }
    const before = { frames: this.#frames, end: this.#end, stop: this.#stop, epoch: this.#epoch };
    if (!this.#goBackTo(header.baseLsn, header.baseHash, file)) return;
    this.#stop = null;
    this.#epoch = header.epoch;
    this.#takeFrames(file, header.baseLsn, header.baseHash, header.epoch);
    // The same writer copies a file it has given up. A copy that was cut short does not replace the original.
    if (header.epoch === before.epoch && this.#end.lsn < before.end.lsn) {
      this.#frames = before.frames;
      this.#end = before.end;
      this.#stop = before.stop;
      this.#damage = null;
    }
  }

  /** Drops what an earlier file said after the point at which this one begins. */
  #goBackTo(lsn: number, hash: Buffer, file: OpenFile): boolean {
    if (lsn < this.#start.lsn) {
      this.#frames = [];
      this.#end = this.#start;
      return true;
    }
    const kept = this.#frames.filter((frame) => frame.lsn <= lsn);
    const last = kept.at(-1);
    const end = last === undefined ? this.#start : { lsn: last.lsn, hash: last.hash };
    if (!end.hash.equals(hash)) {
      this.#damage = { lsn, file: file.name, why: "the file does not continue the chain" };
      return false;
    }
    this.#frames = kept;
    this.#end = end;
    return true;
  }

  #takeFrames(file: OpenFile, baseLsn: number, baseHash: Buffer, epoch: number): void {
    let offset = headerSize;
    let lsn = baseLsn;
    let previous = baseHash;
    while (offset < file.end) {
      const frame = decodeFrame(file.bytes, offset);
      const why =
        typeof frame === "string"
          ? frame
          : frame.lsn !== lsn + 1
            ? `the frame says LSN ${frame.lsn}`
            : !frame.previous.equals(previous)
              ? "the frame does not follow the one before"
              : frame.epoch !== epoch
                ? `the frame is of epoch ${frame.epoch}`
                : null;
      if (why !== null || typeof frame === "string") {
        this.#halt(file, offset, why ?? "no frame", lsn + 1);
        return;
      }
      lsn = frame.lsn;
      previous = frame.hash;
      offset += frame.size;
      if (frame.lsn < this.#start.lsn) continue;
      if (frame.lsn === this.#start.lsn) {
        if (frame.hash.equals(this.#start.hash)) continue;
        this.#damage = { lsn, file: file.name, why: "the image and the journal disagree" };
        return;
      }
      this.#frames.push(frame);
      this.#end = { lsn: frame.lsn, hash: frame.hash };
    }
  }

  #halt(file: OpenFile, offset: number, why: string, lsn = this.#end.lsn + 1): void {
    const first = Math.max(lsn, this.#end.lsn + 1);
    this.#stop = {
      damage: { lsn: first, file: file.name, why },
      torn: Math.max(0, file.end - offset),
      followedBy: lastSyncedAfter(file.bytes, offset + 1, first),
    };
  }

  finish(mark: Mark | null): JournalReading {
    const stop = this.#stop;
    let damage = this.#damage;
    if (damage === null && this.#newer === null) {
      if (mark !== null && mark.lsn > this.#end.lsn) {
        damage = stop?.damage ?? {
          lsn: this.#end.lsn + 1,
          file: this.#files.at(-1) ?? null,
          why: `frames up to ${mark.lsn} were acknowledged and are missing`,
        };
      } else if (stop !== null && stop.followedBy > this.#end.lsn) damage = stop.damage;
    }
    return {
      frames: this.#frames,
      later: [],
      end: this.#end,
      damage,
      torn: damage === null && stop !== null ? { file: stop.damage.file ?? "", bytes: stop.torn } : null,
      newer: this.#newer,
      bytes: this.#bytes,
      files: this.#files,
    };
  }
}

/** A writer keeps its file some zeros longer than its frames; a frame ends with a checksum, which may be zero too. */
function endOfContent(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return end;
}
