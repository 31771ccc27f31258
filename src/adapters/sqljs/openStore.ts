import path from "node:path";
import type { SqlJsStatic } from "sql.js";
import type { Clock, IdSource } from "../../ports/clock";
import type { Disk } from "../../ports/disk";
import type { Logger } from "../../ports/logger";
import type { StoreRemedy } from "../../ports/storeInfo";
import { fenceWriter } from "../journal/fenceWriter";
import { journalNames, parseJournalName } from "../journal/journalHeader";
import { readMark, WatermarkFile } from "../journal/watermark";
import { BlobStore } from "../node/files/blobStore";
import { acquireLease, holderText, readLease, type Lease } from "../node/writer/lease";
import { livenessOf } from "../node/writer/processIdentity";
import { NodeDisk } from "../node/files/nodeDisk";
import { loadSqlJs } from "./loadSqlJs";
import { loadState, type LoadedState } from "./image/loadState";
import { imageName, publishImage } from "./image/image";
import { checkImage } from "./image/checkpoint";
import { migrations, schemaVersion, type Migration } from "./schema/migrations";
import { keepOlder, quarantine } from "./image/quarantine";
import { begunPurge } from "./purge/purgeMark";
import { SqlJsStore } from "./sqlJsStore";
import { defaultLimits, type StoreContext, type StoreLimits } from "./storeContext";
import { finishPurge } from "./storeUpkeep";
import { asStoreError, holdsStore, writeIdentity } from "./storeIdentity";

export interface OpenStoreOptions {
  /** Folder of the store; created when it is missing and access is `write`. */
  readonly directory: string;
  /** Real path of the workspace folder. */
  readonly workspace: string;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly disk?: Disk;
  readonly access?: "write" | "read";
  /** Bundle of the checkpoint worker; without it checkpoints are made on this thread. */
  readonly workerFile?: string;
  /** A person's word: take writing over from a process that is not proved dead. */
  readonly takeOver?: boolean;
  /** A person's word: go on with what can be read of a damaged journal. */
  readonly acceptLoss?: boolean;
  readonly limits?: Partial<StoreLimits>;
  /** Called once, when nothing can be written any more: the disk failed, or a person wrote elsewhere. */
  readonly onReadOnly?: () => void;
  readonly migrations?: readonly Migration[];
  /** The loaded SQLite build, for those who open many stores. */
  readonly engine?: SqlJsStatic;
}

/**
 * Opens the durable state of a workspace: the newest sound image and the journal after it. Falls back to read-only,
 * and says why, when another process writes, when the folder cannot be written, when it was written by a later
 * version, or when acknowledged commits are damaged. Rejects only when nothing can be read at all.
 */
export async function openStore(options: OpenStoreOptions): Promise<SqlJsStore> {
  const context: StoreContext = {
    disk: options.disk ?? new NodeDisk(),
    directory: options.directory,
    engine: options.engine ?? (await loadSqlJs()),
    workspace: options.workspace,
    clock: options.clock,
    ids: options.ids,
    logger: options.logger,
    migrations: options.migrations ?? migrations,
    workerFile: options.disk === undefined ? (options.workerFile ?? null) : null,
    limits: { ...defaultLimits, ...options.limits },
    onReadOnly: options.onReadOnly ?? (() => undefined),
  };
  const opening = new Opening(context, options);
  try {
    return await opening.open();
  } catch (error) {
    await opening.giveUp();
    throw asStoreError(error, `The plans in ${options.directory} cannot be opened`);
  }
}

class Opening {
  readonly #context: StoreContext;
  readonly #options: OpenStoreOptions;
  readonly #notices: string[] = [];
  #lease: Lease | null = null;
  #reason: string | null = null;
  #remedy: StoreRemedy | null = null;

  constructor(context: StoreContext, options: OpenStoreOptions) {
    this.#context = context;
    this.#options = options;
  }

