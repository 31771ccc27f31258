import { MasterPlanError } from "../../../core/errors";
import type { GitRunner } from "../runner/gitRunner";
import { branchPrefix, headBranch, moveRef, refPrefix, resolveCommit } from "../repository/refs";
import type { OpenRepository } from "../repository/repository";
import type { WorktreePool } from "./worktreePool";

export interface Leftover {
  readonly kind: "worktree" | "ref" | "branch";
  readonly name: string;
}

/** What carries our name and none of the `live` ones: ids of runs and attempts, and names of branches. */
export async function listLeftovers(
  runner: GitRunner,
  repository: OpenRepository,
  pool: WorktreePool,
  live: readonly string[],
): Promise<readonly Leftover[]> {
  const isLive = (name: string): boolean => live.some((id) => id !== "" && name.includes(id));
  const worktrees = (await pool.list(repository)).map(({ attempt }): Leftover => ({
    kind: "worktree",
    name: attempt,
  }));
  const listed = await runner.text(repository.place, [
    "for-each-ref",
    "--format=%(refname)",
    refPrefix,
    `refs/heads/${branchPrefix}`,
  ]);
  const current = await headBranch(runner, repository);
  const refs = listed
    .split("\n")
    .filter((ref) => ref !== "" && ref !== `refs/heads/${current ?? ""}`)
    .map((name): Leftover => ({ kind: name.startsWith("refs/heads/") ? "branch" : "ref", name }));
  return [...worktrees, ...refs].filter(({ name }) => !isLive(name));
}

/** Removes leftovers by the names they are listed under; any other name is refused before anything is removed. */
export async function removeLeftovers(
  runner: GitRunner,
  repository: OpenRepository,
  pool: WorktreePool,
  names: readonly string[],
): Promise<void> {
  const known = new Map(
    (await listLeftovers(runner, repository, pool, [])).map((item) => [item.name, item.kind]),
  );
  const stranger = names.find((name) => !known.has(name));
  if (stranger !== undefined)
    throw new MasterPlanError("git.failed", `${JSON.stringify(stranger)} is not something left over here`);
  for (const name of names) {
    if (known.get(name) === "worktree") await pool.release(repository, name);
    else
      await moveRef(
        runner,
        repository,
        name,
        await resolveCommit(runner, repository, name),
        null,
        "masterplan: clean up",
      );
  }
}
