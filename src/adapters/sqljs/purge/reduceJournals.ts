import path from "node:path";
import type { RunId } from "../../../core/ids";
import type { Disk } from "../../../ports/disk";
import { chainStart, decodeFrame, reduceFrame, sha256, type Frame } from "../../journal/frame";
import { decodeHeader, headerSize, journalNames } from "../../journal/journalHeader";
import { readJournals } from "../../journal/readJournals";
import { writeWhole } from "../../journal/writeWhole";
import { purgesIn, withoutRuns, type Purge } from "./purgedRuns";
import { decodeCommit, encodeCommit } from "../image/replay";

/** LSN and hash of every payload that will be shortened, for the purge's own frame. */
export async function planReduction(
  disk: Disk,
  directory: string,
  runs: readonly RunId[],
): Promise<readonly (readonly [number, string])[]> {
  const purged = new Set<string>(runs);
  const reduced = new Map<number, string>();
  for (const name of journalNames(await disk.list(directory))) {
    for (const { frame } of await framesIn(disk, directory, name)) {
      const left = mentions(frame, purged)
        ? withoutRuns(decodeCommit(frame.payload), (run) => purged.has(run))
        : null;
      if (left !== null) reduced.set(frame.lsn, sha256(encodeCommit(left)).toString("hex"));
    }
  }
  return [...reduced].sort(([a], [b]) => a - b);
}

/**
 * Rewrites the journal files that hold events of purged runs, each in one atomic step, for every purge of the chain:
 * one that was interrupted is finished, one that is complete changes nothing. No frame of a purge may stand in a file
 * that is still written. `confirm` rejects when another process may write by now. Answers the bytes gained.
 */
export async function reduceJournals(
  disk: Disk,
  directory: string,
  unique: () => string,
  confirm: () => Promise<void>,
): Promise<number> {
  const purges = purgesIn((await readJournals(disk, directory, { lsn: 0, hash: chainStart })).frames);
  let gained = 0;
  for (const name of purges.length === 0 ? [] : journalNames(await disk.list(directory))) {
    const bytes = await disk.read(path.join(directory, name));
    if (bytes === null) continue;
    const content: Uint8Array[] = [bytes.subarray(0, headerSize)];
    let changed = false;
    let end = headerSize;
    for (const { frame, raw } of await framesIn(disk, directory, name)) {
      end += frame.size;
      const left = reduced(frame, purges);
      changed ||= left !== null;
      content.push(left === null ? raw : reduceFrame(frame, left));
    }
    if (!changed) continue;
    content.push(bytes.subarray(end));
    const whole = Buffer.concat(content);
    await confirm();
    await replace(disk, directory, name, whole, unique());
    gained += bytes.length - whole.length;
  }
  return gained;
}

/** What the purges leave of a frame's payload; null when it stays as it is. */
function reduced(frame: Frame, purges: readonly Purge[]): Uint8Array | null {
  let commit = null;
  for (const { lsn, runs, reduced: listed } of purges) {
    if (frame.lsn >= lsn || !listed.has(frame.lsn) || !mentions(frame, runs)) continue;
    commit = withoutRuns(commit ?? decodeCommit(frame.payload), (run) => runs.has(run)) ?? commit;
  }
  return commit === null ? null : encodeCommit(commit);
}

async function replace(
  disk: Disk,
  directory: string,
  name: string,
  bytes: Uint8Array,
  unique: string,
): Promise<void> {
  const draft = path.join(directory, `${name}.${unique}.tmp`);
  const file = await disk.create(draft);
  try {
    await writeWhole(file, bytes, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(draft, path.join(directory, name));
  await disk.syncDirectory(directory);
}

/** The frames of one file, up to the first that is not whole. */
export async function framesIn(
  disk: Disk,
  directory: string,
  name: string,
): Promise<readonly { readonly frame: Frame; readonly raw: Uint8Array }[]> {
  const read = await disk.read(path.join(directory, name));
  if (read === null) return [];
  const bytes = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
  if (typeof decodeHeader(bytes) === "string") return [];
  const found: { frame: Frame; raw: Uint8Array }[] = [];
  for (let offset = headerSize; offset < bytes.length;) {
    const frame = decodeFrame(bytes, offset);
    if (typeof frame === "string") break;
    found.push({ frame, raw: bytes.subarray(offset, offset + frame.size) });
    offset += frame.size;
  }
  return found;
}

function mentions(frame: Frame, runs: ReadonlySet<string>): boolean {
  const payload = Buffer.from(frame.payload.buffer, frame.payload.byteOffset, frame.payload.byteLength);
  for (const run of runs) if (payload.includes(run)) return true;
  return false;
}
