import { MasterPlanError } from "../../../core/errors";
import type { GitRunner } from "../runner/gitRunner";
import { chunks } from "../landing/pathState";
import type { OpenRepository } from "./repository";

/**
 * Refuses, with `git.dirtyFile`, files that the user told git not to look at (`skip-worktree`, `assume-unchanged`): git
 * calls them clean whatever lies in them, and writing their index entry would lose the mark. In a sparse checkout the
 * first mark means that the file is not here, so nothing is lost there.
 */
export async function refuseHeldEntries(
  runner: GitRunner,
  repository: OpenRepository,
  paths: readonly string[],
): Promise<void> {
  const isSparse = repository.config.flag("core.sparseCheckout");
  const wanted = new Set(paths);
  const held: string[] = [];
  for (const chunk of chunks(paths)) {
    for (const item of await runner.list(repository.place, ["ls-files", "-v", "-z", "--", ...chunk])) {
      const [tag, path] = [item.charAt(0), item.slice(2)];
      const isHeld = /[a-z]/u.test(tag) || (tag === "S" && !isSparse);
      if (isHeld && wanted.has(path)) held.push(path.slice(repository.prefix.length));
    }
  }
  if (held.length === 0) return;
  throw new MasterPlanError(
    "git.dirtyFile",
    `${held.join(", ")} would be overwritten, which you told git not to look at (skip-worktree or assume-unchanged)`,
    {
      hint: "Take the mark off with git update-index --no-skip-worktree --no-assume-unchanged, then accept again; the change is kept",
      details: { files: held },
    },
  );
}
