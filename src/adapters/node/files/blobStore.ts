import path from "node:path";
import { createHash } from "node:crypto";
import { MasterPlanError } from "../../../core/errors";
import type { Disk } from "../../../ports/disk";
import type { BlobKind } from "../../../ports/store";
import { isFull } from "../../journal/diskFull";
import { writeWhole } from "../../journal/writeWhole";

const kinds: readonly BlobKind[] = ["transcript", "diff", "output", "document"];
const hashPattern = /^[0-9a-f]{64}$/u;
/** One blob: larger outputs are cut by whoever captures them. */
export const maxBlobBytes = 32 * 1024 * 1024;

export interface BlobEntry {
  readonly hash: string;
  readonly kind: BlobKind;
  readonly bytes: number;
  readonly stored_at: number;
}

/** Bytes by their sha256, as files below `blobs/KIND/xx/`, never inside the database. */
export class BlobStore {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #unique: () => string;
  #bytes = 0;
  /** How often a blob was stored without a commit that names it; until then nothing may remove it. */
  readonly #awaited = new Map<string, number>();
  readonly #leaving = new Map<string, Promise<void>>();

  constructor(disk: Disk, directory: string, unique: () => string) {
    this.#disk = disk;
    this.#directory = path.join(directory, "blobs");
    this.#unique = unique;
  }

  /** Bytes of all blobs, as counted when the store was opened and since. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Counts what is there; with `sweep` also removes what a crash left half written. */
  async count(sweep = false): Promise<void> {
    if (sweep) await this.#sweep();
    this.#bytes = (await this.entries()).reduce((sum, entry) => sum + entry.bytes, 0);
  }

