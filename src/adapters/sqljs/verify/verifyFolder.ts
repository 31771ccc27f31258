import path from "node:path";
import type { SqlJsStatic } from "sql.js";
import type { Disk } from "../../../ports/disk";
import { chainStart, sha256, type Frame } from "../../journal/frame";
import { readJournals } from "../../journal/readJournals";
import { decodeImage, imageNames } from "../image/image";
import { importOf, lastImport, readImported } from "../transfer/importedState";
import { migrate, migrations } from "../schema/migrations";
import { PurgedRuns, purgesIn, type Purge } from "../purge/purgedRuns";
import { decodeCommit, replay } from "../image/replay";
import { SqlDatabase } from "../sqlDatabase";
import { stateHash } from "./stateHash";

export interface VerifyRequest {
  readonly directory: string;
  readonly workspace: string;
  /** Commits after this LSN are left out. */
  readonly upTo: number;
}

export interface FolderVerification {
  readonly frames: number;
  readonly firstBad: number | null;
  readonly problems: readonly string[];
  /** Hash of what the journal alone says the state is; null when it is damaged, or a later purge has shortened it. */
  readonly hash: string | null;
}

/** Reads everything there is on disk and proves it against itself: chain, purged frames, images, rows. */
export async function verifyFolder(
  disk: Disk,
  engine: SqlJsStatic,
  request: VerifyRequest,
): Promise<FolderVerification> {
  const problems: string[] = [];
  const reading = await readJournals(disk, request.directory, { lsn: 0, hash: chainStart });
  const frames = reading.frames.filter((frame) => frame.lsn <= request.upTo);
  let firstBad: number | null = null;
  if (reading.damage !== null) {
    firstBad = reading.damage.lsn;
    problems.push(`The journal is damaged at LSN ${firstBad}: ${reading.damage.why}`);
  }
  const purges = purgesIn(reading.frames);
  const reduced = unvouched(frames, purges);
  if (reduced !== null) {
    firstBad = Math.min(firstBad ?? reduced, reduced);
    problems.push(`The frame with LSN ${reduced} was shortened without a purge that vouches for it`);
  }
  problems.push(...(await checkImages(disk, engine, request, frames)));
  const database = await project(disk, engine, request, frames, new PurgedRuns(reading.frames));
  const isWhole = firstBad === null && !purges.some(({ lsn }) => lsn > request.upTo);
  try {
    const voided = database.voided.map(
      (lsn) => `The commit with LSN ${lsn} could not be applied and was never acknowledged`,
    );
    problems.push(...voided, ...inspect(database.database));
    return {
      frames: frames.length,
      firstBad,
      problems,
      hash: isWhole ? await stateHash(database.database) : null,
    };
  } finally {
    database.database.close();
  }
}

/** LSN of the first frame whose payload was reduced to something that no purge recorded; null when there is none. */
function unvouched(frames: readonly Frame[], purges: readonly Purge[]): number | null {
  const bad = frames.find((frame) => {
    if (!frame.reduced) return false;
    const hash = sha256(frame.payload).toString("hex");
    // Any purge's word will do: a later one that shortens the same frame may have been interrupted.
    return !purges.some((purge) => purge.reduced.get(frame.lsn) === hash);
  });
  return bad?.lsn ?? null;
}

async function checkImages(
  disk: Disk,
  engine: SqlJsStatic,
  request: VerifyRequest,
  frames: readonly Frame[],
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const name of imageNames(await disk.list(request.directory))) {
    const bytes = await disk.read(path.join(request.directory, name));
    const image = bytes === null ? "the file is gone" : decodeImage(name, bytes);
    if (typeof image === "string") {
      problems.push(`The image ${name} is damaged: ${image}`);
      continue;
    }
    const frame = frames.find((candidate) => candidate.lsn === image.mark.lsn);
    if (frame !== undefined && !frame.hash.equals(image.mark.hash))
      problems.push(`The image ${name} stands for another chain`);
    const database = new SqlDatabase(engine, image.database);
    problems.push(...inspect(database).map((problem) => `The image ${name}: ${problem}`));
    database.close();
  }
  return problems;
}

function inspect(database: SqlDatabase): readonly string[] {
  const integrity = database.all("PRAGMA integrity_check(10)").map((row) => String(row["integrity_check"]));
  const foreign = database.all("PRAGMA foreign_key_check");
  return [
    ...integrity.filter((line) => line !== "ok").map((line) => `SQLite reports: ${line}`),
    ...foreign.map(
      (row) =>
        `A row of ${String(row["table"])} refers to a row of ${String(row["parent"])} that is not there`,
    ),
  ];
}

async function project(
  disk: Disk,
  engine: SqlJsStatic,
  request: VerifyRequest,
  frames: readonly Frame[],
  purged: PurgedRuns,
): Promise<{ readonly database: SqlDatabase; readonly voided: readonly number[] }> {
  const begin = lastImport(frames);
  const start = frames[begin];
  const imported = start === undefined ? null : importOf(decodeCommit(start.payload));
  const base = imported === null ? undefined : await readImported(disk, request.directory, imported.image);
  const database = new SqlDatabase(engine, base);
  migrate(database, request.workspace, migrations);
  if (imported !== null) database.run("UPDATE workspaces SET path = ?", [request.workspace]);
  const { voided } = replay(database, frames.slice(Math.max(0, begin)), purged);
  return { database, voided };
}