  async open(): Promise<SqlJsStore> {
    if (this.#options.access === "read") this.#reason = "it was opened for reading";
    else await this.#tryToWrite();
    const load = (): Promise<LoadedState> => this.#load();
    const state = await load();
    try {
      if (this.#lease !== null) await this.#putRight(state);
      this.#describe(state);
      return await SqlJsStore.create(this.#context, {
        state,
        lease: this.#lease,
        reason: this.#reason,
        remedy: this.#remedy,
        notices: this.#notices,
        load,
      });
    } catch (error) {
      state.database.close();
      throw error;
    }
  }

  async giveUp(): Promise<void> {
    await this.#lease?.release().catch(() => undefined);
  }

  async #tryToWrite(): Promise<void> {
    const { disk, directory, workspace, clock, ids } = this.#context;
    try {
      await disk.makeDirectory(directory);
      if (!(await holdsStore(disk, directory))) {
        const identity = { format: 1 as const, store_id: ids.ulid(), workspace, created_at: clock.now() };
        await writeIdentity(disk, directory, identity, this.#unique());
      }
      const epochs = journalNames(await disk.list(directory)).map(
        (name) => parseJournalName(name)?.epoch ?? 0,
      );
      const answer = await acquireLease(disk, directory, clock, {
        force: this.#options.takeOver ?? false,
        atLeast: Math.max(0, ...epochs) + 1,
        unique: this.#unique(),
      });
      if (answer.kind === "held") {
        this.#lease = answer.lease;
        // Whoever is overruled may only be suspended.
        if (this.#options.takeOver === true)
          await fenceWriter(disk, directory, answer.lease.epoch - 1, this.#unique());
      } else {
        this.#remedy = "take_over";
        this.#reason = answer.alive
          ? `${holderText(answer.by)} is writing`
          : `${holderText(answer.by)} had the plans open and cannot be proved to have ended`;
      }
    } catch (error) {
      this.#reason = asStoreError(error, "the folder cannot be written").message;
    }
  }

  /** Beside a live writer only what it has acknowledged is shown. */
  async #load(): Promise<LoadedState> {
    const { disk, directory } = this.#context;
    if (this.#lease === null) {
      const holder = await readLease(disk, directory);
      if (holder !== null && !holder.released && (await livenessOf(holder.holder)) !== "dead") {
        const mark = await readMark(disk, directory);
        if (mark !== null) return loadState({ ...this.#context, upTo: mark.lsn });
      }
    }
    return loadState(this.#context);
  }

  /** What only the writer may do: set damaged files aside, tidy up, bring the schema up to date on disk. */
  async #putRight(state: LoadedState): Promise<void> {
    const { disk, directory } = this.#context;
    if (state.newer !== null) {
      this.#reason =
        "the plans were written by a later version of MasterPlan; they can be read here, not changed";
    }
    for (const image of state.badImages)
      await quarantine(disk, directory, image.name, "move", this.#unique());
    if (state.damage !== null) {
      if (state.damage.file !== null)
        await quarantine(disk, directory, state.damage.file, "copy", this.#unique());
      if (this.#options.acceptLoss === true) await this.#acceptLoss(state);
      else {
        this.#remedy = "accept_loss";
        this.#reason = `the journal is damaged at LSN ${state.damage.lsn} (${state.damage.why}); everything before it can be read`;
      }
    }
    if (this.#reason !== null) {
      await this.#lease?.release();
      this.#lease = null;
      return;
    }
    for (const name of await disk.list(directory)) {
      // Processes that are only about to ask for the lease have drafts of these two kinds.
      const others = name.startsWith("lease-") || name.startsWith("store.json");
      if (name.endsWith(".tmp") && !others) await disk.remove(path.join(directory, name));
    }
    if (state.migratedFrom !== null) await this.#saveMigrated(state);
    await this.#finishPurge(state);
  }

  /** A crash in the middle of a purge left events in the journal that nobody looks at any more. */
  async #finishPurge(state: LoadedState): Promise<void> {
    const { disk, directory, logger } = this.#context;
    try {
      const blobs = await begunPurge(disk, directory);
      if (blobs === null) return;
      const store = new BlobStore(disk, directory, () => this.#unique());
      const confirm = async (): Promise<void> => this.#lease?.confirm();
      await finishPurge(this.#context, store, state.database, blobs, confirm);
    } catch (error) {
      // The plans must open; the next purge or opening goes on with it.
      logger.log("warn", "A purge that was interrupted could not be finished", { error: String(error) });
    }
  }

  async #acceptLoss(state: LoadedState): Promise<void> {
    const { disk, directory } = this.#context;
    const mark = await WatermarkFile.open(disk, directory);
    // Both slots: the mark must no longer ask for what is lost.
    await mark.write(state.end);
    await mark.write(state.end);
    await mark.sync();
    await mark.close();
    this.#notices.push(`Commits from LSN ${state.damage?.lsn ?? 0} on were given up on request`);
  }

  /** The migrated copy becomes a new image; the image of the old schema stays as an older generation. */
  async #saveMigrated(state: LoadedState): Promise<void> {
    const { disk, directory, engine, clock } = this.#context;
    const old = imageName(state.imageLsn);
    await keepOlder(disk, directory, old, `${old}.schema${state.migratedFrom ?? 0}`, clock.now());
    const image = {
      database: state.database.image(),
      mark: state.end,
      schema: schemaVersion(state.database),
    };
    await publishImage(disk, directory, image, `migrated.${this.#unique()}.tmp`, (bytes) =>
      checkImage(engine, bytes),
    );
    this.#notices.push(`The plans were brought from schema ${state.migratedFrom ?? 0} to ${image.schema}`);
  }

  #describe(state: LoadedState): void {
    const { logger } = this.#context;
    for (const image of state.badImages)
      this.#notices.push(`The image ${image.name} was set aside: ${image.why}`);
    if (state.torn !== null) {
      logger.log("info", "An unfinished write at the end of the journal was left out", state.torn);
    }
    if (state.damage !== null)
      this.#notices.push(`The journal is damaged at LSN ${state.damage.lsn}: ${state.damage.why}`);
    for (const lsn of state.voided)
      this.#notices.push(`The commit with LSN ${lsn} could not be applied and is left out`);
    for (const notice of this.#notices) logger.log("warn", "Opening the plans", { notice });
  }

  #unique(): string {
    return `${process.pid}-${this.#context.ids.ulid()}`;
  }
}
