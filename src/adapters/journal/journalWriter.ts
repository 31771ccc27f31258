import path from "node:path";
import type { Disk, DiskFile } from "../../ports/disk";
import { isFull } from "./diskFull";
import { encodeFrame } from "./frame";
import { encodeHeader, journalName, journalVersion } from "./journalHeader";
import type { Mark } from "./watermark";
import { writeWhole } from "./writeWhole";

/** Frames that are ready to be written, in order. */
export interface Batch {
  readonly bytes: Buffer;
  readonly end: Mark;
}

/** Up to this much is written at a time, which a disk takes without handing it to another thread. */
const pieceSize = 64 * 1024;
const zeros = Buffer.alloc(pieceSize);

/**
 * The end of the journal. One batch at a time is written, synced and then confirmed. A file on which a write or sync
 * failed is never synced again: `startOver` writes everything it held that was acknowledged into a new file, because
 * after a failed sync nobody knows what the old one really holds.
 * The file is kept some zeros longer than its frames, because a sync that has no new size to record is quicker.
 */
export class JournalWriter {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #epoch: number;
  readonly #ahead: number;
  #number: number;
  #file: DiskFile | null = null;
  #base: Mark;
  #end: Mark;
  #offset = 0;
  /** Where the file ends: everything from the last frame to here is zero. */
  #size = 0;
  /** Acknowledged frames of the current file. */
  #kept: Buffer[] = [];
  /** A batch stands behind the confirmed frames, whole or in part. */
  #unconfirmed = false;

  /** `end` is where the chain goes on; `ahead` is how many bytes the file grows by when it is full. */
  constructor(disk: Disk, directory: string, epoch: number, end: Mark, ahead: number) {
    this.#disk = disk;
    this.#directory = directory;
    this.#epoch = epoch;
    this.#ahead = ahead;
    this.#number = 1;
    this.#base = end;
    this.#end = end;
  }

  /** The last confirmed frame. */
  get end(): Mark {
    return this.#end;
  }

  /** Bytes of frames in the current file. */
  get bytes(): number {
    return this.#offset;
  }

  /** Bytes of the current file that wait for frames. */
  get spare(): number {
    return Math.max(0, this.#size - this.#offset);
  }

  encode(payloads: readonly Uint8Array[]): Batch {
    let end = this.#end;
    const frames = payloads.map((payload, place) => {
      const frame = encodeFrame(end.lsn + 1, this.#epoch, end.hash, payload, place);
      end = { lsn: end.lsn + 1, hash: frame.hash };
      return frame.bytes;
    });
    return { bytes: frames.length === 1 && frames[0] !== undefined ? frames[0] : Buffer.concat(frames), end };
  }

  /** Writes a batch behind the confirmed frames; nothing is durable yet. */
  async write(batch: Batch): Promise<void> {
    this.#file ??= await this.#begin();
    const end = this.#offset + batch.bytes.length;
    this.#unconfirmed = true;
    await writeWhole(this.#file, batch.bytes, this.#offset);
    if (end <= this.#size) return;
    this.#size = end;
    await this.#extend(this.#file);
  }

  /** Room for later frames. A disk without space for it still takes single frames. */
  async #extend(file: DiskFile): Promise<void> {
    const end = this.#size + this.#ahead;
    try {
      while (this.#size < end) {
        const piece = zeros.subarray(0, Math.min(pieceSize, end - this.#size));
        await writeWhole(file, piece, this.#size);
        this.#size += piece.length;
      }
    } catch (error) {
      if (!isFull(error)) throw error;
    }
  }

  async sync(): Promise<void> {
    await this.#file?.sync();
  }

  /** The batch is durable: the next one follows it. */
  confirm(batch: Batch): void {
    this.#end = batch.end;
    this.#unconfirmed = false;
    this.#offset += batch.bytes.length;
    this.#kept.push(batch.bytes);
  }

  /** Cuts off what a failed write left behind; only allowed when no sync has failed. */
  async cutBack(): Promise<void> {
    await this.#file?.truncate(this.#offset);
    this.#size = this.#offset;
    this.#unconfirmed = false;
  }

  /** Gives the current file up and writes its acknowledged frames into a new one. */
  async startOver(): Promise<void> {
    await giveBack(this.#file);
    this.#file = null;
    this.#file = await this.#begin();
  }

  /** Ends the current file, so that a checkpoint can read it; the next batch begins another one. */
  async rotate(): Promise<void> {
    const finished = this.#finish();
    this.#base = this.#end;
    this.#kept = [];
    this.#offset = 0;
    this.#size = 0;
    await finished;
  }

  async close(): Promise<void> {
    await this.#finish();
  }

  /**
   * Closes the current file without the zeros at its end, which readers would leave out anyway. What was written and
   * never confirmed stays: whoever has taken over may rest on it.
   */
  async #finish(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    if (!this.#unconfirmed) await file?.truncate(this.#offset).catch(() => undefined);
    await giveBack(file);
  }

  async #begin(): Promise<DiskFile> {
    const number = this.#number;
    const header = encodeHeader({
      version: journalVersion,
      epoch: this.#epoch,
      number,
      baseLsn: this.#base.lsn,
      baseHash: this.#base.hash,
    });
    const file = await this.#disk.create(path.join(this.#directory, journalName(this.#epoch, number)));
    // A name that is taken stays the next one: whoever took it has shut this writer out.
    this.#number = number + 1;
    try {
      const content = Buffer.concat([header, ...this.#kept]);
      await writeWhole(file, content, 0);
      this.#size = content.length;
      await this.#extend(file);
      await file.sync();
      await this.#disk.syncDirectory(this.#directory);
      this.#offset = content.length;
      this.#unconfirmed = false;
      return file;
    } catch (error) {
      await giveBack(file);
      throw error;
    }
  }
}

/** Closes a file whose content is either synced already or given up, so that a failure changes nothing. */
async function giveBack(file: DiskFile | null): Promise<void> {
  await file?.close().catch(() => undefined);
}
