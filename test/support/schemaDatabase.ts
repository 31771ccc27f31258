import { loadSqlJs } from "../../src/adapters/sqljs/loadSqlJs";
import { migrate, migrations } from "../../src/adapters/sqljs/schema/migrations";
import { SqlDatabase } from "../../src/adapters/sqljs/sqlDatabase";
import { schemaRows } from "./schemaRows";

type Row = Readonly<Record<string, string | number | null>>;

/** An empty database of the current schema with one valid row in each table, and ways to try changes on it. */
export interface SchemaDatabase {
  readonly database: SqlDatabase;
  /** Inserts the table's valid row with these columns changed. */
  readonly insert: (table: string, change?: Row) => void;
  /** Runs inside a transaction that is always undone. */
  readonly tried: (work: () => void) => void;
}

export async function schemaDatabase(): Promise<SchemaDatabase> {
  const database = new SqlDatabase(await loadSqlJs());
  migrate(database, "/w", migrations);
  const insert = (table: string, change: Row = {}): void => {
    const row = { ...schemaRows[table], ...change };
    const columns = Object.keys(row);
    database.run(
      `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
      Object.values(row),
    );
  };
  for (const table of Object.keys(schemaRows)) insert(table);
  return {
    database,
    insert,
    tried(work) {
      database.script("BEGIN");
      try {
        work();
      } finally {
        database.script("ROLLBACK");
      }
    },
  };
}
