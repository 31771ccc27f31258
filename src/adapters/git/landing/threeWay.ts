import { MasterPlanError } from "../../../core/errors";
import { commitInternal } from "../objects/commits";
import type { GitPlace } from "../repository/gitPlace";
import { describeGitDir, writeGitDir } from "../runner/isolatedGitDir";
import type { LandingDeps } from "./landing";
import type { OpenRepository } from "../repository/repository";

export interface MergeSpec {
  readonly ours: string;
  readonly theirs: string;
  /** Commit whose tree is the common ground; null leaves finding it to git. */
  readonly base: string | null;
}

/**
 * Id of the merged tree. Rejects with `git.conflict` and names the files; nothing is changed then. Runs with our own
 * git folder, so that no merge driver of configuration and attributes can take part.
 */
export async function mergeTrees(
  deps: LandingDeps,
  repository: OpenRepository,
  spec: MergeSpec,
  failure: string,
): Promise<string> {
  const { runner, folders } = deps;
  const { ours, theirs } = spec.base === null ? spec : await onCommonBase(deps, repository, spec.base, spec);
  await writeGitDir(folders.engine, await describeGitDir(repository, true), "ref: refs/heads/none");
  const place: GitPlace = {
    gitDir: folders.engine,
    workTree: folders.engine,
    trust: "isolated",
    overrides: [],
  };
  const objects = { GIT_OBJECT_DIRECTORY: `${repository.commonDir}/objects` };
  const args = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs];
  const output = await runner.run(place, args, { writes: true, accept: [1, 129], env: objects });
  if (output.code === 129) {
    throw new MasterPlanError("git.failed", `${failure}: this needs git 2.38 or newer`, {
      hint: "Update git; nothing was changed",
    });
  }
  const [tree = "", ...rest] = output.stdout.toString("utf8").split("\0");
  if (output.code === 0) return tree.trim();
  const files = [...new Set(rest.filter((name) => name !== ""))];
  throw new MasterPlanError("git.conflict", `${failure}: both sides changed ${files.join(", ")}`, {
    hint: "Nothing was changed; resolve it by hand with git",
    details: { files },
  });
}

/** Commits with the same trees whose only common ground is `base`, because older git cannot be told the ground. */
async function onCommonBase(
  deps: LandingDeps,
  repository: OpenRepository,
  base: string,
  sides: { readonly ours: string; readonly theirs: string },
): Promise<{ readonly ours: string; readonly theirs: string }> {
  const commit = async (revision: string, parents: readonly string[]): Promise<string> => {
    const tree = await deps.runner.text(repository.place, ["rev-parse", "--verify", `${revision}^{tree}`]);
    return commitInternal(deps.runner, repository, { tree, parents, message: "common ground" }, deps.clock);
  };
  const ground = await commit(base, []);
  return { ours: await commit(sides.ours, [ground]), theirs: await commit(sides.theirs, [ground]) };
}
