import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { MasterPlanError } from "../../../core/errors";
import type { GitFolders } from "../runner/gitFolders";
import type { GitPlace } from "../repository/gitPlace";
import type { GitRunner } from "../runner/gitRunner";
import { exists, type OpenRepository } from "../repository/repository";
import { copyIndex } from "./copyIndex";

/**
 * Id of a tree that holds the user's files as they are, untracked ones included, ignored ones not. Works on a copy of
 * the index, which carries the file times and so spares reading unchanged files; the user's index is only read.
 */
export async function writeUserTree(
  runner: GitRunner,
  folders: GitFolders,
  repository: OpenRepository,
): Promise<string> {
  return folders.withScratch(async (scratch) => {
    const place = await scratchIndex(repository, join(scratch, "index"));
    const submodules = await listSubmodules(runner, place);
    const added = await addAll(runner, place, submodules);
    if (added.code === 0 && !added.stderr.includes("embedded git repository")) {
      return runner.text(place, ["write-tree"]);
    }
    // Untracked repositories inside: git would take in a bare reference to each, or give up at an empty one.
    const nested = await nestedRepositories(runner, repository.place);
    const fresh = await scratchIndex(repository, join(scratch, "again"));
    const again = await addAll(runner, fresh, [...submodules, ...nested]);
    if (again.code === 0) return runner.text(fresh, ["write-tree"]);
    throw new MasterPlanError(
      "git.failed",
      `git add could not read the files of ${repository.topLevel}: ${again.stderr.trim()}`,
    );
  });
}

/** Everything in the folder into the index of `place`, but for the repositories inside it, which stay their own. */
export async function addFiles(runner: GitRunner, place: GitPlace): Promise<void> {
  const [submodules, nested] = await Promise.all([
    listSubmodules(runner, place),
    nestedRepositories(runner, place),
  ]);
  const added = await addAll(runner, place, [...submodules, ...nested]);
  if (added.code === 0) return;
  throw new MasterPlanError(
    "git.failed",
    `git add could not read the files of ${place.workTree}: ${added.stderr.trim()}`,
  );
}

/**
 * `git add` asks each submodule for its state by running git inside, where the submodule's own configuration rules, so
 * they are left out; the copy of the index keeps what it says about them.
 */
function addAll(
  runner: GitRunner,
  place: GitPlace,
  leaving: readonly string[],
): Promise<{ readonly code: number; readonly stderr: string }> {
  const excluded = leaving.map((path) => `:(exclude,literal,top)${path}\0`);
  return runner.run(place, ["add", "--all", "--pathspec-from-file=-", "--pathspec-file-nul"], {
    writes: true,
    magicPaths: true,
    accept: [1, 128],
    input: [".\0", ...excluded].join(""),
  });
}

async function scratchIndex(repository: OpenRepository, index: string): Promise<GitPlace> {
  const own = join(repository.gitDir, "index");
  if (await exists(own)) await copyIndex(own, index);
  return { ...repository.place, index };
}

/** Repositories inside this one that it does not know, relative to its top level. */
async function nestedRepositories(runner: GitRunner, place: GitPlace): Promise<readonly string[]> {
  const untracked = await runner.list(place, ["ls-files", "--others", "--exclude-standard", "-z"]);
  return untracked.filter((path) => path.endsWith("/")).map((path) => path.slice(0, -1));
}

/** Paths of the submodules in the index. */
export async function listSubmodules(runner: GitRunner, place: GitPlace): Promise<readonly string[]> {
  if (await isWithoutSubmodules(place.index ?? join(place.gitDir, "index"))) return [];
  const { stdout } = await runner.run(place, ["ls-files", "--stage", "-z"]);
  const paths = new Set<string>();
  for (let at = 0; (at = stdout.indexOf("160000 ", at, "latin1")) >= 0; at += 1) {
    if (at > 0 && stdout[at - 1] !== 0) continue;
    const item = stdout.toString("utf8", at, stdout.indexOf(0, at));
    paths.add(item.slice(item.indexOf("\t") + 1));
  }
  return [...paths];
}

/** What `160000` is in an entry; also how other bytes may read by chance, which only means that git is asked. */
const submoduleMode = Buffer.from([0, 0, 0xe0, 0]);

/**
 * True when the index itself shows that it names no submodule, which spares starting git. Not where entries lie in
 * another file or where one stands for a whole folder: extensions `link` and `sdir`.
 */
async function isWithoutSubmodules(index: string): Promise<boolean> {
  const bytes = await readFile(index).catch(() => null);
  if (bytes?.toString("latin1", 0, 4) !== "DIRC") return false;
  return ![submoduleMode, "link", "sdir"].some((mark) => bytes.includes(mark));
}
