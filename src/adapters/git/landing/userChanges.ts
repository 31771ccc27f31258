import type { RawChange } from "../../../ports/git";
import type { GitFolders } from "../runner/gitFolders";
import type { GitRunner } from "../runner/gitRunner";
import { compareTrees, readBlobs } from "../objects/objects";
import type { OpenRepository } from "../repository/repository";
import { refuseLargeChange } from "../worktree/changeSize";
import { writeUserTree } from "../objects/treeSnapshot";

/** Files of the user's tree that differ from `commit`, in the form the repository keeps them (line endings). */
export async function changesSince(
  runner: GitRunner,
  folders: GitFolders,
  repository: OpenRepository,
  commit: string,
): Promise<readonly RawChange[]> {
  const { place, prefix } = repository;
  const tree = await writeUserTree(runner, folders, repository);
  const changes = (await compareTrees(runner, place, commit, tree)).filter(
    ({ path, from, to }) => path.startsWith(prefix) && from?.mode !== "160000" && to?.mode !== "160000",
  );
  const ids = changes.flatMap(({ from, to }) =>
    [from, to].flatMap((entry) => (entry === null ? [] : [entry.id])),
  );
  const blobs = await readBlobs(runner, place, ids);
  const found = changes.map(({ path, from, to }) => ({
    path: path.slice(prefix.length),
    before: from === null ? null : (blobs.get(from.id) ?? null),
    after: to === null ? null : (blobs.get(to.id) ?? null),
    mode_before: from?.mode ?? null,
    mode_after: to?.mode ?? null,
  }));
  refuseLargeChange(found);
  return found;
}
