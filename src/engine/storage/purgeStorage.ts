import type { EngineDeps } from "../engineDeps";

export interface PurgeParams {
  /** Ended runs whose end is further back than this; the latest run of each plan stays. */
  readonly runs_older_than_ms?: number;
  /** Transcripts, diffs and outputs stored longer ago than this, 0 for all, that no open run needs. */
  readonly blobs_older_than_ms?: number;
}

export interface Purged {
  readonly runs: number;
  readonly blobs: number;
  readonly bytes: number;
}

export async function purgeStorage(
  { store, clock }: Pick<EngineDeps, "store" | "clock">,
  { runs_older_than_ms, blobs_older_than_ms }: PurgeParams,
): Promise<Purged> {
  const now = clock.now();
  const runs =
    runs_older_than_ms === undefined
      ? { runs: 0, bytes: 0 }
      : await store.purgeRuns(now - runs_older_than_ms);
  const blobs =
    blobs_older_than_ms === undefined
      ? { blobs: 0, bytes: 0 }
      : // What was stored in this very millisecond is meant as well.
        await store.cleanBlobs({ before: now + 1 - blobs_older_than_ms });
  return { runs: runs.runs, blobs: blobs.blobs, bytes: runs.bytes + blobs.bytes };
}
