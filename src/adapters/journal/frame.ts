import { createHash } from "node:crypto";
import { crc32c } from "./crc32c";

/**
 * One commit in the journal. Layout, little endian: magic 4, flags and place in the batch 4, payload length 4, epoch 4, LSN 8, hash of the
 * previous frame 32, sha256 of the payload 32, payload, CRC-32C 4 over everything before it. The frame's own hash
 * covers epoch, LSN, previous hash and payload hash, so that a payload can be reduced later without breaking the chain.
 */
export interface Frame {
  readonly lsn: number;
  readonly epoch: number;
  readonly previous: Buffer;
  /** Hash of the payload as it was committed. */
  readonly payloadHash: Buffer;
  readonly payload: Uint8Array;
  /** The payload lost the events of purged runs after it was committed; a later frame vouches for what is left. */
  readonly reduced: boolean;
  /** How many frames of the same batch come before it. */
  readonly place: number;
  readonly hash: Buffer;
  /** Bytes of the whole frame on disk. */
  readonly size: number;
}

const magic = 0x3146504d;
const headSize = 88;
const reducedFlag = 1;
/** The rest of the flags is the place of the frame in its batch; the frames of a batch share one sync. */
const placeShift = 1;
export const frameOverhead = headSize + 4;
/** A payload larger than this is no commit of ours. */
export const maxPayload = 256 * 1024 * 1024;
/** The hash before the first frame. */
export const chainStart = Buffer.alloc(32);

export function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** Encodes a new frame; `hash` is what the next one names as its predecessor. */
export function encodeFrame(
  lsn: number,
  epoch: number,
  previous: Buffer,
  payload: Uint8Array,
  place = 0,
): { readonly bytes: Buffer; readonly hash: Buffer } {
  return writeFrame(lsn, epoch, previous, sha256(payload), payload, place << placeShift);
}

/** The same link of the chain with a smaller payload. */
export function reduceFrame(frame: Frame, payload: Uint8Array): Buffer {
  const flags = (frame.place << placeShift) | reducedFlag;
  return writeFrame(frame.lsn, frame.epoch, frame.previous, frame.payloadHash, payload, flags).bytes;
}

function writeFrame(
  lsn: number,
  epoch: number,
  previous: Buffer,
  payloadHash: Buffer,
  payload: Uint8Array,
  flags: number,
): { readonly bytes: Buffer; readonly hash: Buffer } {
  const bytes = Buffer.allocUnsafe(frameOverhead + payload.length);
  bytes.writeUInt32LE(magic, 0);
  bytes.writeUInt32LE(flags, 4);
  bytes.writeUInt32LE(payload.length, 8);
  bytes.writeUInt32LE(epoch, 12);
  bytes.writeBigUInt64LE(BigInt(lsn), 16);
  previous.copy(bytes, 24);
  payloadHash.copy(bytes, 56);
  bytes.set(payload, headSize);
  const end = headSize + payload.length;
  bytes.writeUInt32LE(crc32c(bytes.subarray(0, end)), end);
  return { bytes, hash: sha256(bytes.subarray(12, headSize)) };
}

/** The frame at `offset`, or why there is none. Arbitrary bytes are safe to give. */
export function decodeFrame(bytes: Buffer, offset: number): Frame | string {
  const left = bytes.length - offset;
  if (left < frameOverhead) return "the frame is cut off";
  if (bytes.readUInt32LE(offset) !== magic) return "no frame begins here";
  const flags = bytes.readUInt32LE(offset + 4);
  const length = bytes.readUInt32LE(offset + 8);
  if (length > maxPayload) return "the length is impossible";
  if (left < frameOverhead + length) return "the frame is cut off";
  const end = offset + headSize + length;
  if (crc32c(bytes.subarray(offset, end)) !== bytes.readUInt32LE(end)) return "the checksum does not match";
  const payload = bytes.subarray(offset + headSize, end);
  const payloadHash = bytes.subarray(offset + 56, offset + headSize);
  const reduced = (flags & reducedFlag) !== 0;
  if (!reduced && !sha256(payload).equals(payloadHash)) return "the payload hash does not match";
  return {
    lsn: Number(bytes.readBigUInt64LE(offset + 16)),
    epoch: bytes.readUInt32LE(offset + 12),
    previous: bytes.subarray(offset + 24, offset + 56),
    payloadHash,
    payload,
    reduced,
    place: flags >>> placeShift,
    hash: sha256(bytes.subarray(offset + 12, offset + headSize)),
    size: frameOverhead + length,
  };
}

/**
 * The highest LSN of intact frames after `offset` that were written after the frame `lsn` had been synced, or 0. Such
 * frames prove that what is missing was damaged; frames of the same batch only show that its pages came out of order.
 */
export function lastSyncedAfter(bytes: Buffer, offset: number, lsn: number): number {
  const mark = Buffer.alloc(4);
  mark.writeUInt32LE(magic);
  let last = 0;
  for (let at = bytes.indexOf(mark, offset); at !== -1;) {
    const frame = decodeFrame(bytes, at);
    if (typeof frame !== "string" && frame.lsn - frame.place > lsn) last = Math.max(last, frame.lsn);
    at = bytes.indexOf(mark, at + (typeof frame === "string" ? 1 : frame.size));
  }
  return last;
}
