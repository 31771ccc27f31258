import path from "node:path";
import type { SqlJsStatic } from "sql.js";
import type { Disk } from "../../../ports/disk";
import { chainStart, type Frame } from "../../journal/frame";
import { readJournals, type JournalDamage } from "../../journal/readJournals";
import type { Mark } from "../../journal/watermark";
import { decodeImage, imageLsn, imageNames, type Image } from "./image";
import { importOf, lastImport, readImported } from "../transfer/importedState";
import { migrate, newestSchema, schemaVersion, type Migration } from "../schema/migrations";
import { PurgedRuns } from "../purge/purgedRuns";
import { decodeCommit, replay } from "./replay";
import type { RunStates } from "../apply/runStates";
import { SqlDatabase } from "../sqlDatabase";

export interface LoadOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly engine: SqlJsStatic;
  readonly workspace: string;
  readonly migrations: readonly Migration[];
  /** Leave out what was committed after this LSN. */
  readonly upTo?: number;
}

export interface LoadedState {
  readonly database: SqlDatabase;
  readonly runs: RunStates;
  readonly end: Mark;
  /** LSN of the image that was used; 0 when there was none. */
  readonly imageLsn: number;
  readonly imageBytes: number;
  /** Bytes of journal that had to be read. */
  readonly journalBytes: number;
  readonly damage: JournalDamage | null;
  /** Images that cannot be used, with the reason. */
  readonly badImages: readonly { readonly name: string; readonly why: string }[];
  /** A file or the schema is of a later version: look, but do not write. */
  readonly newer: string | null;
  /** The schema was older and has been brought up to date in memory. */
  readonly migratedFrom: number | null;
  readonly torn: { readonly file: string; readonly bytes: number } | null;
  readonly voided: readonly number[];
}

interface Attempt {
  readonly image: Image | null;
  readonly reading: Awaited<ReturnType<typeof readJournals>>;
}

/**
 * The state of a store folder: the newest image that is whole, and the journal after it. An image that does not agree
 * with the journal, or behind which the journal is damaged, gives way to the one before it, down to an empty start;
 * the attempt that reaches furthest wins. Nothing on disk is changed.
 */
export async function loadState(options: LoadOptions): Promise<LoadedState> {
  const { disk, directory } = options;
  const badImages: { name: string; why: string }[] = [];
  const usable = imageNames(await disk.list(directory)).filter(
    (name) => (imageLsn(name) ?? 0) <= (options.upTo ?? Number.POSITIVE_INFINITY),
  );
  let best: Attempt | null = null;
  for (const name of [...usable, null]) {
    const image = name === null ? null : await readImage(disk, directory, name);
    if (typeof image === "string") {
      badImages.push({ name: name ?? "", why: image });
      continue;
    }
    const start = image?.mark ?? { lsn: 0, hash: chainStart };
    const reading = await readJournals(disk, directory, start, options.upTo);
    if (best === null || reading.end.lsn > best.reading.end.lsn) best = { image, reading };
    if (reading.damage === null) {
      if (reading.end.lsn >= best.reading.end.lsn) best = { image, reading };
      break;
    }
  }
  if (best === null) throw new Error("unreachable: the empty start is always tried");
  return build(options, best, badImages);
}

async function readImage(disk: Disk, directory: string, name: string): Promise<Image | string> {
  const bytes = await disk.read(path.join(directory, name));
  return bytes === null ? "the file is gone" : decodeImage(name, bytes);
}

async function build(
  options: LoadOptions,
  { image, reading }: Attempt,
  badImages: LoadedState["badImages"],
): Promise<LoadedState> {
  const { disk, directory, engine, workspace } = options;
  const newest = newestSchema(options.migrations);
  const newerSchema = (image?.schema ?? 0) > newest;
  const frames: readonly Frame[] = newerSchema ? [] : reading.frames;
  const begin = lastImport(frames);
  const start = frames[begin];
  const imported = start === undefined ? null : importOf(decodeCommit(start.payload));
  const base = imported === null ? image?.database : await readImported(disk, directory, imported.image);
  const database = new SqlDatabase(engine, base);
  const found = base === undefined ? newest : schemaVersion(database);
  if (!newerSchema) migrate(database, workspace, options.migrations);
  if (imported !== null) database.run("UPDATE workspaces SET path = ?", [workspace]);
  // A purge that follows what was asked for may have shortened it already.
  const purged = new PurgedRuns([...frames, ...reading.later]);
  const { runs, voided } = replay(database, frames.slice(Math.max(0, begin)), purged);
  return {
    database,
    runs,
    end: newerSchema && image !== null ? image.mark : reading.end,
    imageLsn: image?.mark.lsn ?? 0,
    imageBytes: image?.database.length ?? 0,
    journalBytes: reading.bytes,
    damage: reading.damage,
    badImages,
    newer: newerSchema ? `schema ${schemaVersion(database)}` : reading.newer,
    migratedFrom: found < newest ? found : null,
    torn: reading.torn,
    voided,
  };
}
