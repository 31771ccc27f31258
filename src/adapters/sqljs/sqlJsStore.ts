import path from "node:path";
import { MasterPlanError } from "../../core/errors";
import type { ApprovalId, PlanId, RunId } from "../../core/ids";
import type { JsonObject } from "../../core/json";
import type { Run } from "../../core/run/run";
import type {
  ApprovalRow,
  BlobKind,
  HistoryRow,
  PlanRow,
  PlanVersionRow,
  RunRow,
  Store,
  StoreCommit,
  StoredEvent,
  StoreInfo,
  StoreRemedy,
  StoreVerification,
} from "../../ports/store";
import { journalNames } from "../journal/journalHeader";
import { BlobStore } from "../node/blobStore";
import { holderText, readLease, type Lease } from "../node/lease";
import { progressOf, withRecordedProgress } from "./applyPlan";
import { buildImported, importCommit, prepareImport } from "./importState";
import type { LoadedState } from "./loadState";
import { blobsInUse, blobsOf, planReduction, purgeableRuns, purgeCommit, reduceJournals } from "./purgeRuns";
import type { SqlDatabase } from "./sqlDatabase";
import { verifyStore } from "./verifyStore";
import { writeExport } from "./transferState";
import { quarantined } from "./quarantine";
import { checkSpace, type SpaceReport } from "./storeSpace";
import type { StoreContext } from "./storeContext";
import { StoreReader } from "./storeReader";
import { StoreWriter } from "./storeWriter";

export interface OpenedStore {
  readonly state: LoadedState;
  readonly lease: Lease | null;
  /** Why it is read-only; null for the writer. */
  readonly reason: string | null;
  readonly remedy: StoreRemedy | null;
  readonly notices: readonly string[];
  /** Reads the folder again, for processes that do not write. */
  readonly load: () => Promise<LoadedState>;
}

type Listener = (commit: StoreCommit, lsn: number) => void;

/** The store over one folder: an in-memory database fed by the journal. */
export class SqlJsStore implements Store {
  readonly #context: StoreContext;
  readonly #load: () => Promise<LoadedState>;
  readonly #blobs: BlobStore;
  readonly #listeners = new Set<Listener>();
  readonly #notices: string[];
  readonly #remedy: StoreRemedy | null;
  #state: LoadedState;
  #reader: StoreReader;
  #writer: StoreWriter | null = null;
  #reason: string | null;
  #journalBytes = 0;
  #quarantined: readonly string[] = [];
  #holder: string | null = null;

