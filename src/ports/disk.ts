/**
 * The few file operations that durable state is built from. Everything the store puts on disk goes through this port,
 * so that tests can drop unsynced pages and fail any single call. Rejections carry the operating system's `code`.
 */
export interface Disk {
  /** Names in a folder, sorted; empty when the folder does not exist. */
  list(directory: string): Promise<readonly string[]>;
  /** Creates the folder and its parents, readable by the owner only. */
  makeDirectory(directory: string): Promise<void>;
  /** The whole file, or the part from `offset` on; null when it does not exist. A short file gives a short answer. */
  read(path: string, part?: { readonly offset: number; readonly length: number }): Promise<Uint8Array | null>;
  /** Size in bytes and last change in epoch milliseconds; null when it does not exist. */
  stat(path: string): Promise<{ readonly bytes: number; readonly changed_at: number } | null>;
  /** A new file for reading and writing, owner only; rejects with EEXIST when the name is taken. */
  create(path: string): Promise<DiskFile>;
  /** An existing file for reading and writing; rejects with ENOENT when there is none. */
  open(path: string): Promise<DiskFile>;
  /** Gives a file a second name; rejects with EEXIST when that name is taken, so that one of many racers wins. */
  link(path: string, name: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes one file; a missing one is no failure. */
  remove(path: string): Promise<void>;
  /** Makes creations, renames and removals in the folder durable; does nothing where the platform cannot. */
  syncDirectory(directory: string): Promise<void>;
  /** Bytes that can still be written at this place; null when unknown. */
  freeBytes(directory: string): Promise<number | null>;
}

export interface DiskFile {
  /** Writes at an absolute position and answers how many bytes it took, which may be fewer than given. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  /** Makes the content durable. After a rejection nothing is known about what was written since the last success. */
  sync(): Promise<void>;
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}
