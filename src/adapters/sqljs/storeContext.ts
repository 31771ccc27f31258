import type { SqlJsStatic } from "sql.js";
import type { Clock, IdSource } from "../../ports/clock";
import type { Disk } from "../../ports/disk";
import type { Logger } from "../../ports/logger";
import type { Migration } from "./schema/migrations";

/** What every part of one open store works with. */
export interface StoreContext {
  readonly disk: Disk;
  readonly directory: string;
  readonly engine: SqlJsStatic;
  readonly workspace: string;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly migrations: readonly Migration[];
  readonly workerFile: string | null;
  readonly limits: StoreLimits;
  /** Called once, when a store that could be written becomes read-only. */
  readonly onReadOnly: () => void;
}

export interface StoreLimits {
  /** Journal bytes after which a checkpoint is made. */
  readonly checkpointBytes: number;
  /** Quiet time in milliseconds after which a smaller journal is checkpointed too; 0 turns it off. */
  readonly idleMs: number;
  /** Age in milliseconds after which blobs are removed when the store is opened; 0 keeps them. */
  readonly blobAgeMs: number;
  /** Bytes that all blobs together may take. */
  readonly blobBytes: number;
  /** Bytes by which a journal file grows in advance, so that a commit need not make it longer. */
  readonly journalAhead: number;
  /** Bytes set aside for the day when the disk is full. */
  readonly reserveBytes: number;
}

export const defaultLimits: StoreLimits = {
  checkpointBytes: 4 * 1024 * 1024,
  idleMs: 30_000,
  blobAgeMs: 90 * 24 * 3600 * 1000,
  blobBytes: 1024 * 1024 * 1024,
  journalAhead: 256 * 1024,
  reserveBytes: 1024 * 1024,
};