  private constructor(context: StoreContext, opened: OpenedStore) {
    this.#context = context;
    this.#load = opened.load;
    this.#state = opened.state;
    this.#reader = new StoreReader(opened.state.database, opened.state.runs);
    this.#reason = opened.reason;
    this.#notices = [...opened.notices];
    this.#remedy = opened.remedy;
    this.#blobs = new BlobStore(
      context.disk,
      context.directory,
      () => `${process.pid}-${context.ids.ulid()}`,
    );
  }

  static async create(context: StoreContext, opened: OpenedStore): Promise<SqlJsStore> {
    const store = new SqlJsStore(context, opened);
    if (opened.lease !== null) {
      store.#writer = await StoreWriter.start(context, opened.lease, opened.state, {
        onCommit: (commit, lsn) => store.#announce(commit, lsn),
        onLost: (reason) => store.#lose(reason),
      });
    }
    await store.#lookAround();
    return store;
  }

  get access(): "write" | "read" {
    return this.#writer === null || this.#reason !== null ? "read" : "write";
  }

  get read_only_reason(): string | null {
    return this.#reason;
  }

  async commit(commit: StoreCommit): Promise<number> {
    const writer = this.#mustWrite();
    return writer.commit(
      withRecordedProgress(commit, (id) => {
        writer.beforeRead();
        return progressOf(this.#state.database, id);
      }),
    );
  }

  onDidCommit(listener: Listener): { dispose(): void } {
    // Wrapped, so that one function may listen twice.
    const entry: Listener = (commit, lsn) => listener(commit, lsn);
    this.#listeners.add(entry);
    return { dispose: () => void this.#listeners.delete(entry) };
  }

  plans(): readonly PlanRow[] {
    return this.#read().plans();
  }

  plan(id: PlanId): PlanRow | null {
    return this.#read().plan(id);
  }

  version(id: PlanId, version: number): PlanVersionRow | null {
    return this.#read().version(id, version);
  }

  versions(id: PlanId): readonly Omit<PlanVersionRow, "plan">[] {
    return this.#read().versions(id);
  }

  approvals(planId?: PlanId): readonly ApprovalRow[] {
    return this.#read().approvals(planId);
  }

  approval(id: ApprovalId): ApprovalRow | null {
    return this.#read().approval(id);
  }

  runs(planId?: PlanId): readonly RunRow[] {
    return this.#read().runs(planId);
  }

  run(id: RunId): Run | null {
    return this.#writer === null ? this.#reader.run(id) : this.#writer.run(id);
  }

  events(id: RunId, options?: { readonly after?: number; readonly limit?: number }): readonly StoredEvent[] {
    return this.#read().events(id, options);
  }

  history(planId?: PlanId): readonly HistoryRow[] {
    return this.#read().history(planId);
  }

  setting(key: string): JsonObject | null {
    return this.#read().setting(key);
  }

  rows(
    table: string,
    where?: Readonly<Record<string, string | number | null>>,
  ): readonly Readonly<Record<string, unknown>>[] {
    return this.#read().rows(table, where);
  }

  readyTasks(id: RunId): readonly string[] {
    return this.#read().readyTasks(id);
  }

  async putBlob(bytes: Uint8Array, kind: BlobKind): Promise<string> {
    this.#mustWrite();
    return this.#blobs.put(bytes, kind);
  }

  blob(hash: string): Promise<Uint8Array | null> {
    return this.#blobs.get(hash);
  }

  cleanBlobs(limits: {
    readonly before?: number;
    readonly max_bytes?: number;
  }): Promise<{ readonly blobs: number; readonly bytes: number }> {
    this.#mustWrite();
    return this.#blobs.clean(limits, this.withDatabase(blobsInUse));
  }

  info(): StoreInfo {
    return {
      location: this.#context.directory,
      access: this.access,
      read_only_reason: this.#reason,
      remedy: this.access === "read" ? this.#remedy : null,
      workspace: this.#context.workspace,
      epoch: this.#writer?.lease.epoch ?? 0,
      lsn: this.#writer?.lsn ?? this.#state.end.lsn,
      image_bytes: this.#writer?.imageBytes ?? this.#state.imageBytes,
      journal_bytes: this.#journalBytes + (this.#writer?.written ?? 0),
      blob_bytes: this.#blobs.bytes,
      quarantined: this.#quarantined,
      notices: this.#notices,
      writer: this.#writer === null ? this.#holder : holderText(this.#writer.lease.record),
    };
  }

  checkSpace(budget?: { readonly budget_bytes: number | null }): Promise<SpaceReport> {
    return checkSpace(this.#context.disk, this.info(), budget?.budget_bytes ?? null);
  }

  async reload(): Promise<void> {
    if (this.#writer !== null) return;
    const state = await this.#load();
    this.#state.database.close();
    this.#state = state;
    this.#reader = new StoreReader(state.database, state.runs);
    await this.#measure();
  }

  /** Makes an image now; false when there is nothing to do. */
  checkpoint(): Promise<boolean> {
    return this.#writer?.checkpoint() ?? Promise.resolve(false);
  }

  /** Hands out the database as the acknowledged commits made it, for reading at a level below the port. */
  withDatabase<T>(read: (database: SqlDatabase) => T): T {
    this.#writer?.settle();
    return read(this.#state.database);
  }

  verify(): Promise<StoreVerification> {
    return verifyStore(this.#context, this.#writer, this.#state);
  }

  async exportState(target: string): Promise<{ readonly bytes: number }> {
    const { disk, directory } = this.#context;
    this.#writer?.settle();
    // From memory: it works just as well when the folder has become unwritable or unreadable.
    const image = this.#state.database.image();
    return { bytes: await writeExport(disk, directory, this.#blobs, image, target, this.#unique()) };
  }

  async importState(source: string): Promise<void> {
    const writer = this.#mustWrite();
    const { imported, blobs } = await prepareImport(this.#context, source, this.#unique());
    for (const blob of blobs) await this.#blobs.put(blob.content, blob.kind);
    const commit = importCommit(this.#context, imported.hash, source);
    await writer.replaceState(commit, (lsn) => {
      const state = buildImported(this.#context, imported.bytes, commit, lsn);
      this.#state.database.close();
      this.#state = { ...this.#state, ...state };
      this.#reader = new StoreReader(state.database, state.runs);
      return state;
    });
    await writer.checkpoint();
    this.#announce(commit, writer.lsn);
  }

  async purgeRuns(olderThan: number): Promise<{ readonly runs: number; readonly bytes: number }> {
    const writer = this.#mustWrite();
    const { disk, directory } = this.#context;
    writer.beforeRead();
    const runs = purgeableRuns(this.#state.database, olderThan);
    if (runs.length === 0) return { runs: 0, bytes: 0 };
    const blobs = blobsOf(this.#state.database, runs);
    await writer.rotate();
    const reduced = await planReduction(disk, directory, runs);
    await this.commit(purgeCommit(this.#context.clock.now(), runs, reduced));
    await writer.rotate();
    const gained = await reduceJournals(disk, directory, runs, reduced, () => this.#unique());
    const removed = await this.#blobs.remove(blobs);
    await writer.checkpoint();
    await this.#measure();
    return { runs: runs.length, bytes: gained + removed };
  }

  async close(): Promise<void> {
    await this.#writer?.close();
    this.#writer = null;
    this.#reason ??= "the store is closed";
    this.#listeners.clear();
    this.#state.database.close();
  }

  #read(): StoreReader {
    this.#writer?.beforeRead();
    return this.#reader;
  }

  #mustWrite(): StoreWriter {
    if (this.#writer !== null && this.#reason === null) return this.#writer;
    throw new MasterPlanError(
      "store.readOnly",
      `Plans can only be read here: ${this.#reason ?? "no write access"}`,
    );
  }

  #unique(): string {
    return `${process.pid}-${this.#context.ids.ulid()}`;
  }

  #announce(commit: StoreCommit, lsn: number): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(commit, lsn);
      } catch (error) {
        this.#context.logger.log("error", "A commit listener failed", { error: String(error) });
      }
    }
  }

  #lose(reason: MasterPlanError): void {
    this.#reason = reason.hint === undefined ? reason.message : `${reason.message}. ${reason.hint}`;
    this.#context.logger.log("error", "The store has become read-only", {
      code: reason.code,
      reason: reason.message,
    });
    this.#context.onReadOnly();
  }

  /** Sizes and old blobs: nothing here may keep the plans from being opened. */
  async #lookAround(): Promise<void> {
    const { limits, clock, logger } = this.#context;
    try {
      await this.#measure();
      if (this.#writer === null) return;
      const before = limits.blobAgeMs === 0 ? 0 : clock.now() - limits.blobAgeMs;
      await this.#blobs.clean({ before, max_bytes: limits.blobBytes }, blobsInUse(this.#state.database));
    } catch (error) {
      logger.log("warn", "The size of the store could not be told", { error: String(error) });
    }
  }

  async #measure(): Promise<void> {
    const { disk, directory } = this.#context;
    let bytes = 0;
    for (const name of journalNames(await disk.list(directory)))
      bytes += (await disk.stat(path.join(directory, name)))?.bytes ?? 0;
    this.#journalBytes = bytes - (this.#writer?.written ?? 0) - (this.#writer?.spare ?? 0);
    this.#quarantined = await quarantined(disk, directory);
    const holder = this.#writer === null ? await readLease(disk, directory) : null;
    this.#holder = holder === null || holder.released ? null : holderText(holder);
    await this.#blobs.count(this.#writer !== null);
  }
}
