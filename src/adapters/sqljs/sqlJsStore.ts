import { MasterPlanError } from "../../core/errors";
import type { ApprovalId, PlanId, RunId } from "../../core/ids";
import type { JsonObject } from "../../core/json";
import type { Run } from "../../core/run/run";
import type { BlobKind, ImportOptions, Store, StoreCommit } from "../../ports/store";
import type { StoreInfo, StoreRemedy, StoreVerification } from "../../ports/storeInfo";
import type {
  ApprovalRow,
  HistoryRow,
  PlanRow,
  PlanVersionRow,
  RunRow,
  StoredEvent,
} from "../../ports/storeRows";
import { BlobStore } from "../node/files/blobStore";
import type { Lease } from "../node/writer/lease";
import { progressOf, withRecordedProgress } from "./apply/applyPlan";
import { CommitListeners, type CommitListener } from "./commitListeners";
import type { LoadedState } from "./image/loadState";
import { blobsInUse } from "./blobUses";
import type { SqlDatabase } from "./sqlDatabase";
import { verifyStore } from "./verify/verifyStore";
import { checkSpace, type SpaceReport } from "./storeSpace";
import type { StoreContext } from "./storeContext";
import { StoreReader } from "./storeReader";
import { StoreSize } from "./storeSize";
import { StoreUpkeep } from "./storeUpkeep";
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

/** The store over one folder: an in-memory database fed by the journal. */
export class SqlJsStore implements Store {
  readonly #context: StoreContext;
  readonly #load: () => Promise<LoadedState>;
  readonly #blobs: BlobStore;
  readonly #listeners: CommitListeners;
  readonly #notices: string[];
  readonly #remedy: StoreRemedy | null;
  #state: LoadedState;
  #reader: StoreReader;
  #writer: StoreWriter | null = null;
  #reason: string | null;
  readonly #size: StoreSize;
  readonly #upkeep: StoreUpkeep;

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
    this.#size = new StoreSize(context, this.#blobs);
    this.#upkeep = new StoreUpkeep(context, this.#blobs, () => this.withDatabase((database) => database));
    this.#listeners = new CommitListeners(context.logger);
  }

  static async create(context: StoreContext, opened: OpenedStore): Promise<SqlJsStore> {
    const store = new SqlJsStore(context, opened);
    if (opened.lease !== null) {
      store.#writer = await StoreWriter.start(context, opened.lease, opened.state, {
        onCommit: (commit, lsn) => {
          store.#blobs.releaseNamed(commit);
          store.#listeners.tell(commit, lsn);
        },
        onLost: (reason) => store.#lose(reason),
      });
    }
    await store.#size.lookAround(store.#writer, () => blobsInUse(opened.state.database));
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

  onDidCommit(listener: CommitListener): { dispose(): void } {
    return this.#listeners.add(listener);
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
    return this.#upkeep.cleanBlobs(limits);
  }

  async cleanAside(what: {
    readonly newest: boolean;
  }): Promise<{ readonly files: number; readonly bytes: number }> {
    const writer = this.#mustWrite();
    const gone = await this.#upkeep.cleanAside(writer, what);
    await this.#size.measureOrSay(writer);
    return gone;
  }

  info(): StoreInfo {
    return {
      ...this.#size.told(this.#writer, this.#state),
      access: this.access,
      read_only_reason: this.#reason,
      remedy: this.access === "read" ? this.#remedy : null,
      notices: this.#notices,
    };
  }

  async checkSpace(budget?: { readonly budget_bytes: number | null }): Promise<SpaceReport> {
    const report = await checkSpace(this.#context.disk, this.info(), budget?.budget_bytes ?? null);
    // What a full disk used up is set aside anew as soon as there is room again.
    if (report.problem === null) await this.#writer?.keepReserve();
    return report;
  }

  async reload(): Promise<void> {
    if (this.#writer !== null) return;
    const state = await this.#load();
    this.#state.database.close();
    this.#state = state;
    this.#reader = new StoreReader(state.database, state.runs);
    await this.#size.measure(this.#writer);
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
    const verify = (): Promise<StoreVerification> => verifyStore(this.#context, this.#writer, this.#state);
    return this.#upkeep.alone(verify, "The plans could not be verified");
  }

  exportState(target: string): Promise<{ readonly bytes: number }> {
    return this.#upkeep.export(target);
  }

  async importState(source: string, options: ImportOptions = {}): Promise<void> {
    const writer = this.#mustWrite();
    const commit = await this.#upkeep.import(writer, source, options, (state) => {
      this.#state.database.close();
      this.#state = { ...this.#state, ...state };
      this.#reader = new StoreReader(state.database, state.runs);
    });
    await this.#size.measureOrSay(writer);
    this.#listeners.tell(commit, writer.lsn);
  }

  async purgeRuns(olderThan: number): Promise<{ readonly runs: number; readonly bytes: number }> {
    const writer = this.#mustWrite();
    const gone = await this.#upkeep.purge(writer, olderThan);
    await this.#size.measureOrSay(writer);
    return gone;
  }

  async close(): Promise<void> {
    await this.#upkeep.idle();
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

  #lose(reason: MasterPlanError): void {
    this.#reason = reason.hint === undefined ? reason.message : `${reason.message}. ${reason.hint}`;
    this.#context.logger.log("error", "The store has become read-only", {
      code: reason.code,
      reason: reason.message,
    });
    this.#context.onReadOnly();
  }
}
