import { MasterPlanError } from "../../core/errors";
import type { BlobKind, StoreCommit } from "../../ports/store";
import { CommitApplier } from "./commitApplier";
import { keepImported } from "./importedState";
import { migrate, newestSchema, schemaVersion } from "./migrations";
import { withoutImport } from "./replay";
import { RunStates } from "./runStates";
import { SqlDatabase } from "./sqlDatabase";
import type { StoreContext } from "./storeContext";
import { exportedBlobs, readExport } from "./transferState";

export interface PreparedImport {
  readonly imported: { readonly hash: string; readonly bytes: Uint8Array };
  readonly blobs: readonly { readonly kind: BlobKind; readonly content: Uint8Array }[];
}

/** Checks an exported state to the last byte and keeps its database in the store's folder. Changes no state yet. */
export async function prepareImport(
  context: StoreContext,
  source: string,
  unique: string,
): Promise<PreparedImport> {
  const entries = await readExport(context.disk, source);
  const state = entries.find((entry) => entry.name === "state.db");
  if (state === undefined) throw new MasterPlanError("store.corrupt", `${source} holds no database`);
  const bytes = Uint8Array.from(state.content);
  const database = new SqlDatabase(context.engine, Uint8Array.from(bytes));
  try {
    if (schemaVersion(database) > newestSchema(context.migrations)) {
      throw new MasterPlanError("store.newer", `${source} was exported by a later version of MasterPlan`, {
        hint: "Update MasterPlan, then import it again",
      });
    }
    const answer = database.get("PRAGMA integrity_check(1)")?.["integrity_check"];
    if (answer !== "ok" || schemaVersion(database) === 0) {
      throw new MasterPlanError("store.corrupt", `The database in ${source} is not sound: ${String(answer)}`);
    }
  } finally {
    database.close();
  }
  const hash = await keepImported(context.disk, context.directory, bytes, unique);
  return { imported: { hash, bytes }, blobs: exportedBlobs(entries) };
}

export function importCommit(context: StoreContext, hash: string, source: string): StoreCommit {
  const at = context.clock.now();
  return {
    at,
    actor: "import",
    correlation_id: `import-${at}`,
    changes: [
      { kind: "state.import", image: hash, workspace: context.workspace },
      {
        kind: "audit.add",
        row: { action: "state.import", subject: source, result: "imported", detail: { image: hash } },
      },
    ],
  };
}

/** The imported database with the rows of the import's own commit, exactly as replay builds it. */
export function buildImported(
  context: StoreContext,
  bytes: Uint8Array,
  commit: StoreCommit,
  lsn: number,
): { readonly database: SqlDatabase; readonly runs: RunStates } {
  const database = new SqlDatabase(context.engine, Uint8Array.from(bytes));
  migrate(database, context.workspace, context.migrations);
  database.run("UPDATE workspaces SET path = ?", [context.workspace]);
  const runs = new RunStates(database);
  database.script("BEGIN");
  new CommitApplier(database, runs).apply(withoutImport(commit), lsn);
  database.script("COMMIT");
  runs.keep();
  return { database, runs };
}
