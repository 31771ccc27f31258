import { randomBytes } from "node:crypto";
import { mkdirSync, rmdirSync } from "node:fs";
import { access, constants, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Executable } from "./executableLookup";

/**
 * A control group of the kernel that holds one command and everything it starts. A process can change its group, session,
 * environment and parent, but what it forks stays in the control group, so that all of it can be found and ended. It is
 * used besides the other ways, never instead of them: whoever may write control groups may also leave one.
 */
export class CommandCgroup {
  readonly #folder: string;
  readonly #bash: string;

  private constructor(folder: string, bash: string) {
    this.#folder = folder;
    this.#bash = bash;
  }

  /** A new, empty one; null when the kernel refuses. */
  static make(home: CgroupHome): CommandCgroup | null {
    const folder = path.join(home.folder, `${prefix}${process.pid}-${randomBytes(6).toString("hex")}`);
    try {
      mkdirSync(folder);
      return new CommandCgroup(folder, home.bash);
    } catch {
      // Full, or no longer allowed: the other ways of finding processes still hold.
      return null;
    }
  }

  /**
   * How to start an executable inside. A process that was moved here after its start could have forked before, so it
   * comes by itself: a fixed program enters the group and then becomes the executable, under the same pid. It looks at
   * no argument but to hand it on, and adds `_` and `SHLVL` to the environment.
   */
  start(executable: Pick<Executable, "file" | "argv0">, args: readonly string[]): Start {
    const procs = path.join(this.#folder, "cgroup.procs");
    return {
      file: this.#bash,
      args: ["-p", "-c", enter, "bash", procs, executable.argv0, executable.file, ...args],
    };
  }

  /** Pids of the live processes in it and in groups that they made below it. */
  async members(): Promise<readonly number[]> {
    return membersOf(this.#folder);
  }

  /** Ends all of them at once, those included that fork meanwhile. */
  async kill(): Promise<void> {
    await writeFile(path.join(this.#folder, "cgroup.kill"), "1").catch(ignoreMissing);
  }

  /** Removes the group; one that is still in use stays until a later start. */
  async remove(): Promise<void> {
    await removeFolders(this.#folder);
  }
}

export interface Start {
  readonly file: string;
  readonly args: readonly string[];
}

export interface CgroupHome {
  readonly folder: string;
  /** The one shell that can give a program another name than its file. */
  readonly bash: string;
}

const prefix = "masterplan-";

const enter = '{ echo 0 > "$1"; } 2> /dev/null; export -n PWD OLDPWD; exec -a "$2" -- "$3" "${@:4}"';

/** Where control groups for commands can be made; null without version 2 of them, without the right to, or without bash. */
export async function findCgroupHome(): Promise<CgroupHome | null> {
  if (process.platform !== "linux") return null;
  try {
    const [mounts, own] = await Promise.all([
      readFile("/proc/self/mountinfo", "utf8"),
      readFile("/proc/self/cgroup", "utf8"),
    ]);
    const home = ownFolder(mounts, own);
    if (home === null) return null;
    await access(path.join(home, "cgroup.procs"), constants.W_OK);
    const probe = path.join(home, `${prefix}${process.pid}-probe`);
    mkdirSync(probe);
    try {
      await access(path.join(probe, "cgroup.kill"), constants.W_OK);
    } finally {
      removeQuietly(probe);
    }
    const bash = await firstExecutable(["/bin/bash", "/usr/bin/bash"]);
    if (bash === null) return null;
    await removeAbandoned(home);
    return { folder: home, bash };
  } catch {
    return null;
  }
}

async function firstExecutable(files: readonly string[]): Promise<string | null> {
  for (const file of files) {
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  return null;
}

/** Folder of the control group this process is in, as far as it is visible here. */
function ownFolder(mounts: string, own: string): string | null {
  const at = /^0::(\/.*)$/mu.exec(own)?.[1];
  if (at === undefined || at.split("/").includes("..")) return null;
  for (const line of mounts.split("\n")) {
    const [fields = "", rest = ""] = line.split(" - ");
    const [, , , root = "", mount = ""] = fields.split(" ");
    if (!rest.startsWith("cgroup2 ") || mount.includes("\\")) continue;
    const below = path.posix.relative(root, at);
    if (below.split("/")[0] !== "..") return path.posix.join(mount, below);
  }
  return null;
}

async function membersOf(folder: string): Promise<readonly number[]> {
  try {
    const [text, entries] = await Promise.all([
      readFile(path.join(folder, "cgroup.procs"), "latin1"),
      readdir(folder, { withFileTypes: true }),
    ]);
    const own = text.split("\n").filter(Boolean).map(Number);
    const below = entries.filter((entry) => entry.isDirectory());
    const others = await Promise.all(below.map((entry) => membersOf(path.join(folder, entry.name))));
    return [...own, ...others.flat()];
  } catch (error) {
    ignoreMissing(error);
    return [];
  }
}

async function removeFolders(folder: string): Promise<void> {
  try {
    for (const entry of await readdir(folder, { withFileTypes: true }))
      if (entry.isDirectory()) await removeFolders(path.join(folder, entry.name));
    await rmdir(folder);
  } catch (error) {
    ignoreMissing(error);
  }
}

/** Groups of processes of ours that are gone. */
async function removeAbandoned(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const owner = /^masterplan-(\d+)-/u.exec(name)?.[1];
    if (owner === undefined || Number(owner) === process.pid) continue;
    const lives = await access(`/proc/${owner}`).then(
      () => true,
      () => false,
    );
    if (!lives) await removeFolders(path.join(home, name));
  }
}

/** What cannot be removed now is looked at again by a later start. */
function removeQuietly(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** Gone, or not to be removed while somebody is in it. */
function ignoreMissing(error: unknown): void {
  const { code } = error as NodeJS.ErrnoException;
  if (!["ENOENT", "ENODEV", "EBUSY", "ENOTEMPTY"].includes(code ?? "")) throw error;
}