  async #sweep(): Promise<void> {
    for (const kind of kinds) {
      for (const folder of await this.#disk.list(path.join(this.#directory, kind))) {
        for (const name of await this.#disk.list(path.join(this.#directory, kind, folder))) {
          if (name.endsWith(".tmp")) await this.#disk.remove(path.join(this.#directory, kind, folder, name));
        }
      }
    }
  }

  async put(bytes: Uint8Array, kind: BlobKind): Promise<string> {
    if (bytes.length > maxBlobBytes) {
      throw new MasterPlanError(
        "store.failed",
        `A ${kind} of ${bytes.length} bytes is too large to keep; at most ${maxBlobBytes} bytes are kept`,
      );
    }
    const hash = createHash("sha256").update(bytes).digest("hex");
    this.#awaited.set(hash, (this.#awaited.get(hash) ?? 0) + 1);
    try {
      await this.#leaving.get(hash)?.catch(() => undefined);
      await this.#store(bytes, kind, hash);
      return hash;
    } catch (error) {
      this.release([hash]);
      throw error;
    }
  }

  async #store(bytes: Uint8Array, kind: BlobKind, hash: string): Promise<void> {
    const folder = path.join(this.#directory, kind, hash.slice(0, 2));
    const target = path.join(folder, hash);
    const known = await this.#disk.stat(target);
    if (known !== null && known.bytes === bytes.length) return;
    try {
      await this.#makeFolder(kind, folder);
      await this.#write(bytes, folder, target);
    } catch (error) {
      throw isFull(error) ? full(kind, error) : error;
    }
    this.#bytes += bytes.length;
  }

  /** A commit that names these blobs is in the tables, or none will: they are kept for their use from now on. */
  release(hashes: Iterable<string>): void {
    for (const hash of hashes) {
      const left = (this.#awaited.get(hash) ?? 0) - 1;
      if (left > 0) this.#awaited.set(hash, left);
      else this.#awaited.delete(hash);
    }
  }

  /** Releases the blobs that a commit names. */
  releaseNamed(commit: unknown): void {
    if (this.#awaited.size === 0) return;
    this.release(Array.from(JSON.stringify(commit).matchAll(/[0-9a-f]{64}/gu), ([hash]) => hash));
  }

  async #write(bytes: Uint8Array, folder: string, target: string): Promise<void> {
    const draft = `${target}.${this.#unique()}.tmp`;
    try {
      const file = await this.#disk.create(draft);
      try {
        await writeWhole(file, bytes, 0);
        await file.sync();
      } finally {
        await file.close();
      }
      await this.#disk.rename(draft, target);
    } catch (error) {
      await this.#disk.remove(draft).catch(() => undefined);
      throw error;
    }
    await this.#disk.syncDirectory(folder);
  }

  /** A new folder is itself an entry that must survive a power cut. */
  async #makeFolder(kind: BlobKind, folder: string): Promise<void> {
    const names = await this.#disk.list(path.join(this.#directory, kind));
    if (names.includes(path.basename(folder))) return;
    await this.#disk.makeDirectory(folder);
    for (const parent of [path.dirname(folder), this.#directory, path.dirname(this.#directory)]) {
      await this.#disk.syncDirectory(parent);
    }
  }

  /** Null when there is none, or when what is there is not what was stored. */
  async get(hash: string): Promise<Uint8Array | null> {
    if (!hashPattern.test(hash)) return null;
    for (const kind of kinds) {
      const bytes = await this.#disk.read(path.join(this.#directory, kind, hash.slice(0, 2), hash));
      if (bytes !== null && createHash("sha256").update(bytes).digest("hex") === hash) return bytes;
    }
    return null;
  }

  async entries(): Promise<readonly BlobEntry[]> {
    const found: BlobEntry[] = [];
    for (const kind of kinds) {
      for (const folder of await this.#disk.list(path.join(this.#directory, kind))) {
        for (const hash of await this.#disk.list(path.join(this.#directory, kind, folder))) {
          if (!hashPattern.test(hash)) continue;
          const stat = await this.#disk.stat(path.join(this.#directory, kind, folder, hash));
          if (stat !== null) found.push({ hash, kind, bytes: stat.bytes, stored_at: stat.changed_at });
        }
      }
    }
    return found;
  }

  /** Removes these blobs, but none that a commit is still to name, for good; answers the bytes gained. */
  async remove(hashes: readonly string[]): Promise<number> {
    const gone = new Set(hashes);
    const folders = new Set<string>();
    let bytes = 0;
    for (const entry of await this.entries()) {
      if (!gone.has(entry.hash) || !(await this.#drop(entry))) continue;
      bytes += entry.bytes;
      folders.add(path.join(this.#directory, entry.kind, entry.hash.slice(0, 2)));
    }
    for (const folder of folders) await this.#disk.syncDirectory(folder);
    return bytes;
  }

  async #drop({ kind, hash, bytes }: BlobEntry): Promise<boolean> {
    if (this.#awaited.has(hash)) return false;
    // Whoever stores the same bytes meanwhile waits, and then writes them anew.
    const leaving = this.#disk.remove(path.join(this.#directory, kind, hash.slice(0, 2), hash));
    this.#leaving.set(hash, leaving);
    try {
      await leaving;
    } finally {
      this.#leaving.delete(hash);
    }
    this.#bytes -= bytes;
    return true;
  }

  /** Removes what is older than `before`, then the oldest until `max_bytes` are left; never what is in `keep` or awaits its commit. */
  async clean(
    limits: { readonly before?: number; readonly max_bytes?: number },
    keep: ReadonlySet<string>,
  ): Promise<{ readonly blobs: number; readonly bytes: number }> {
    const entries = [...(await this.entries())].sort((a, b) => a.stored_at - b.stored_at);
    let left = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    const gone: BlobEntry[] = [];
    for (const entry of entries) {
      const old = limits.before !== undefined && entry.stored_at < limits.before;
      const beyond = limits.max_bytes !== undefined && left > limits.max_bytes;
      if ((!old && !beyond) || keep.has(entry.hash) || !(await this.#drop(entry))) continue;
      gone.push(entry);
      left -= entry.bytes;
    }
    return { blobs: gone.length, bytes: gone.reduce((sum, entry) => sum + entry.bytes, 0) };
  }
}

/** A disk without room refused a blob. */
function full(kind: BlobKind, cause: unknown): MasterPlanError {
  return new MasterPlanError("store.full", `The disk is full, so a ${kind} was not saved`, {
    hint: "Free some space and try again; everything saved before is safe",
    cause,
  });
}
