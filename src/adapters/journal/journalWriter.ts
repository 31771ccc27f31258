import path from "node:path";
import type { Disk, DiskFile } from "../../ports/disk";
import { encodeFrame } from "./frame";
import { encodeHeader, headerSize, journalName, journalVersion } from "./journalHeader";
import type { Mark } from "./watermark";
import { writeWhole } from "./writeWhole";

/** Frames that are ready to be written, in order. */
export interface Batch {
  readonly bytes: Buffer;
  readonly end: Mark;
}

/**
 * The end of the journal. One batch at a time is written, synced and then confirmed. A file on which a write or sync
 * failed is never synced again: `startOver` writes everything it held that was acknowledged into a new file, because
 * after a failed sync nobody knows what the old one really holds.
 */
export class JournalWriter {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #epoch: number;
  #number: number;
  #file: DiskFile | null = null;
  #base: Mark;
  #end: Mark;
  #offset = 0;
  /** Acknowledged frames of the current file. */
  #kept: Buffer[] = [];

  constructor(disk: Disk, directory: string, epoch: number, firstNumber: number, end: Mark) {
    this.#disk = disk;
    this.#directory = directory;
    this.#epoch = epoch;
    this.#number = firstNumber;
    this.#base = end;
    this.#end = end;
  }

  /** The last confirmed frame. */
  get end(): Mark {
    return this.#end;
  }

  /** Bytes in the current file. */
  get bytes(): number {
    return this.#offset;
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
    await writeWhole(this.#file, batch.bytes, this.#offset);
  }

  async sync(): Promise<void> {
    await this.#file?.sync();
  }

  /** The batch is durable: the next one follows it. */
  confirm(batch: Batch): void {
    this.#end = batch.end;
    this.#offset += batch.bytes.length;
    this.#kept.push(batch.bytes);
  }

  /** Cuts off what a failed write left behind; only allowed when no sync has failed. */
  async cutBack(): Promise<void> {
    await this.#file?.truncate(this.#offset);
  }

  /** Gives the current file up and writes its acknowledged frames into a new one. */
  async startOver(): Promise<void> {
    await giveBack(this.#file);
    this.#file = null;
    this.#file = await this.#begin();
  }

  /** Ends the current file, so that a checkpoint can read it; the next batch begins another one. */
  async rotate(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    this.#base = this.#end;
    this.#kept = [];
    this.#offset = 0;
    await giveBack(file);
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await giveBack(file);
  }

  async #begin(): Promise<DiskFile> {
    const number = this.#number;
    this.#number += 1;
    const header = encodeHeader({
      version: journalVersion,
      epoch: this.#epoch,
      number,
      baseLsn: this.#base.lsn,
      baseHash: this.#base.hash,
    });
    const file = await this.#disk.create(path.join(this.#directory, journalName(this.#epoch, number)));
    try {
      const content = Buffer.concat([header, ...this.#kept]);
      await writeWhole(file, content, 0);
      await file.sync();
      await this.#disk.syncDirectory(this.#directory);
      this.#offset = Math.max(headerSize, content.length);
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
