import { MasterPlanError } from "../../../core/errors";
import type { LandingTarget } from "../../../core/run/run";
import { commitAsUser, commitInternal, refuseMissingIdentity } from "../objects/commits";
import { advance, expectTip, type LandingDeps } from "./landing";
import { branchState, resolveCommit } from "../repository/refs";
import { emptyTree, type OpenRepository } from "../repository/repository";
import { mergeTrees } from "./threeWay";

/** Ids of the new commits, newest reverted first; a commit whose changes are gone already gets none. */
export async function revertCommits(
  deps: LandingDeps,
  repository: OpenRepository,
  branch: string,
  commits: readonly string[],
  message: (sha: string) => string,
  target: LandingTarget,
): Promise<readonly string[]> {
  const { runner } = deps;
  refuseMissingIdentity(repository);
  const { tip } = await branchState(runner, repository, branch);
  await expectTip(deps, repository, { branch, target, expected_tip: tip });
  if (tip === null) throw new MasterPlanError("git.failed", `Branch ${branch} has no commit to revert`);
  const made: string[] = [];
  let top = tip;
  for (const sha of commits) {
    const before =
      (await resolveCommit(runner, repository, `${sha}^`)) ?? (await emptyCommit(deps, repository));
    const spec = { ours: top, theirs: before, base: sha };
    const tree = await mergeTrees(deps, repository, spec, `Commit ${sha.slice(0, 12)} cannot be reverted`);
    if (tree === (await runner.text(repository.place, ["rev-parse", "--verify", `${top}^{tree}`]))) continue;
    top = await commitAsUser(runner, repository, { tree, parents: [top], message: message(sha) }, deps.clock);
    made.push(top);
  }
  if (top !== tip)
    await advance(deps, repository, {
      branch,
      from: tip,
      to: top,
      unsaved: [],
      reason: "masterplan: revert",
    });
  return made;
}

function emptyCommit(deps: LandingDeps, repository: OpenRepository): Promise<string> {
  return commitInternal(
    deps.runner,
    repository,
    { tree: emptyTree(repository), parents: [], message: "empty" },
    deps.clock,
  );
}
