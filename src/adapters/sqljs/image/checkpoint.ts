import path from "node:path";
import type { SqlJsStatic } from "sql.js";
import type { Disk } from "../../../ports/disk";
import { imageLsn, imageName, imageNames, publishImage } from "./image";
import { loadState } from "./loadState";
import { migrations, schemaVersion } from "../schema/migrations";
import { cacheRuns } from "../apply/runStates";
import { SqlDatabase } from "../sqlDatabase";

export interface CheckpointRequest {
  readonly directory: string;
  readonly workspace: string;
  /** The image holds everything up to this LSN. */
  readonly upTo: number;
  /** Makes the temporary name one of its kind. */
  readonly unique: string;
}

export interface CheckpointAnswer {
  readonly name: string;
  readonly bytes: number;
  readonly lsn: number;
}

const generations = 3;

/** Replays the journal onto the last image and publishes the result. Runs in a worker, away from the host. */
export async function makeCheckpoint(
  disk: Disk,
  engine: SqlJsStatic,
  request: CheckpointRequest,
): Promise<CheckpointAnswer | null> {
  const name = imageName(request.upTo);
  if ((await disk.stat(path.join(request.directory, name))) !== null) return null;
  const state = await loadState({ disk, engine, migrations, ...request });
  try {
    // Damage is for the next opening to report; an image of less than was asked for would only hide it.
    if (state.end.lsn !== request.upTo || state.newer !== null) return null;
    cacheRuns(state.database, state.runs.loaded());
    const schema = schemaVersion(state.database);
    const image = { database: state.database.image(), mark: state.end, schema };
    const check = (bytes: Uint8Array): void => checkImage(engine, bytes);
    const published = await publishImage(
      disk,
      request.directory,
      image,
      `${name}.${request.unique}.tmp`,
      check,
    );
    await pruneImages(disk, request.directory);
    return { ...published, lsn: request.upTo };
  } finally {
    state.database.close();
  }
}

/** Throws when SQLite finds fault with the content. Uses up `bytes`. */
export function checkImage(engine: SqlJsStatic, bytes: Uint8Array): void {
  const database = new SqlDatabase(engine, bytes);
  try {
    const answer = database.get("PRAGMA quick_check(1)")?.["quick_check"];
    if (answer !== "ok") throw new Error(`the checkpoint is not sound: ${String(answer)}`);
  } finally {
    database.close();
  }
}

async function pruneImages(disk: Disk, directory: string): Promise<void> {
  const names = imageNames(await disk.list(directory)).filter((name) => imageLsn(name) !== null);
  for (const name of names.slice(generations)) await disk.remove(path.join(directory, name));
}
