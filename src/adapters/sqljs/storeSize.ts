import path from "node:path";
import type { AsideFile, StoreInfo } from "../../ports/storeInfo";
import { journalNames } from "../journal/journalHeader";
import type { BlobStore } from "../node/files/blobStore";
import { holderText, readLease } from "../node/writer/lease";
import type { LoadedState } from "./image/loadState";
import { asideFiles } from "./asideFiles";
import { quarantined } from "./image/quarantine";
import type { StoreContext } from "./storeContext";
import type { StoreWriter } from "./storeWriter";

/** What a store's folder holds and who writes there, as last looked at. */
export class StoreSize {
  readonly #context: StoreContext;
  readonly #blobs: BlobStore;
  #journalBytes = 0;
  #aside: readonly AsideFile[] = [];
  #quarantined: readonly string[] = [];
  #holder: string | null = null;

  constructor(context: StoreContext, blobs: BlobStore) {
    this.#context = context;
    this.#blobs = blobs;
  }

  /** The part of the store's description that does not depend on how it was opened. */
  told(
    writer: StoreWriter | null,
    state: LoadedState,
  ): Omit<StoreInfo, "access" | "read_only_reason" | "remedy" | "notices"> {
    return {
      location: this.#context.directory,
      workspace: this.#context.workspace,
      epoch: writer?.lease.epoch ?? 0,
      lsn: writer?.lsn ?? state.end.lsn,
      image_bytes: writer?.imageBytes ?? state.imageBytes,
      journal_bytes: this.#journalBytes + (writer?.written ?? 0),
      blob_bytes: this.#blobs.bytes,
      aside_bytes: this.#aside.reduce((sum, { bytes }) => sum + bytes, 0),
      aside: this.#aside,
      quarantined: this.#quarantined,
      writer: writer === null ? this.#holder : holderText(writer.lease.record),
    };
  }

  async measure(writer: StoreWriter | null): Promise<void> {
    const { disk, directory } = this.#context;
    let bytes = 0;
    for (const name of journalNames(await disk.list(directory)))
      bytes += (await disk.stat(path.join(directory, name)))?.bytes ?? 0;
    this.#journalBytes = bytes - (writer?.written ?? 0) - (writer?.spare ?? 0);
    this.#quarantined = await quarantined(disk, directory);
    this.#aside = await asideFiles(disk, directory);
    const holder = writer === null ? await readLease(disk, directory) : null;
    this.#holder = holder === null || holder.released ? null : holderText(holder);
    await this.#blobs.count(writer !== null);
  }

  /** Like `measure`, for those whose work is done whether or not it can be measured. */
  async measureOrSay(writer: StoreWriter): Promise<void> {
    await this.measure(writer).catch((error: unknown) => {
      this.#context.logger.log("warn", "The size of the store could not be told", { error: String(error) });
    });
  }

  /** Sizes and old blobs, when a store is opened: nothing here may keep the plans from being opened. */
  async lookAround(writer: StoreWriter | null, inUse: () => ReadonlySet<string>): Promise<void> {
    const { limits, clock, logger } = this.#context;
    try {
      await this.measure(writer);
      if (writer === null) return;
      const before = limits.blobAgeMs === 0 ? 0 : clock.now() - limits.blobAgeMs;
      await this.#blobs.clean({ before, max_bytes: limits.blobBytes }, inUse());
    } catch (error) {
      logger.log("warn", "The size of the store could not be told", { error: String(error) });
    }
  }
}
