import { randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { copyFile, link, open, rename, rm, rmdir, unlink } from "node:fs/promises";
import { MasterPlanError } from "../../../core/errors";
import { parseWorkspacePath } from "../../../core/change/path/workspacePath";
import type { FileWrite } from "../../../ports/workspaceFiles";
import {
  errorCode,
  linkError,
  lstatOrNull,
  openFolder,
  unusable,
  type FolderOptions,
  type GuardedFolder,
} from "./guardedFolder";

/**
 * One set of writes below a root: staged beside their targets, then put in place; whatever fails, everything that was
 * done is undone. Targets are never followed as links, and never shared by a hard link. Nothing is synced: these are
 * files of worktrees, which a power cut voids as a whole, git's own writes there being no safer.
 */
export async function applyWrites(
  root: string,
  writes: readonly FileWrite[],
  options: Pick<FolderOptions, "portable">,
): Promise<void> {
  const batch = new WriteBatch(root, options);
  try {
    await batch.run(writes);
  } catch (error) {
    await batch.undo(error);
    throw error;
  } finally {
    await batch.close();
  }
}

interface Target {
  readonly path: string;
  readonly folder: GuardedFolder;
  readonly name: string;
  readonly present: Stats | null;
}

interface Staged extends Target {
  readonly temporary: string;
}

/** Files in work at the same time. */
const parallelFiles = 16;

class WriteBatch {
  readonly #root: string;
  readonly #options: Pick<FolderOptions, "portable">;
  readonly #folders = new Map<string, Promise<GuardedFolder>>();
  readonly #madeFolders: string[] = [];
  readonly #undo: (() => Promise<void>)[] = [];
  /** Names that must not stay, whatever happens: staged files and kept originals. */
  readonly #litter = new Set<string>();

  constructor(root: string, options: Pick<FolderOptions, "portable">) {
    this.#root = root;
    this.#options = options;
  }

  async run(writes: readonly FileWrite[]): Promise<void> {
    for (const write of writes) if (write.kind === "delete") await this.#delete(write.path);
    const contents = writes.filter((write) => write.kind === "write");
    const staged = await inParallel(contents, (write) => this.#stage(write));
    await inParallel(staged, (target) => this.#put(target));
  }

  /** Puts back what was there. What cannot be put back is told along with the first failure. */
  async undo(cause: unknown): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#undo.reverse()) {
      await step().catch((error: unknown) => failures.push(error));
    }
    await this.#clean();
    for (const path of this.#madeFolders.reverse()) await this.#removeFolder(path);
    if (failures.length > 0) {
      throw new MasterPlanError(
        "internal",
        `${failures.length} files could not be put back after a failed write`,
        { cause },
      );
    }
  }

  async close(): Promise<void> {
    await this.#clean();
    for (const folder of this.#folders.values()) {
      await folder.then(
        (opened) => opened.close(),
        () => undefined,
      );
    }
  }

  async #delete(path: string): Promise<void> {
    const target = await this.#target(path, false);
    if (target?.present == null)
      throw new MasterPlanError("edit.notApplicable", `${path} cannot be deleted: it is not there`);
    const kept = await this.#keep(target);
    await target.folder.verify();
    await unlink(target.folder.child(target.name)).catch((error: unknown) => {
      throw unusable(path, error);
    });
    this.#undo.push(() => this.#restore(target, kept));
  }

  async #stage(write: Extract<FileWrite, { kind: "write" }>): Promise<Staged> {
    const target = await this.#target(write.path, true);
    if (target === null)
      throw new MasterPlanError("edit.notApplicable", `${write.path} cannot be written: its folder is gone`);
    const temporary = target.folder.child(temporaryName());
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    try {
      const handle = await open(temporary, flags, 0o600);
      this.#litter.add(temporary);
      try {
        await target.folder.verify();
        await handle.writeFile(write.bytes);
        await handle.chmod(write.mode & 0o777);
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw error instanceof MasterPlanError ? error : unusable(write.path, error);
    }
    return { ...target, temporary };
  }

  async #put(staged: Staged): Promise<void> {
    const { folder, name, path, present } = staged;
    const kept = present === null ? null : await this.#keep(staged);
    await folder.verify();
    if (present === null && (await lstatOrNull(folder.child(name))) !== null) {
      throw new MasterPlanError("edit.notApplicable", `${path} appeared while it was being written`);
    }
    await rename(staged.temporary, folder.child(name)).catch((error: unknown) => {
      throw unusable(path, error);
    });
    this.#litter.delete(staged.temporary);
    this.#undo.push(() => (kept === null ? unlink(folder.child(name)) : this.#restore(staged, kept)));
    await folder.verify();
  }

  async #target(path: string, create: boolean): Promise<Target | null> {
    const parsed = parseWorkspacePath(path);
    if (!parsed.ok) throw new MasterPlanError(parsed.error.code, parsed.error.message);
    const components = parsed.value.split("/");
    const name = components.pop() ?? "";
    const folder = await this.#folder(components, create);
    if (folder === null) return null;
    const present = await lstatOrNull(folder.child(name));
    if (present?.isSymbolicLink() === true) throw await linkError(folder.child(name), this.#root, path);
    if (present !== null && !present.isFile())
      throw new MasterPlanError("path.forbidden", `${path} is not a file`);
    if (present !== null && present.nlink > 1) {
      throw new MasterPlanError("path.forbidden", `${path} is the same file as another one (hard link)`, {
        hint: "Replace the link by a copy first",
      });
    }
    return { path, folder, name, present };
  }

  async #folder(components: readonly string[], create: boolean): Promise<GuardedFolder | null> {
    const key = components.join("/");
    const known = this.#folders.get(key);
    if (known !== undefined) return known;
    const made = (path: string): void => void this.#madeFolders.push(path);
    const opening = openFolder(this.#root, components, {
      ...this.#options,
      ...(create ? { create: made } : {}),
    });
    if (!create) {
      const opened = await opening;
      if (opened !== null) this.#folders.set(key, Promise.resolve(opened));
      return opened;
    }
    const required = opening.then((opened) => {
      if (opened === null) throw new MasterPlanError("edit.notApplicable", `Folder ${key} cannot be made`);
      return opened;
    });
    this.#folders.set(key, required);
    return required;
  }

  /** A second name for the present file, so that it can come back with everything it has. */
  async #keep(target: Target): Promise<string> {
    const kept = target.folder.child(temporaryName());
    const source = target.folder.child(target.name);
    try {
      await link(source, kept);
    } catch (error) {
      const code = errorCode(error);
      // File systems without hard links: a copy loses no content.
      if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS" && code !== "EMLINK")
        throw unusable(target.path, error);
      await copyFile(source, kept, constants.COPYFILE_EXCL);
    }
    this.#litter.add(kept);
    const found = await lstatOrNull(kept);
    if (found?.isFile() !== true || found.nlink > 2) {
      throw new MasterPlanError("path.forbidden", `${target.path} was exchanged while it was in use`);
    }
    return kept;
  }

  async #restore(target: Target, kept: string): Promise<void> {
    await rename(kept, target.folder.child(target.name));
    this.#litter.delete(kept);
  }

  async #clean(): Promise<void> {
    await inParallel([...this.#litter], (path) => rm(path, { force: true }));
    this.#litter.clear();
  }

  /** A folder that was exchanged or filled by somebody else meanwhile is theirs and stays. */
  async #removeFolder(path: string): Promise<void> {
    const components = path.split("/");
    const name = components.pop() ?? "";
    try {
      const folder = await openFolder(this.#root, components, this.#options);
      if (folder === null) return;
      await rmdir(folder.child(name)).finally(() => folder.close());
    } catch (error) {
      const isTheirs = ["ENOTEMPTY", "ENOENT", "EEXIST", "ENOTDIR"].includes(errorCode(error) ?? "");
      if (!isTheirs && !(error instanceof MasterPlanError)) throw error;
    }
  }
}

/** All of a part have ended before the next begins or the first failure is told: what is undone must not go on. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const done: R[] = [];
  for (let start = 0; start < items.length; start += parallelFiles) {
    const results = await Promise.allSettled(items.slice(start, start + parallelFiles).map(work));
    for (const result of results) {
      if (result.status === "rejected") throw result.reason;
      done.push(result.value);
    }
  }
  return done;
}

function temporaryName(): string {
  return `.masterplan-${randomBytes(12).toString("hex")}.tmp`;
}
