import path from "node:path";
import type { RunId } from "../../core/ids";
import { isFinished } from "../../core/run/transitions";
import type { Disk } from "../../ports/disk";
import type { StoreCommit } from "../../ports/store";
import { decodeFrame, reduceFrame, sha256, type Frame } from "../journal/frame";
import { decodeHeader, headerSize, journalNames } from "../journal/journalHeader";
import { writeWhole } from "../journal/writeWhole";
import { decodeCommit, encodeCommit } from "./replay";
import type { SqlDatabase } from "./sqlDatabase";

/**
 * Runs that ended before the time given. The latest run of a plan stays, because the plan shows its state, and so does
 * every run that has not ended.
 */
export function purgeableRuns(database: SqlDatabase, olderThan: number): readonly RunId[] {
  return database
    .all(
      `SELECT r.run_id, r.status FROM runs r JOIN masterplans p ON p.masterplan_id = r.masterplan_id
       WHERE r.ended_at < ? AND r.run_id IS NOT p.latest_run ORDER BY r.run_id`,
      [olderThan],
    )
    .filter((row) => isFinished(String(row["status"]) as Parameters<typeof isFinished>[0]))
    .map((row) => String(row["run_id"]) as RunId);
}

export function purgeCommit(
  at: number,
  runs: readonly RunId[],
  reduced: readonly (readonly [number, string])[],
): StoreCommit {
  const audit = {
    action: "runs.purge",
    subject: runs.join(" "),
    result: "purged",
    detail: { frames: reduced.length },
  };
  return {
    at,
    actor: "retention",
    correlation_id: `purge-${at}`,
    changes: [
      { kind: "runs.purge", runs, reduced },
      { kind: "audit.add", row: audit },
    ],
  };
}

const blobUses = `
    SELECT run_id, change_blob AS hash FROM attempts WHERE change_blob IS NOT NULL
    UNION ALL SELECT run_id, output_hash FROM evidence WHERE output_hash IS NOT NULL
    UNION ALL SELECT run_id, transcript FROM model_calls WHERE transcript IS NOT NULL`;

/** Blobs that runs which have not ended still need: their changes wait for a review, their output for a look. */
export function blobsInUse(database: SqlDatabase): ReadonlySet<string> {
  const ended = "SELECT run_id FROM runs WHERE ended_at IS NOT NULL";
  return new Set(
    database
      .all(`SELECT hash FROM (${blobUses}) WHERE run_id NOT IN (${ended})`)
      .map((row) => String(row["hash"])),
  );
}

/** Blobs that only these runs refer to. */
export function blobsOf(database: SqlDatabase, runs: readonly RunId[]): readonly string[] {
  const purged = new Set<string>(runs);
  const theirs = new Set<string>();
  const others = new Set<string>();
  for (const row of database.all(blobUses)) {
    (purged.has(String(row["run_id"])) ? theirs : others).add(String(row["hash"]));
  }
  return [...theirs].filter((hash) => !others.has(hash));
}

/** What is left of a commit without the events of these runs; null when nothing of it goes. */
function reduce(commit: StoreCommit, runs: ReadonlySet<string>): StoreCommit | null {
  const changes = commit.changes.filter(
    (change) =>
      !(change.kind === "run.event" && runs.has(change.run)) &&
      !(change.kind === "snapshot.put" && runs.has(change.row.run_id)),
  );
  return changes.length === commit.changes.length ? null : { ...commit, changes };
}

/** LSN and hash of every payload that will be shortened, for the purge's own frame. */
export async function planReduction(
  disk: Disk,
  directory: string,
  runs: readonly RunId[],
): Promise<readonly (readonly [number, string])[]> {
  const purged = new Set<string>(runs);
  const reduced = new Map<number, string>();
  for (const name of journalNames(await disk.list(directory))) {
    for (const part of await framesIn(disk, directory, name)) {
      const left = mentions(part.frame, runs) ? reduce(decodeCommit(part.frame.payload), purged) : null;
      if (left !== null) reduced.set(part.frame.lsn, sha256(encodeCommit(left)).toString("hex"));
    }
  }
  return [...reduced].sort(([a], [b]) => a - b);
}

/** Rewrites the journal files that hold events of these runs, each in one atomic step. Answers the bytes gained. */
export async function reduceJournals(
  disk: Disk,
  directory: string,
  runs: readonly RunId[],
  planned: readonly (readonly [number, string])[],
  unique: () => string,
): Promise<number> {
  const purged = new Set<string>(runs);
  const listed = new Set(planned.map(([lsn]) => lsn));
  let gained = 0;
  for (const name of journalNames(await disk.list(directory))) {
    const file = path.join(directory, name);
    const bytes = await disk.read(file);
    if (bytes === null) continue;
    const parts = await framesIn(disk, directory, name);
    const content: Uint8Array[] = [bytes.subarray(0, headerSize)];
    let changed = false;
    let end = headerSize;
    for (const { frame, raw } of parts) {
      end += frame.size;
      const left =
        listed.has(frame.lsn) && mentions(frame, runs) ? reduce(decodeCommit(frame.payload), purged) : null;
      changed ||= left !== null;
      content.push(left === null ? raw : reduceFrame(frame, encodeCommit(left)));
    }
    if (!changed) continue;
    content.push(bytes.subarray(end));
    const whole = Buffer.concat(content);
    await replace(disk, directory, name, whole, unique());
    gained += bytes.length - whole.length;
  }
  return gained;
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

async function framesIn(
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

function mentions(frame: Frame, runs: readonly RunId[]): boolean {
  const payload = Buffer.from(frame.payload.buffer, frame.payload.byteOffset, frame.payload.byteLength);
  return runs.some((run) => payload.includes(run));
}
