import { MasterPlanError } from "../../../core/errors";
import type { Clock } from "../../../ports/clock";
import type { GitRunner } from "../runner/gitRunner";
import type { OpenRepository } from "../repository/repository";

export interface CommitSpec {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
}

/** Author and committer of commits that never reach a branch. */
const ownIdentity = {
  GIT_AUTHOR_NAME: "MasterPlan",
  GIT_AUTHOR_EMAIL: "masterplan@localhost",
  GIT_COMMITTER_NAME: "MasterPlan",
  GIT_COMMITTER_EMAIL: "masterplan@localhost",
};

/** A commit of ours that keeps a tree alive; needs no identity and is never signed. */
export function commitInternal(
  runner: GitRunner,
  repository: OpenRepository,
  spec: CommitSpec,
  clock: Clock,
): Promise<string> {
  return commitTree(runner, repository, spec, clock, [], ownIdentity);
}

/** A commit in the user's name, signed when the configuration says so. Rejects with `git.noIdentity`. */
export async function commitAsUser(
  runner: GitRunner,
  repository: OpenRepository,
  spec: CommitSpec,
  clock: Clock,
): Promise<string> {
  refuseMissingIdentity(repository);
  if (!repository.config.flag("commit.gpgSign")) return commitTree(runner, repository, spec, clock, [], {});
  try {
    return await commitTree(runner, repository, spec, clock, ["-S"], {});
  } catch (error) {
    throw new MasterPlanError(
      "git.failed",
      `The commit could not be signed: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
        hint: "commit.gpgSign is on; check that git commit -S works in a terminal, then try again. Nothing was changed",
      },
    );
  }
}

export function refuseMissingIdentity(repository: OpenRepository): void {
  if (repository.config.identity() !== null) return;
  throw new MasterPlanError("git.noIdentity", `Git knows no author for commits in ${repository.topLevel}`, {
    hint: "Set user.name and user.email with git config; nothing was changed",
  });
}

async function commitTree(
  runner: GitRunner,
  repository: OpenRepository,
  spec: CommitSpec,
  clock: Clock,
  flags: readonly string[],
  identity: Readonly<Record<string, string>>,
): Promise<string> {
  const date = gitDate(clock.now());
  const parents = spec.parents.flatMap((parent) => ["-p", parent]);
  const message = spec.message.endsWith("\n") ? spec.message : `${spec.message}\n`;
  return runner.text(repository.place, ["commit-tree", ...flags, ...parents, "-F", "-", spec.tree], {
    writes: true,
    input: message,
    env: { ...identity, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  });
}

/** Seconds and the offset of this machine, as in `@1790000000 +0200`. */
function gitDate(ms: number): string {
  const minutes = -new Date(ms).getTimezoneOffset();
  const hours = String(Math.floor(Math.abs(minutes) / 60)).padStart(2, "0");
  const rest = String(Math.abs(minutes) % 60).padStart(2, "0");
  return `@${Math.floor(ms / 1000)} ${minutes < 0 ? "-" : "+"}${hours}${rest}`;
}
