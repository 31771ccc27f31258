import { rename, rm, writeFile } from "node:fs/promises";
import { readOptional } from "../runner/isolatedGitDir";
import type { TreeEntry } from "../repository/gitPlace";

/**
 * Landed files that have not reached the user's tree. `known` are versions that are ours to replace: the user's file
 * may be overwritten when it is one of them, null standing for "no file".
 */
export interface PendingFile {
  readonly path: string;
  readonly branch: string;
  readonly known: readonly (TreeEntry | null)[];
}

/** Kept in a file, written before the branch moves: whatever interrupts a landing, the tree can be settled later. */
export class PendingFiles {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  async read(): Promise<readonly PendingFile[]> {
    const text = await readOptional(this.#file);
    if (text === null) return [];
    try {
      const value: unknown = JSON.parse(text);
      return Array.isArray(value) ? value.flatMap((item: unknown) => parsePendingFile(item)) : [];
    } catch {
      return [];
    }
  }

  /** Adds `files`; what is known of a path already is kept. */
  async add(files: readonly PendingFile[]): Promise<void> {
    const all = new Map((await this.read()).map((file) => [key(file), file]));
    for (const file of files) {
      const before = all.get(key(file))?.known ?? [];
      all.set(key(file), { ...file, known: [...before, ...file.known] });
    }
    await this.#write([...all.values()]);
  }

  async remove(branch: string, paths: readonly string[]): Promise<void> {
    const gone = new Set(paths);
    const before = await this.read();
    const after = before.filter((file) => file.branch !== branch || !gone.has(file.path));
    if (after.length !== before.length) await this.#write(after);
  }

  async #write(files: readonly PendingFile[]): Promise<void> {
    if (files.length === 0) {
      await rm(this.#file, { force: true });
      return;
    }
    await writeFile(`${this.#file}.new`, JSON.stringify(files), { mode: 0o600, flush: true });
    await rename(`${this.#file}.new`, this.#file);
  }
}

function key(file: PendingFile): string {
  return `${file.branch}\0${file.path}`;
}

function parsePendingFile(value: unknown): readonly PendingFile[] {
  if (typeof value !== "object" || value === null) return [];
  const { path, branch, known } = value as Record<string, unknown>;
  if (typeof path !== "string" || typeof branch !== "string" || !Array.isArray(known)) return [];
  return [{ path, branch, known: known.flatMap((entry: unknown) => parseEntry(entry)) }];
}

function parseEntry(value: unknown): readonly (TreeEntry | null)[] {
  if (value === null) return [null];
  if (typeof value !== "object") return [];
  const { mode, id } = value as Record<string, unknown>;
  return typeof mode === "string" && typeof id === "string" ? [{ mode, id }] : [];
}
