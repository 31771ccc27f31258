import { constants } from "node:fs";
import { lstat, open, readdir, readlink, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MasterPlanError } from "../../../core/errors";
import type { RawChange } from "../../../ports/git";
import { maxChangeBytes, refuseLargeChange, tooLarge } from "./changeSize";
import { isBelowDependencies } from "./dependencies";
import { refuseNestedPaths } from "../repository/foreignPaths";
import type { GitRunner } from "../runner/gitRunner";
import { parseRawDiff, readBlobs, type EntryChange } from "../objects/objects";
import type { OpenRepository } from "../repository/repository";
import type { Slot, SlotRecord } from "./slot";

/** What an attempt changed: bytes as they lie in the worktree against the bytes of the commit it forked from. */
export async function worktreeChanges(
  runner: GitRunner,
  repository: OpenRepository,
  slot: Slot,
  record: SlotRecord,
): Promise<readonly RawChange[]> {
  await slot.verify(repository);
  const { place } = slot;
  const [tracked, untracked, root] = await Promise.all([
    runner
      .list(place, ["diff-files", "-z", "--raw", "--no-renames", "--ignore-submodules=all"])
      .then(parseRawDiff),
    runner
      .list(place, ["ls-files", "--others", "--exclude-standard", "-z"])
      // An install made dependency folders here that the repository may not ignore.
      .then((paths) =>
        record.cleared === true ? paths.filter((path) => !isBelowDependencies(path)) : paths,
      ),
    realpath(slot.tree),
  ]);
  const added = untracked.map((path): EntryChange => ({ path, from: null, to: null }));
  const candidates = [...tracked, ...added].filter(({ path }) =>
    isOurs(path, repository.prefix, record.dependencies),
  );
  refuseNested(candidates);
  refuseUnreadableNames(candidates);
  await refuseSubmodules(slot, record, repository.prefix);
  await refuseNestedPaths(
    repository,
    candidates.map(({ path }) => path),
    "What the attempt changed",
  );
  const blobs = await readBlobs(
    runner,
    place,
    candidates.flatMap(({ from }) => (from === null ? [] : [from.id])),
  );
  const changes: RawChange[] = [];
  for (let at = 0; at < candidates.length; at += filesAtOnce) {
    const part = candidates.slice(at, at + filesAtOnce);
    const files = await Promise.all(
      part.map(({ path, from }) =>
        readTreeFile(root, path, from === null ? 0 : (blobs.get(from.id)?.length ?? 0)),
      ),
    );
    for (const [number, { path, from }] of part.entries()) {
      const file = files[number] ?? null;
      const before = from === null ? null : (blobs.get(from.id) ?? null);
      const after = file?.bytes ?? null;
      const mode = file === null ? null : fileMode(file, from?.mode ?? null, repository);
      if ((from?.mode ?? null) === mode && sameBytes(before, after)) continue;
      const relative = path.slice(repository.prefix.length);
      changes.push({ path: relative, before, after, mode_before: from?.mode ?? null, mode_after: mode });
    }
    refuseLargeChange(changes);
  }
  return changes.sort((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0));
}

/** Bounds open files and memory for attempts that change thousands. */
const filesAtOnce = 32;

function isOurs(path: string, prefix: string, dependencies: readonly string[]): boolean {
  return (
    path.startsWith(prefix) &&
    !dependencies.some((folder) => path === folder || path.startsWith(`${folder}/`))
  );
}

function refuseNested(candidates: readonly EntryChange[]): void {
  const nested = candidates.filter(({ path }) => path.endsWith("/")).map(({ path }) => path.slice(0, -1));
  if (nested.length === 0) return;
  throw new MasterPlanError(
    "git.nestedRepository",
    `The attempt made a repository of its own in ${nested.join(", ")}`,
    {
      hint: "Its files cannot be seen from outside; have the task create them without git init",
      details: { paths: nested },
    },
  );
}

/** Git names files by bytes. What is no text could be neither shown nor landed, while checks would see it all the same. */
function refuseUnreadableNames(candidates: readonly EntryChange[]): void {
  const names = candidates.map(({ path }) => path).filter((path) => path.includes("\ufffd"));
  if (names.length === 0) return;
  throw new MasterPlanError(
    "path.forbidden",
    `The attempt changed files whose names are not valid UTF-8: ${names.slice(0, 5).join(", ")}`,
    { hint: "Have the task give them other names", details: { paths: names } },
  );
}

/** The folder of a submodule is handed out empty, and git says nothing of what comes to be in it. */
async function refuseSubmodules(slot: Slot, record: SlotRecord, prefix: string): Promise<void> {
  const touched: string[] = [];
  for (const path of record.submodules ?? [])
    if (!(await isEmptyFolder(join(slot.tree, path)))) touched.push(path.slice(prefix.length));
  if (touched.length > 0) throw filledSubmodules(touched);
}

function filledSubmodules(folders: readonly string[]): MasterPlanError {
  return new MasterPlanError(
    "git.nestedRepository",
    folders.length === 1
      ? `The attempt changed what is in the submodule ${folders.join(", ")}, whose folder is empty in a worktree`
      : `The attempt changed what is in the submodules ${folders.join(", ")}, whose folders are empty in a worktree`,
    {
      hint: "Nothing in a submodule is part of a run, not even what a command checks out there: take that command out of the task, or make the task manual, which is done in your own folder",
      details: { paths: folders },
    },
  );
}

async function isEmptyFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory() && (await readdir(path)).length === 0;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}

interface TreeFile {
  readonly bytes: Uint8Array;
  readonly kind: "file" | "link";
  readonly executable: boolean;
}

/** Content of a file or link below `root`, a real path, never through a link; null when there is none. */
async function readTreeFile(root: string, path: string, before: number): Promise<TreeFile | null> {
  const file = join(root, path);
  let info;
  try {
    // A folder on the way that became a link: what lies behind it is not in the worktree.
    if ((await realpath(dirname(file))) !== dirname(file)) return null;
    info = await lstat(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw error;
  }
  if (info.isSymbolicLink())
    return { bytes: await readlink(file, { encoding: "buffer" }), kind: "link", executable: false };
  if (!info.isFile()) return null;
  // Looked at before it is read, because it may be larger than the memory.
  if (info.size > maxChangeBytes && info.size !== before) throw tooLarge(path, info.size);
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return {
      bytes: new Uint8Array(await handle.readFile()),
      kind: "file",
      executable: (info.mode & 0o100) !== 0,
    };
  } finally {
    await handle.close();
  }
}

function fileMode(file: TreeFile, before: string | null, repository: OpenRepository): string {
  if (file.kind === "link") return "120000";
  const regular = before === "100644" || before === "100755" ? before : null;
  // Without file modes or links on this file system the recorded ones hold.
  if (before === "120000" && repository.config.get("core.symlinks") === "false") return before;
  if (process.platform === "win32" || repository.config.get("core.filemode") === "false")
    return regular ?? "100644";
  return file.executable ? "100755" : "100644";
}

function sameBytes(left: Uint8Array | null, right: Uint8Array | null): boolean {
  if (left === null || right === null) return left === right;
  return Buffer.compare(left, right) === 0;
}
