import type { SqlJsStatic } from "sql.js";
import { isMasterPlanError, MasterPlanError } from "../../../core/errors";
import { migrate, newestSchema, schemaVersion, type Migration } from "../schema/migrations";
import { RunStates } from "../apply/runStates";
import { SqlDatabase } from "../sqlDatabase";
import { StoreReader } from "../storeReader";

/**
 * Proves that a database from outside is a state that this store could have written: its schema to the letter, so that
 * no trigger or weaker column comes in, the soundness of its pages and references, and that every plan can be read and
 * every run rebuilt. Answers the content to keep. Throws `store.newer`, or `store.corrupt` with what is wrong.
 */
export function checkImported(
  engine: SqlJsStatic,
  content: Uint8Array,
  source: string,
  steps: readonly Migration[],
): Uint8Array {
  const broken = (why: string, cause?: unknown): MasterPlanError =>
    new MasterPlanError("store.corrupt", `The database in ${source} cannot be taken over: ${why}`, {
      hint: "Nothing was changed; export it again or use another copy",
      cause,
    });
  try {
    const kept = closing(new SqlDatabase(engine, Uint8Array.from(content)), (database) => {
      const version = schemaVersion(database);
      if (version > newestSchema(steps)) {
        throw new MasterPlanError("store.newer", `${source} was exported by a later version of MasterPlan`, {
          hint: "Update MasterPlan, then import it again",
        });
      }
      if (version < 1) throw broken("it has no schema");
      const foreign = differenceOfSchema(engine, database, version, steps);
      if (foreign !== null) throw broken(foreign);
      const fault = faultOf(database);
      if (fault !== null) throw broken(fault);
      moveBeforeJournal(database);
      return database.image();
    });
    closing(new SqlDatabase(engine, Uint8Array.from(kept)), (database) => {
      migrate(database, "", steps);
      readEverything(database, broken);
    });
    return kept;
  } catch (error) {
    if (isMasterPlanError(error)) throw error;
    throw broken(error instanceof Error ? error.message : String(error), error);
  }
}

function closing<T>(database: SqlDatabase, work: (database: SqlDatabase) => T): T {
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** What the schema has too much, too little or otherwise than a database of this version; null when it is the same. */
function differenceOfSchema(
  engine: SqlJsStatic,
  database: SqlDatabase,
  version: number,
  steps: readonly Migration[],
): string | null {
  const own = closing(new SqlDatabase(engine), (fresh) => {
    const known = steps.filter(({ to }) => to <= version);
    migrate(fresh, "", known);
    return schemaVersion(fresh) === version ? schemaOf(fresh) : null;
  });
  if (own === null) return `nothing is known of schema ${version}`;
  const found = schemaOf(database);
  for (const [name, sql] of found) {
    if (!own.has(name)) return `it has the ${name}, which is none of ours`;
    if (own.get(name) !== sql) return `its ${name} is not ours`;
  }
  const missing = [...own.keys()].find((name) => !found.has(name));
  return missing === undefined ? null : `the ${missing} is missing`;
}

function schemaOf(database: SqlDatabase): ReadonlyMap<string, string> {
  return new Map(
    database
      .all("SELECT type, name, tbl_name, sql FROM sqlite_schema")
      .map((row) => [
        `${String(row["type"])} ${String(row["name"])}`,
        JSON.stringify([row["tbl_name"], row["sql"]]),
      ]),
  );
}

/** Pages, CHECK, NOT NULL and UNIQUE, then references, then the one workspace that everything belongs to. */
function faultOf(database: SqlDatabase): string | null {
  const integrity = database.get("PRAGMA integrity_check(1)")?.["integrity_check"];
  if (integrity !== "ok") return String(integrity);
  const dangling = database.get("PRAGMA foreign_key_check");
  if (dangling !== undefined) {
    return `a row of ${String(dangling["table"])} refers to a row of ${String(dangling["parent"])} that is not there`;
  }
  const workspaces = database.all("SELECT workspace_id FROM workspaces");
  return workspaces.length === 1 && workspaces[0]?.["workspace_id"] === "workspace"
    ? null
    : "it is not the state of one workspace";
}

/** Audit rows go by LSN, and those of another journal must not stand where this one will have its own. */
function moveBeforeJournal(database: SqlDatabase): void {
  // States that were worked out before are not taken over: the events are the truth.
  database.run("DELETE FROM run_cache");
  const range = database.get("SELECT min(lsn) AS first, max(lsn) AS last FROM audit");
  const last = Number(range?.["last"] ?? 0);
  if (last <= 0) return;
  // No row may land on one that has yet to move.
  const distance = Math.max(last, last - Number(range?.["first"] ?? 0) + 1);
  database.run("UPDATE audit SET lsn = lsn - ?", [distance]);
}

function readEverything(database: SqlDatabase, broken: (why: string) => MasterPlanError): void {
  const runs = new RunStates(database);
  const reader = new StoreReader(database, runs);
  for (const plan of reader.plans()) reader.versions(plan.id);
  reader.approvals();
  reader.history();
  const other = database.get(
    "SELECT run_id, seq FROM run_events WHERE json_extract(event, '$.type') IS NOT type OR json_extract(event, '$.at') IS NOT at",
  );
  if (other !== undefined)
    throw broken(`event ${String(other["seq"])} of ${String(other["run_id"])} is not what its row says`);
  for (const row of reader.runs()) {
    const last = database.get("SELECT max(seq) AS seq FROM run_events WHERE run_id = ?", [row.id])?.["seq"];
    const run = runs.get(row.id);
    if (
      run?.id !== row.id ||
      run.plan_id !== row.plan_id ||
      run.status !== row.status ||
      // One that is missing may have been of no consequence.
      run.seq !== last
    )
      throw broken(`the run ${row.id} is not what its events say`);
  }
}
