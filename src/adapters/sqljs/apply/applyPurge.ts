import type { RunId } from "../../../core/ids";
import type { SqlDatabase } from "../sqlDatabase";

/** Takes one run out of the tables. Approvals, history, audit, lessons, metrics and the costs of its calls stay. */
export function purgeRunRows(database: SqlDatabase, id: RunId): void {
  database.run("DELETE FROM run_cache WHERE run_id = ?", [id]);
  database.run("DELETE FROM masterplan_execution_snapshots WHERE run_id = ?", [id]);
  database.run("UPDATE masterplans SET latest_run = NULL WHERE latest_run = ?", [id]);
  database.run("DELETE FROM runs WHERE run_id = ?", [id]);
}
