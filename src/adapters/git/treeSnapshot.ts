import { join } from "node:path";
import { MasterPlanError } from "../../core/errors";
import type { GitFolders } from "./gitFolders";
import type { GitPlace } from "./gitPlace";
import type { GitRunner } from "./gitRunner";
import { exists, type OpenRepository } from "./repository";
import { copyIndex } from "./worktreePool";

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
    const added = await runner.run(place, ["add", "--all", "--", "."], { writes: true, accept: [1, 128] });
    if (added.code === 0 && !added.stderr.includes("embedded git repository"))
      return runner.text(place, ["write-tree"]);
    // Untracked repositories inside: git would take in a bare reference to each, or give up at an empty one.
    const nested = await nestedRepositories(runner, repository.place);
    if (nested.length === 0) {
      throw new MasterPlanError(
        "git.failed",
        `git add could not read the files of ${repository.topLevel}: ${added.stderr.trim()}`,
      );
    }
    const fresh = await scratchIndex(repository, join(scratch, "again"));
    const leaving = nested.map((path) => `:(exclude,literal,top)${path}`);
    await runner.run(fresh, ["add", "--all", "--", ".", ...leaving], { writes: true, magicPaths: true });
    return runner.text(fresh, ["write-tree"]);
  });
}

async function scratchIndex(repository: OpenRepository, index: string): Promise<GitPlace> {
  const own = join(repository.gitDir, "index");
  if (await exists(own)) await copyIndex(own, index);
  return { ...repository.place, index };
}

/** Repositories inside this one that it does not know, relative to its top level. */
export async function nestedRepositories(runner: GitRunner, place: GitPlace): Promise<readonly string[]> {
  const untracked = await runner.list(place, ["ls-files", "--others", "--exclude-standard", "-z"]);
  return untracked.filter((path) => path.endsWith("/")).map((path) => path.slice(0, -1));
}
