import { randomBytes } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { GitFolders } from "../runner/gitFolders";

/**
 * The index that the last landing was built in. The next one usually starts from the commit that came of it, and then
 * twenty thousand entries need not be read from trees again. What it holds is a saving, never an authority: whoever
 * builds a tree with it compares the result with the branch.
 */
export class LandingIndex {
  readonly #file: string;
  #tree: string | null = null;
  #commit: string | null = null;

  constructor(folders: GitFolders) {
    // Named like a scratch folder, so that it goes with the process.
    this.#file = join(folders.scratch, `${process.pid}-${randomBytes(6).toString("hex")}-landing`);
  }

  /** The kept index holds commit `base`. */
  fits(base: string): boolean {
    return this.#commit === base;
  }

  /** Moves the kept index to `path`. It is kept no longer. */
  async take(path: string): Promise<void> {
    this.#tree = this.#commit = null;
    await rename(this.#file, path);
  }

  /** Keeps the index at `path`, which holds `tree`, until it is known which commit that became. */
  async keep(path: string, tree: string): Promise<void> {
    await rename(path, this.#file);
    this.#tree = tree;
    this.#commit = null;
  }

  committed(tree: string, commit: string): void {
    if (this.#tree === tree) this.#commit = commit;
  }

  async drop(): Promise<void> {
    this.#tree = this.#commit = null;
    await rm(this.#file, { force: true });
  }
}
