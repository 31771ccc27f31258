import { MasterPlanError } from "../../../core/errors";
import type { BlobKind, StoreCommit } from "../../../ports/store";
import { checkImported } from "./checkImported";
import { CommitApplier } from "../apply/commitApplier";
import { keepImported } from "./importedState";
import { migrate } from "../schema/migrations";
import { withoutImport } from "../image/replay";
import { RunStates } from "../apply/runStates";
import { SqlDatabase } from "../sqlDatabase";
import type { StoreContext } from "../storeContext";
import { exportedBlobs, readExport } from "./transferState";

export interface PreparedImport {
  readonly imported: { readonly hash: string; readonly bytes: Uint8Array };
  readonly blobs: readonly { readonly kind: BlobKind; readonly content: Uint8Array }[];
}

/**
 * Checks an exported state to the last byte and in all it says, and keeps its database in the store's folder. Changes no
 * state yet: once the journal names it, it must not be refused any more.
 */
export async function prepareImport(
  context: StoreContext,
  source: string,
  unique: string,
): Promise<PreparedImport> {
  const entries = await readExport(context.disk, source);
  const state = entries.find((entry) => entry.name === "state.db");
  if (state === undefined) throw new MasterPlanError("store.corrupt", `${source} holds no database`);
  const bytes = checkImported(context.engine, state.content, source, context.migrations);
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
  try {
    migrate(database, context.workspace, context.migrations);
    database.run("UPDATE workspaces SET path = ?", [context.workspace]);
    const runs = new RunStates(database);
    database.script("BEGIN");
    new CommitApplier(database, runs).apply(withoutImport(commit), lsn);
    database.script("COMMIT");
    runs.keep();
    return { database, runs };
  } catch (error) {
    database.close();
    throw error;
  }
}
