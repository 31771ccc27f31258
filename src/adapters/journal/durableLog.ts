import path from "node:path";
import { MasterPlanError } from "../../core/errors";
import type { Disk } from "../../ports/disk";
import type { Logger } from "../../ports/logger";
import { codeOf, isFull } from "./diskFull";
import type { Batch, JournalWriter } from "./journalWriter";
import type { WatermarkFile } from "./watermark";
import { writeWhole } from "./writeWhole";

const reserveName = "reserve";

export interface DurableLogOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly journal: JournalWriter;
  readonly watermark: WatermarkFile;
  readonly logger: Logger;
  /** Rejects when another process may write by now. */
  readonly confirmLease: () => Promise<void>;
  /** Called once, when nothing can be written any more. */
  readonly onLost: (reason: MasterPlanError) => void;
}

/** The journal with what surrounds it: lease check, acknowledged mark, and what to do when the disk fails. */
export class DurableLog {
  readonly #options: DurableLogOptions;
  #lost: MasterPlanError | null = null;

  constructor(options: DurableLogOptions) {
    this.#options = options;
  }

  get lsn(): number {
    return this.#options.journal.end.lsn;
  }

  async append(payloads: readonly Uint8Array[]): Promise<void> {
    if (this.#lost !== null) throw this.#lost;
    const { journal, watermark } = this.#options;
    const batch = journal.encode(payloads);
    await this.#makeDurable(batch);
    journal.confirm(batch);
    await watermark.write(batch.end).catch((error: unknown) => {
      // The mark only sharpens the diagnosis of later damage; the commit itself is safe.
      this.#options.logger.log("warn", "The acknowledged mark could not be written", { code: codeOf(error) });
    });
  }

  async #makeDurable(batch: Batch): Promise<void> {
    const { journal } = this.#options;
    try {
      await journal.write(batch);
    } catch (error) {
      if (isFull(error)) return this.#retryWithReserve(batch, error);
      return this.#retryInNewFile(batch, error);
    }
    const [synced, confirmed] = await Promise.allSettled([journal.sync(), this.#options.confirmLease()]);
    if (confirmed.status === "rejected") throw this.#lose(confirmed.reason);
    if (synced.status === "rejected") return this.#retryInNewFile(batch, synced.reason);
  }

  /** A full disk refused the write, so the file is as sound as before, once the rest of the write is cut off. */
  async #retryWithReserve(batch: Batch, cause: unknown): Promise<void> {
    const { disk, directory, journal } = this.#options;
    try {
      await disk.remove(path.join(directory, reserveName));
      await journal.cutBack();
    } catch (error) {
      return this.#retryInNewFile(batch, error);
    }
    try {
      await journal.write(batch);
    } catch (error) {
      if (!isFull(error)) return this.#retryInNewFile(batch, error);
      try {
        await journal.cutBack();
      } catch (failed) {
        return this.#retryInNewFile(batch, failed);
      }
      throw new MasterPlanError("store.full", "The disk is full, so the change was not saved", {
        hint: "Free some space and try again; everything saved before is safe",
        cause,
      });
    }
    const [synced, confirmed] = await Promise.allSettled([journal.sync(), this.#options.confirmLease()]);
    if (confirmed.status === "rejected") throw this.#lose(confirmed.reason);
    if (synced.status === "rejected") return this.#retryInNewFile(batch, synced.reason);
  }

  /** After a failed sync nobody knows what the file holds: everything acknowledged goes into another one. */
  async #retryInNewFile(batch: Batch, cause: unknown): Promise<void> {
    const { disk, directory, journal, logger } = this.#options;
    logger.log("error", "A write to the journal failed; a new file is begun", { code: codeOf(cause) });
    try {
      if (isFull(cause)) await disk.remove(path.join(directory, reserveName));
      await journal.startOver();
      await journal.write(batch);
      await journal.sync();
    } catch (error) {
      // A file name that is taken, or a folder that changes, may be another process that has taken over.
      await this.#confirmed();
      const code = codeOf(error) || codeOf(cause);
      throw this.#lose(
        new MasterPlanError(
          isFull(error) || (codeOf(error) === "" && isFull(cause)) ? "store.full" : "store.failed",
          `Plans cannot be saved any more: the disk answers ${code === "" ? "with an unknown failure" : code}`,
          {
            hint: "Everything saved before can still be read; save a copy of it elsewhere, then reload",
            cause: error,
          },
        ),
      );
    }
    await this.#confirmed();
  }

  async #confirmed(): Promise<void> {
    await this.#options.confirmLease().catch((error: unknown) => {
      throw this.#lose(error);
    });
  }

  /** Ends writing for a reason from outside. */
  giveUp(reason: MasterPlanError): void {
    this.#lose(reason);
  }

  #lose(reason: unknown): MasterPlanError {
    const lost =
      reason instanceof MasterPlanError
        ? reason
        : new MasterPlanError("store.failed", "It cannot be told whether this process may still write", {
            cause: reason,
          });
    if (this.#lost === null) {
      this.#lost = lost;
      this.#options.onLost(lost);
    }
    return lost;
  }
}

/** Space kept aside, so that a full disk can still take the record of having paused. */
export async function keepReserve(disk: Disk, directory: string, bytes: number): Promise<void> {
  const file = path.join(directory, reserveName);
  const present = await disk.stat(file);
  if (present !== null && present.bytes >= bytes) return;
  // A disk that filled up while it was made left a part of it.
  if (present !== null) await disk.remove(file);
  const handle = await disk.create(file);
  try {
    await writeWhole(handle, Buffer.alloc(bytes), 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
