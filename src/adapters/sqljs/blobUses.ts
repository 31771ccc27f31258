import type { RunId } from "../../core/ids";
import type { SqlDatabase } from "./sqlDatabase";

interface BlobUse {
  readonly run: string;
  readonly hash: string;
}

const hashes = /[0-9a-f]{64}/gu;

/** Every place where the tables name a blob, with the run it belongs to; empty for none. */
function blobUses(database: SqlDatabase): readonly BlobUse[] {
  const rows = database.all(`
    SELECT run_id, change_blob AS hash FROM attempts WHERE change_blob IS NOT NULL
    UNION ALL SELECT run_id, output_hash FROM evidence WHERE output_hash IS NOT NULL
    UNION ALL SELECT run_id, transcript FROM model_calls WHERE transcript IS NOT NULL`);
  const uses = rows.map((row) => ({ run: String(row["run_id"] ?? ""), hash: String(row["hash"]) }));
  // What is kept about a run under a key of its own, such as the report of its preflight: `KIND:RUN`.
  for (const row of database.all("SELECT key, value FROM settings WHERE instr(key, ':') > 0")) {
    const key = String(row["key"]);
    const run = key.slice(key.indexOf(":") + 1);
    for (const [hash] of String(row["value"]).matchAll(hashes)) uses.push({ run, hash });
  }
  return uses;
}

/** Blobs that runs which have not ended still need: their changes wait for a review, their output for a look. */
export function blobsInUse(database: SqlDatabase): ReadonlySet<string> {
  const open = new Set(
    database.all("SELECT run_id FROM runs WHERE ended_at IS NULL").map((row) => String(row["run_id"])),
  );
  return new Set(
    blobUses(database)
      .filter(({ run }) => open.has(run))
      .map(({ hash }) => hash),
  );
}

/** Blobs that only these runs refer to. */
export function blobsOf(database: SqlDatabase, runs: readonly RunId[]): readonly string[] {
  const purged = new Set<string>(runs);
  const theirs = new Set<string>();
  const others = new Set<string>();
  for (const { run, hash } of blobUses(database)) (purged.has(run) ? theirs : others).add(hash);
  return [...theirs].filter((hash) => !others.has(hash));
}

/** Those of these blobs that belong to no run in the tables: what a purge was about to remove, and nothing since needs. */
export function blobsWithoutRun(database: SqlDatabase, hashes: readonly string[]): readonly string[] {
  const runs = new Set(database.all("SELECT run_id FROM runs").map((row) => String(row["run_id"])));
  const used = new Set(
    blobUses(database)
      .filter(({ run }) => run === "" || runs.has(run))
      .map(({ hash }) => hash),
  );
  return hashes.filter((hash) => !used.has(hash));
}
