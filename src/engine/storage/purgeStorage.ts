import type { EngineDeps } from "../engineDeps";

export interface PurgeParams {
  /** Ended runs whose end is further back than this; the latest run of each plan stays. */
  readonly runs_older_than_ms?: number;
  /** Transcripts, diffs and outputs stored longer ago than this, 0 for all, that no open run needs. */
  readonly blobs_older_than_ms?: number;
  /**
   * Imported states that another one replaced, damaged files and copies that imports kept: `old` leaves the last damaged
   * file and the last copy, `all` takes them too.
   */
  readonly aside?: "old" | "all";
}

export interface Purged {
  readonly runs: number;
  readonly blobs: number;
  /** Files that were set aside. */
  readonly aside: number;
  readonly bytes: number;
}

export async function purgeStorage(
  { store, clock }: Pick<EngineDeps, "store" | "clock">,
  { runs_older_than_ms, blobs_older_than_ms, aside }: PurgeParams,
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
  const files =
    aside === undefined ? { files: 0, bytes: 0 } : await store.cleanAside({ newest: aside === "all" });
  return {
    runs: runs.runs,
    blobs: blobs.blobs,
    aside: files.files,
    bytes: runs.bytes + blobs.bytes + files.bytes,
  };
}
