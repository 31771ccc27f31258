import { planSchema } from "./schema";
import { runSchema } from "./runSchema";
import type { SqlDatabase } from "../sqlDatabase";

/** One step of the schema. Steps are only ever added; a released one is never edited. */
export interface Migration {
  /** The version that the database has afterwards. */
  readonly to: number;
  migrate(database: SqlDatabase, workspace: string): void;
}

export const migrations: readonly Migration[] = [
  {
    to: 1,
    migrate(database, workspace) {
      database.script(planSchema + runSchema);
      database.run("INSERT INTO workspaces (workspace_id, path) VALUES ('workspace', ?)", [workspace]);
    },
  },
];

export function newestSchema(steps: readonly Migration[]): number {
  return steps.reduce((newest, step) => Math.max(newest, step.to), 0);
}

/** The version a database has; 0 for an empty one. */
export function schemaVersion(database: SqlDatabase): number {
  return Number(database.get("PRAGMA user_version")?.["user_version"] ?? 0);
}

/** Brings a database, which is a copy in memory, to the newest version; each step is one transaction. */
export function migrate(database: SqlDatabase, workspace: string, steps: readonly Migration[]): void {
  for (const step of [...steps].sort((a, b) => a.to - b.to)) {
    if (step.to <= schemaVersion(database)) continue;
    database.script("BEGIN");
    try {
      step.migrate(database, workspace);
      database.script(`PRAGMA user_version = ${step.to}`);
      database.script("COMMIT");
    } catch (error) {
      database.script("ROLLBACK");
      throw error;
    }
  }
}
