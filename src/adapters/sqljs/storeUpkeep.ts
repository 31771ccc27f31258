import type { RunId } from "../../core/ids";
import type { BlobKind, ImportOptions, StoreCommit } from "../../ports/store";
import type { BlobStore } from "../node/files/blobStore";
import { cleanAside } from "./asideFiles";
import { blobsInUse, blobsOf, blobsWithoutRun } from "./blobUses";
import { removeUnnamed } from "./transfer/importedState";
import { buildImported, importCommit, prepareImport } from "./transfer/importState";
import { begunPurge, endPurge, markPurge } from "./purge/purgeMark";
import { purgeableRuns, purgeCommit } from "./purge/purgeRuns";
import { planReduction, reduceJournals } from "./purge/reduceJournals";
import type { RunStates } from "./apply/runStates";
import type { SqlDatabase } from "./sqlDatabase";
import type { StoreContext } from "./storeContext";
import { asStoreError } from "./storeIdentity";
import type { StoreWriter } from "./storeWriter";
import { writeExport } from "./transfer/transferState";

interface NewState {
  readonly database: SqlDatabase;
  readonly runs: RunStates;
}

/**
 * Work on the whole folder, one at a time: what rewrites journal files or removes blobs must not meet what reads them.
 * Commits go on meanwhile.
 */
export class StoreUpkeep {
  readonly #context: StoreContext;
  readonly #blobs: BlobStore;
  /** The tables, with everything that is acknowledged. */
  readonly #tables: () => SqlDatabase;
  #last: Promise<unknown> = Promise.resolve();

  constructor(context: StoreContext, blobs: BlobStore, tables: () => SqlDatabase) {
    this.#context = context;
    this.#blobs = blobs;
    this.#tables = tables;
  }

