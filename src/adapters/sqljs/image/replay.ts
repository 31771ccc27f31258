import type { StoreCommit } from "../../../ports/store";
import type { Frame } from "../../journal/frame";
import { CommitApplier } from "../apply/commitApplier";
import { PurgedRuns } from "../purge/purgedRuns";
import { RunStates } from "../apply/runStates";
import type { SqlDatabase } from "../sqlDatabase";

export function decodeCommit(payload: Uint8Array): StoreCommit {
  return JSON.parse(
    Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("utf8"),
  ) as StoreCommit;
}

export function encodeCommit(commit: StoreCommit): Buffer {
  return Buffer.from(JSON.stringify(commit), "utf8");
}

/**
 * Applies frames to a database: all in one transaction with rows written once per run. A frame that cannot be applied
 * was never acknowledged, because the live store applies before it acknowledges; then frames are taken one by one and
 * such frames are left out and named. `purged` knows the runs whose events are on their way out of the journal.
 */
export function replay(
  database: SqlDatabase,
  frames: readonly Frame[],
  purged = new PurgedRuns(frames),
): { readonly runs: RunStates; readonly voided: readonly number[] } {
  const runs = new RunStates(database);
  const applier = new CommitApplier(database, runs, { gather: true });
  database.script("BEGIN");
  try {
    for (const frame of frames) applier.apply(replayed(frame, purged), frame.lsn);
    applier.settle();
    database.script("COMMIT");
    runs.keep();
    return { runs, voided: [] };
  } catch {
    database.script("ROLLBACK");
    return replayOneByOne(database, frames, purged);
  }
}

function replayOneByOne(
  database: SqlDatabase,
  frames: readonly Frame[],
  purged: PurgedRuns,
): { readonly runs: RunStates; readonly voided: readonly number[] } {
  const runs = new RunStates(database);
  const applier = new CommitApplier(database, runs);
  const voided: number[] = [];
  for (const frame of frames) {
    database.script("BEGIN");
    try {
      applier.apply(replayed(frame, purged), frame.lsn);
      database.script("COMMIT");
      runs.keep();
    } catch {
      database.script("ROLLBACK");
      runs.drop();
      voided.push(frame.lsn);
    }
  }
  return { runs, voided };
}

function replayed(frame: Frame, purged: PurgedRuns): StoreCommit {
  return purged.leave(withoutImport(decodeCommit(frame.payload)), frame.lsn);
}

/** The imported state is the starting point of the replay already; what else its commit says is applied. */
export function withoutImport(commit: StoreCommit): StoreCommit {
  return { ...commit, changes: commit.changes.filter((change) => change.kind !== "state.import") };
}
