import type { RunId } from "../../../core/ids";
import type { Run } from "../../../core/run/run";
import type { RunEvent } from "../../../core/run/runEvent";
import { LayeredMap } from "../../../core/run/layeredMap";
import { replayRun } from "../../../core/run/runReducer";
import type { SqlDatabase } from "../sqlDatabase";

/**
 * Reduced runs by id, loaded from the event table when first asked for. Changes stay in an overlay until the
 * transaction that made them is kept or dropped.
 */
export class RunStates {
  readonly #database: SqlDatabase;
  readonly #kept = new Map<RunId, Run | null>();
  readonly #overlay = new Map<RunId, Run | null>();

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  get(id: RunId): Run | null {
    const overlaid = this.#overlay.get(id);
    if (overlaid !== undefined) return overlaid;
    const known = this.#kept.get(id);
    if (known !== undefined) return known;
    const loaded = loadRun(this.#database, id);
    this.#kept.set(id, loaded);
    return loaded;
  }

  /** The state without what the open transaction did. */
  kept(id: RunId): Run | null {
    return this.#kept.get(id) ?? (this.#overlay.has(id) ? null : this.get(id));
  }

  set(id: RunId, run: Run | null): void {
    if (!this.#kept.has(id)) this.#kept.set(id, loadRun(this.#database, id));
    this.#overlay.set(id, run);
  }

  keep(): void {
    for (const [id, run] of this.#overlay) this.#kept.set(id, run);
    this.#overlay.clear();
  }

  /** A point inside the open transaction that can be gone back to. */
  mark(): { restore(): void } {
    const copy = new Map(this.#overlay);
    return {
      restore: () => {
        this.#overlay.clear();
        for (const [id, run] of copy) this.#overlay.set(id, run);
      },
    };
  }

  drop(): void {
    this.#overlay.clear();
  }

  /** Runs whose state is in memory, for the cache that a checkpoint writes. */
  loaded(): readonly Run[] {
    return [...this.#kept.values()].filter((run) => run !== null);
  }
}

function loadRun(database: SqlDatabase, id: RunId): Run | null {
  const cached = database.get("SELECT seq, state FROM run_cache WHERE run_id = ?", [id]);
  const state = cached === undefined ? null : decodeRun(String(cached["state"]));
  const rows = database.all("SELECT event FROM run_events WHERE run_id = ? AND seq > ? ORDER BY seq", [
    id,
    state?.seq ?? 0,
  ]);
  const events = rows.map((row) => JSON.parse(String(row["event"])) as RunEvent);
  if (events.length === 0) return state;
  return replayRun(state, events);
}

/** A run as text; maps become marked lists of entries. */
export function encodeRun(run: Run): string {
  return JSON.stringify(run, (_key, value: unknown) =>
    value instanceof Map || value instanceof LayeredMap ? { $map: [...(value as Iterable<unknown>)] } : value,
  );
}

function decodeRun(text: string): Run {
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === "object" && value !== null && "$map" in value && Array.isArray(value.$map)
      ? new Map(value.$map as [unknown, unknown][])
      : value,
  ) as Run;
}

/** Writes reduced states into the database, so that the next opening need not reduce long histories again. */
export function cacheRuns(database: SqlDatabase, runs: readonly Run[], minEvents = 50): void {
  for (const run of runs) {
    if (run.seq < minEvents) continue;
    database.run("INSERT OR REPLACE INTO run_cache (run_id, seq, state) VALUES (?, ?, ?)", [
      run.id,
      run.seq,
      encodeRun(run),
    ]);
  }
}
