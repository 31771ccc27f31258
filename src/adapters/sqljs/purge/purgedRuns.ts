import type { RunId } from "../../../core/ids";
import type { StoreCommit } from "../../../ports/store";
import type { Frame } from "../../journal/frame";

/** A purge as its frame records it. */
export interface Purge {
  readonly lsn: number;
  readonly runs: ReadonlySet<string>;
  /** LSN and hash of what is left of each payload that it shortens. */
  readonly reduced: ReadonlyMap<number, string>;
}

/** The purges among these frames, oldest first. */
export function purgesIn(frames: readonly Frame[]): readonly Purge[] {
  const purges: Purge[] = [];
  for (const frame of frames) {
    const payload = Buffer.from(frame.payload.buffer, frame.payload.byteOffset, frame.payload.byteLength);
    // Looking for the bytes first spares parsing every payload twice.
    if (!payload.includes('"runs.purge"')) continue;
    for (const change of (JSON.parse(payload.toString("utf8")) as StoreCommit).changes) {
      if (change.kind !== "runs.purge") continue;
      purges.push({
        lsn: frame.lsn,
        runs: new Set<string>(change.runs),
        reduced: new Map(change.reduced),
      });
    }
  }
  return purges;
}

/**
 * Runs whose events are leaving the journal. Its files are rewritten one by one, so a crash may leave some events of a
 * run and not others; none of them is replayed then, and everything else in the same commits is. A run may come back
 * with an imported state, so only what was committed before the purge is left out.
 */
export class PurgedRuns {
  readonly #before = new Map<string, number>();

  constructor(frames: readonly Frame[]) {
    for (const { lsn, runs } of purgesIn(frames)) for (const run of runs) this.#before.set(run, lsn);
  }

  /** What is replayed of a commit. */
  leave(commit: StoreCommit, lsn: number): StoreCommit {
    if (this.#before.size === 0) return commit;
    return withoutRuns(commit, (run) => lsn < (this.#before.get(run) ?? 0)) ?? commit;
  }
}

/** What is left of a commit without what it says about these runs; null when nothing of it goes. */
export function withoutRuns(commit: StoreCommit, isPurged: (run: RunId) => boolean): StoreCommit | null {
  const changes = commit.changes.filter(
    (change) =>
      !(change.kind === "run.event" && isPurged(change.run)) &&
      !(change.kind === "snapshot.put" && isPurged(change.row.run_id)),
  );
  return changes.length === commit.changes.length ? null : { ...commit, changes };
}
