import { lstat, mkdir, readdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MasterPlanError } from "../../../core/errors";
import { removeTree } from "../../node/files/removeTree";
import type { GitPlace } from "../repository/gitPlace";
import { describeGitDir, readOptional, writeGitDir, type IsolatedGitDir } from "../runner/isolatedGitDir";
import type { GitFolders } from "../runner/gitFolders";
import type { OpenRepository } from "../repository/repository";

/** What is written about a slot of the pool; `attempt` null means that it is free. */
export interface SlotRecord {
  readonly attempt: string | null;
  readonly commit: string;
  readonly ready: boolean;
  /** Dependency folders we put there, relative to the tree; never part of a change. */
  readonly dependencies: readonly string[];
  /** Those of them whose entries lead to the user's own. */
  readonly linked?: readonly string[];
  /** Submodules of the commit: their folders are handed out empty. */
  readonly submodules?: readonly string[];
  /** They were taken out again, and an install may have made others. */
  readonly cleared?: boolean;
}

/**
 * One worktree of the pool: the files, the git folder its `.git` points at (for the tools that run there; we never read
 * it), and our own index. Our commands use the engine's git folder, which no `.git` file points at.
 */
export class Slot {
  readonly name: string;
  readonly root: string;
  readonly tree: string;
  readonly face: string;
  readonly #engine: string;

  constructor(folders: GitFolders, name: string, topLevel: string) {
    this.name = name;
    this.root = join(folders.worktrees, name);
    this.tree = folders.treeOf(name, topLevel);
    this.face = join(this.root, "face");
    this.#engine = folders.engine;
  }

  get place(): GitPlace {
    return {
      gitDir: this.#engine,
      workTree: this.tree,
      index: join(this.root, "index"),
      trust: "isolated",
      overrides: [],
    };
  }

  async read(): Promise<SlotRecord | null> {
    const text = await readOptional(join(this.root, "slot.json"));
    if (text === null) return null;
    try {
      return parseSlotRecord(JSON.parse(text));
    } catch {
      return null;
    }
  }

  async write(record: SlotRecord): Promise<void> {
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    const file = join(this.root, "slot.json");
    await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  /** Makes both git folders and the `.git` file what they have to be. */
  async furnish(repository: OpenRepository, commit: string): Promise<void> {
    await mkdir(this.tree, { recursive: true, mode: 0o700 });
    for (const name of foreign) await rm(join(this.#engine, name), { recursive: true, force: true });
    await rm(this.face, { recursive: true, force: true });
    await writeGitDir(this.#engine, await describeGitDir(repository, true), "ref: refs/heads/none");
    await writeGitDir(this.face, await this.#faceDescription(repository), commit);
    await rm(join(this.tree, ".git"), { recursive: true, force: true });
    await writeFile(join(this.tree, ".git"), this.#pointer(), { mode: 0o600 });
  }

  /** True when the tree is a real folder where it has to be; an attempt may have put a link there. */
  async isSound(): Promise<boolean> {
    try {
      const info = await lstat(this.tree);
      return (
        info.isDirectory() &&
        (await realpath(this.tree)) === join(await realpath(this.root), this.tree.slice(this.root.length + 1))
      );
    } catch {
      return false;
    }
  }

  /** Rejects with `git.tampered` when anything that decides what git does here is not as we left it. */
  async verify(repository: OpenRepository): Promise<void> {
    const changed: string[] = [];
    if (!(await this.isSound())) changed.push(this.tree);
    else {
      const pointer = join(this.tree, ".git");
      if (!(await isRegularFile(pointer)) || (await readFile(pointer, "utf8")) !== this.#pointer())
        changed.push(".git");
      changed.push(...(await differences(this.face, await this.#faceDescription(repository), "face")));
      changed.push(...(await differences(this.#engine, await describeGitDir(repository, true), "engine")));
    }
    if (changed.length === 0) return;
    throw new MasterPlanError(
      "git.tampered",
      `Git's own files in the worktree of this attempt were changed: ${changed.join(", ")}`,
      {
        hint: "The attempt cannot be used; a new attempt starts in a fresh worktree",
        details: { files: changed, worktree: this.tree },
      },
    );
  }

  async remove(): Promise<void> {
    await removeTree(this.root);
  }

  async #faceDescription(repository: OpenRepository): Promise<IsolatedGitDir> {
    return describeGitDir(repository, false);
  }

  #pointer(): string {
    return `gitdir: ${this.face}\n`;
  }
}

/** The files that decide what git executes and where it reads; the others only say what is ignored or left out. */
const deciding = new Set(["config", "objects/info/alternates", "info/attributes"]);

/** What none of our git folders holds, and what would change where git looks or what it runs. */
const foreign = ["commondir", "config.worktree", "gitdir", "hooks"];

/** Settings that ordinary tools write (`husky`, `git config user.name`); our commands read none of them. */
const harmless = /^\s*(?:hooksPath|name|email|abbrev)\s*=/iu;

async function differences(
  folder: string,
  description: IsolatedGitDir,
  label: string,
): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const [name, content] of description.files) {
    if (!deciding.has(name)) continue;
    const found = (await isRegularFile(join(folder, name))) ? await readOptional(join(folder, name)) : null;
    if (found !== content && !(name === "config" && found !== null && sameSettings(found, content)))
      changed.push(`${label}/${name}`);
  }
  for (const name of [...foreign, "info/attributes"]) {
    if (name === "hooks" || description.files.has(name)) continue;
    if ((await readOptional(join(folder, name))) !== null) changed.push(`${label}/${name}`);
  }
  const hooks = await listOptional(join(folder, "hooks"));
  if (hooks.some((name) => !name.endsWith(".sample"))) changed.push(`${label}/hooks`);
  return changed;
}

/** Equal but for harmless settings and the section headings that come with them. */
function sameSettings(found: string, expected: string): boolean {
  const core = (text: string): string =>
    text
      .split("\n")
      .filter((line) => line.trim() !== "" && !harmless.test(line) && !/^\s*\[user\]\s*$/u.test(line))
      .join("\n");
  return core(found) === core(expected);
}

async function isRegularFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch {
    return false;
  }
}

async function listOptional(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    if (code === "ENOTDIR") return [path];
    throw error;
  }
}

function parseSlotRecord(value: unknown): SlotRecord | null {
  if (typeof value !== "object" || value === null) return null;
  const { attempt, commit, ready, dependencies, linked, cleared, submodules } = value as Record<
    string,
    unknown
  >;
  if ((typeof attempt !== "string" && attempt !== null) || typeof commit !== "string") return null;
  return {
    attempt,
    commit,
    ready: ready === true,
    dependencies: textsOf(dependencies),
    linked: textsOf(linked),
    cleared: cleared === true,
    submodules: textsOf(submodules),
  };
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === "string") : [];
}