  /** Runs `task` when everything asked for before has ended, however it ended. `failed` says what a failure means. */
  alone<T>(task: () => Promise<T>, failed: string): Promise<T> {
    const next = this.#last.then(task).catch((error: unknown) => {
      throw asStoreError(error, failed);
    });
    this.#last = next.catch(() => undefined);
    return next;
  }

  async idle(): Promise<void> {
    await this.#last;
  }

  purge(writer: StoreWriter, olderThan: number): Promise<{ readonly runs: number; readonly bytes: number }> {
    return this.alone(async () => {
      const gone = await writer.withoutCheckpoints(() => this.#purge(writer, olderThan));
      if (gone.runs > 0) await writer.checkpoint();
      return gone;
    }, "Old runs could not be removed");
  }

  /**
   * The order makes every step safe to be the last: nothing is added about the runs, the mark says that a purge is under
   * way, its frame says which, and from then on neither replay nor anybody else looks at what is being removed.
   */
  async #purge(writer: StoreWriter, olderThan: number): Promise<{ runs: number; bytes: number }> {
    const { disk, directory, clock } = this.#context;
    const begun = await begunPurge(disk, directory);
    const choose = (): readonly RunId[] => purgeableRuns(this.#tables(), olderThan);
    if (begun === null && choose().length === 0) return { runs: 0, bytes: 0 };
    const runs = await writer.closeRuns(choose);
    try {
      // One that failed on its way comes first: what this one records rests on it.
      let bytes = await this.#finish(writer, begun ?? []);
      if (runs.length === 0) return { runs: 0, bytes };
      const blobs = blobsOf(this.#tables(), runs);
      const reduced = await planReduction(disk, directory, runs);
      await markPurge(disk, directory, blobs);
      await writer.commit(purgeCommit(clock.now(), runs, reduced));
      await writer.rotate();
      bytes += await this.#finish(writer, blobs);
      bytes += await removeUnnamed(disk, directory);
      return { runs: runs.length, bytes };
    } finally {
      // A run that is gone is unknown from now on; one that was not removed after all goes on as before.
      const there = new Set(
        this.#tables()
          .all("SELECT run_id FROM runs")
          .map((row) => row["run_id"]),
      );
      writer.openRuns(runs.filter((run) => there.has(run)));
    }
  }

  async #finish(writer: StoreWriter, blobs: readonly string[]): Promise<number> {
    return finishPurge(this.#context, this.#blobs, this.#tables(), blobs, () => writer.lease.confirm());
  }

  /**
   * `install` is told the state that everybody reads from now on, between two batches. A copy of what was to be replaced
   * goes again where `allow` refuses.
   */
  import(
    writer: StoreWriter,
    source: string,
    { keep, allow }: ImportOptions,
    install: (state: NewState) => void,
  ): Promise<StoreCommit> {
    return this.alone(async () => {
      const { imported, blobs } = await prepareImport(this.#context, source, this.#unique());
      if (keep !== undefined) await this.#write(keep);
      const commit = importCommit(this.#context, imported.hash, source);
      const held = await this.#keep(blobs);
      let proved = false as boolean;
      try {
        const build = (lsn: number): NewState => {
          allow?.();
          const state = buildImported(this.#context, imported.bytes, commit, lsn);
          proved = true;
          return state;
        };
        await writer.replaceState(commit, build, install);
      } catch (error) {
        // Once its frame may be on disk, the copy may be all that is left of what was here.
        if (!proved && keep !== undefined) await this.#context.disk.remove(keep);
        throw error;
      } finally {
        this.#blobs.release(held);
      }
      await writer.checkpoint();
      return commit;
    }, `${source} could not be imported`);
  }

  async #keep(
    blobs: readonly { readonly kind: BlobKind; readonly content: Uint8Array }[],
  ): Promise<readonly string[]> {
    const held: string[] = [];
    try {
      for (const blob of blobs) held.push(await this.#blobs.put(blob.content, blob.kind));
    } catch (error) {
      this.#blobs.release(held);
      throw error;
    }
    return held;
  }

  /** From memory: it works just as well when the folder has become unwritable or unreadable. */
  export(target: string): Promise<{ readonly bytes: number }> {
    return this.alone(async () => ({ bytes: await this.#write(target) }), `${target} could not be written`);
  }

  #write(target: string): Promise<number> {
    const { disk, directory } = this.#context;
    return writeExport(disk, directory, this.#blobs, this.#tables().image(), target, this.#unique());
  }

  cleanBlobs(limits: {
    readonly before?: number;
    readonly max_bytes?: number;
  }): Promise<{ readonly blobs: number; readonly bytes: number }> {
    const clean = (): Promise<{ readonly blobs: number; readonly bytes: number }> =>
      this.#blobs.clean(limits, blobsInUse(this.#tables()));
    return this.alone(clean, "Old transcripts and outputs could not be removed");
  }

  cleanAside(
    writer: StoreWriter,
    what: { readonly newest: boolean },
  ): Promise<{ readonly files: number; readonly bytes: number }> {
    const { disk, directory } = this.#context;
    return this.alone(async () => {
      await writer.lease.confirm();
      return cleanAside(disk, directory, this.#tables(), what);
    }, "Files that were set aside could not be removed");
  }

  #unique(): string {
    return `${process.pid}-${this.#context.ids.ulid()}`;
  }
}

/**
 * Takes out of the journal, and of the blobs, what the purges of its chain have removed. `blobs` are those that the last
 * purge named. Answers the bytes gained.
 */
export async function finishPurge(
  { disk, directory, ids }: Pick<StoreContext, "disk" | "directory" | "ids">,
  store: BlobStore,
  tables: SqlDatabase,
  blobs: readonly string[],
  confirm: () => Promise<void>,
): Promise<number> {
  const unique = (): string => `${process.pid}-${ids.ulid()}`;
  let gained = await reduceJournals(disk, directory, unique, confirm);
  if (blobs.length > 0) gained += await store.remove(blobsWithoutRun(tables, blobs));
  await endPurge(disk, directory);
  return gained;
}
