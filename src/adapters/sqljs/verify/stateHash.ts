import { createHash } from "node:crypto";
import { tableNames } from "../schema/runSchema";
import type { SqlDatabase } from "../sqlDatabase";

/** What a table's rows are ordered by, so that equal content gives an equal hash. */
function order(database: SqlDatabase, table: string): string {
  const keys = database
    .all(`PRAGMA table_info(${table})`)
    .filter((column) => Number(column["pk"]) > 0)
    .sort((a, b) => Number(a["pk"]) - Number(b["pk"]))
    .map((column) => String(column["name"]));
  return keys.join(", ");
}

/**
 * The sha256 of everything that is state. Caches are left out. Between pieces of work `pause` is awaited, so that a
 * large database does not hold up the thread; the caller sees to it that nothing is committed meanwhile.
 */
export async function stateHash(database: SqlDatabase, pause?: () => Promise<void>): Promise<string> {
  const hash = createHash("sha256");
  for (const table of tableNames) {
    hash.update(`\n${table}\n`);
    const rows = database.rows(`SELECT * FROM ${table} ORDER BY ${order(database, table)}`);
    let bytes = 0;
    for (const values of rows) {
      const line = JSON.stringify(values);
      hash.update(line);
      bytes += line.length;
      if (pause === undefined || bytes < 512 * 1024) continue;
      bytes = 0;
      await pause();
    }
  }
  return hash.digest("hex");
}
