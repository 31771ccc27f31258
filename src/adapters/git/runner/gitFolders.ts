import { randomBytes } from "node:crypto";
import { mkdir, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

/** Everything this adapter keeps below the storage folder; nothing of it lies in the workspace. */
export class GitFolders {
  readonly root: string;
  readonly hooks: string;
  readonly emptyFile: string;
  readonly privateRepository: string;
  readonly engine: string;
  readonly worktrees: string;
  readonly scratch: string;
  readonly pending: string;

  /** Makes the folders; paths are real ones, because git compares and records them. */
  static async make(storage: string): Promise<GitFolders> {
    await mkdir(storage, { recursive: true });
    const folders = new GitFolders(await realpath(storage));
    await folders.#ensure();
    return folders;
  }

  private constructor(storage: string) {
    this.root = join(storage, "git");
    this.hooks = join(this.root, "hooks");
    this.emptyFile = join(this.root, "empty");
    this.privateRepository = join(this.root, "repository");
    this.engine = join(this.root, "engine");
    this.worktrees = join(this.root, "worktrees");
    this.scratch = join(this.root, "scratch");
    this.pending = join(this.root, "pending.json");
  }

  /** Removes scratch folders of processes that are gone, too. */
  async #ensure(): Promise<void> {
    await mkdir(this.scratch, { recursive: true, mode: 0o700 });
    await mkdir(this.worktrees, { recursive: true, mode: 0o700 });
    // Anything in the folder that stands for "no hooks" would run, so it is made anew each time.
    await rm(this.hooks, { recursive: true, force: true });
    await mkdir(this.hooks, { recursive: true, mode: 0o700 });
    await writeFile(this.emptyFile, "");
    for (const name of await readdir(this.scratch)) {
      if (!isAlive(Number(name.split("-")[0])))
        await rm(join(this.scratch, name), { recursive: true, force: true });
    }
  }

  /** Runs `work` with a folder of its own that is gone afterwards. */
  async withScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = join(this.scratch, `${process.pid}-${randomBytes(6).toString("hex")}`);
    await mkdir(folder, { mode: 0o700 });
    try {
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  /** Where the files of slot `name` live; named like the workspace, because tools name things after their folder. */
  treeOf(name: string, topLevel: string): string {
    const project = basename(topLevel);
    return join(
      this.worktrees,
      name,
      /^[A-Za-z0-9][\w.-]{0,60}$/u.test(project) && project !== "face" ? project : "tree",
    );
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
