import type { RunId } from "../../../core/ids";
import { isFinished } from "../../../core/run/transitions";
import type { StoreCommit } from "../../../ports/store";
import type { SqlDatabase } from "../sqlDatabase";

/**
 * Runs that ended before the time given. The latest run of a plan stays, because the plan shows its state, and so does
 * every run that has not ended.
 */
export function purgeableRuns(database: SqlDatabase, olderThan: number): readonly RunId[] {
  return database
    .all(
      `SELECT r.run_id, r.status FROM runs r JOIN masterplans p ON p.masterplan_id = r.masterplan_id
       WHERE r.ended_at < ? AND r.run_id IS NOT p.latest_run ORDER BY r.run_id`,
      [olderThan],
    )
    .filter((row) => isFinished(String(row["status"]) as Parameters<typeof isFinished>[0]))
    .map((row) => String(row["run_id"]) as RunId);
}

export function purgeCommit(
  at: number,
  runs: readonly RunId[],
  reduced: readonly (readonly [number, string])[],
): StoreCommit {
  const audit = {
    action: "runs.purge",
    subject: runs.join(" "),
    result: "purged",
    detail: { frames: reduced.length },
  };
  return {
    at,
    actor: "retention",
    correlation_id: `purge-${at}`,
    changes: [
      { kind: "runs.purge", runs, reduced },
      { kind: "audit.add", row: audit },
    ],
  };
}
