import { join } from "node:path";
import { MasterPlanError } from "../../../core/errors";
import type { GitRunner } from "../runner/gitRunner";
import { readOptional } from "../runner/isolatedGitDir";
import { exists, zeroId, type OpenRepository } from "./repository";

export const branchPrefix = "masterplan/";
export const refPrefix = "refs/masterplan/";

export interface BranchState {
  readonly tip: string | null;
  /** The user's HEAD is this branch. */
  readonly checkedOut: boolean;
  /** Another linked worktree of the user has it checked out. */
  readonly elsewhere: string | null;
}

export async function branchState(
  runner: GitRunner,
  repository: OpenRepository,
  branch: string,
): Promise<BranchState> {
  const ref = `refs/heads/${branch}`;
  const plain = await plainBranchState(repository, ref);
  if (plain !== null) return plain;
  const format = "%(objectname)%00%(HEAD)%00%(worktreepath)%00%(refname)";
  const lines = (
    await runner.text(repository.place, ["for-each-ref", `--format=${format}`, "--", ref])
  ).split("\n");
  const fields = lines.map((line) => line.split("\0")).find((parts) => parts[3] === ref);
  if (fields === undefined) {
    return { tip: null, checkedOut: (await headBranch(runner, repository)) === branch, elsewhere: null };
  }
  const [tip = "", head, path = ""] = fields;
  const checkedOut = head === "*";
  return { tip, checkedOut, elsewhere: !checkedOut && path !== "" ? path : null };
}

/**
 * Read from the files where git keeps refs as plain files and nobody has linked worktrees, which spares starting git;
 * null where that is not so, or not certain.
 */
async function plainBranchState(repository: OpenRepository, ref: string): Promise<BranchState | null> {
  const [head, tip] = await Promise.all([plainHead(repository), looseRef(repository, ref)]);
  if (head === null || tip === null || repository.gitDir !== repository.commonDir) return null;
  if (await exists(join(repository.commonDir, "worktrees"))) return null;
  return { tip, checkedOut: head === ref, elsewhere: null };
}

/** Ref that HEAD names; null when git must be asked, as for a commit without a branch. */
async function plainHead(repository: OpenRepository): Promise<string | null> {
  const text = await readOptional(join(repository.gitDir, "HEAD"));
  const name = /^ref: (refs\/heads\/[^\n]+)\n$/u.exec(text ?? "")?.[1] ?? null;
  // How other ways of keeping refs say that this file means nothing.
  return name === "refs/heads/.invalid" ? null : name;
}

/** Commit in the ref's own file; null when it has none, is symbolic, or lies elsewhere. */
async function looseRef(repository: OpenRepository, ref: string): Promise<string | null> {
  // What a file system folds into one name is two names for git.
  if (!/^refs\/heads\/[a-z0-9][a-z0-9/_-]*$/u.test(ref)) return null;
  const text = await readOptional(join(repository.commonDir, ref));
  return /^([0-9a-f]{40}|[0-9a-f]{64})\n$/u.exec(text ?? "")?.[1] ?? null;
}

/** Branch that HEAD names, also when it has no commit yet; null when detached. */
export async function headBranch(runner: GitRunner, repository: OpenRepository): Promise<string | null> {
  const output = await runner.run(repository.place, ["symbolic-ref", "--quiet", "HEAD"], { accept: [1] });
  const name = output.stdout.toString("utf8").trim();
  return name.startsWith("refs/heads/") ? name.slice("refs/heads/".length) : null;
}

/** Commit id of a revision, or null. */
export function resolveCommit(
  runner: GitRunner,
  repository: OpenRepository,
  revision: string,
): Promise<string | null> {
  return resolve(runner, repository, `${revision}^{commit}`);
}

/** Ids of these objects, null for those that are not there, with one start of git. */
export async function resolveAll(
  runner: GitRunner,
  repository: OpenRepository,
  objects: readonly string[],
): Promise<readonly (string | null)[]> {
  const input = objects.map((object) => `${object}\n`).join("");
  const output = await runner.run(repository.place, ["cat-file", "--batch-check"], {
    input,
    accept: [1, 128],
  });
  const lines = output.stdout.toString("utf8").split("\n");
  // It ends at an object that cannot be read, and says nothing of those after it.
  if (output.code !== 0 || lines.length !== objects.length + 1)
    return Promise.all(objects.map((object) => resolve(runner, repository, object)));
  return lines.slice(0, -1).map((line) => /^([0-9a-f]{40}|[0-9a-f]{64}) \w+ \d+$/u.exec(line)?.[1] ?? null);
}

async function resolve(
  runner: GitRunner,
  repository: OpenRepository,
  object: string,
): Promise<string | null> {
  const args = ["rev-parse", "--quiet", "--verify", "--end-of-options", object];
  const output = await runner.run(repository.place, args, { accept: [1, 128] });
  const id = output.stdout.toString("utf8").trim();
  return output.code === 0 && id !== "" ? id : null;
}

/**
 * Moves `ref` from `from` to `to` (null: absent) or rejects with `git.headMoved` and leaves it. Reads it again
 * afterwards: what is reported landed is reachable.
 */
export async function moveRef(
  runner: GitRunner,
  repository: OpenRepository,
  ref: string,
  from: string | null,
  to: string | null,
  reason: string,
): Promise<void> {
  const zero = zeroId(repository);
  const args =
    to === null
      ? ["update-ref", "-m", reason, "-d", ref, from ?? zero]
      : ["update-ref", "--create-reflog", "-m", reason, ref, to, from ?? zero];
  const output = await runner.run(repository.place, args, { writes: true, accept: [1, 128] });
  const now = (await looseRef(repository, ref)) ?? (await resolveCommit(runner, repository, ref));
  if (output.code === 0 && now === to) return;
  if (now !== from) throw headMoved(ref.replace(/^refs\/heads\//u, ""), from, now);
  throw new MasterPlanError("git.failed", `git could not move ${ref}: ${output.stderr.trim()}`, {
    details: { ref },
  });
}

export function headMoved(branch: string, expected: string | null, found: string | null): MasterPlanError {
  const name = (id: string | null): string => (id === null ? "no commit" : id.slice(0, 12));
  return new MasterPlanError(
    "git.headMoved",
    `Branch ${branch} is at ${name(found)}, expected ${name(expected)}`,
    {
      hint: "It was moved outside this run; nothing was landed. Go on from where it is now, or land on a branch of its own",
      details: { branch, expected, found },
    },
  );
}

/** `head` is what the user has checked out instead; null when that is a commit without a branch. */
export function headElsewhere(branch: string, head: string | null): MasterPlanError {
  const where = head === null ? "a commit without a branch" : `branch ${head}`;
  return new MasterPlanError(
    "git.headMoved",
    `The workspace has ${where} checked out, expected branch ${branch}`,
    {
      hint: `Check out ${branch} again to go on, or land on a branch of its own; nothing was landed`,
      details: { branch, head },
    },
  );
}

export async function refuseBadBranchName(
  runner: GitRunner,
  repository: OpenRepository,
  branch: string,
): Promise<void> {
  refuseOptionLike(branch);
  const args = ["check-ref-format", `refs/heads/${branch}`];
  if ((await runner.run(repository.place, args, { accept: [1] })).code !== 0) throw badBranchName(branch);
}

/** A name that git commands would take for an option; git itself refuses to create such a branch. */
export function refuseOptionLike(branch: string): void {
  if (branch.startsWith("-")) throw badBranchName(branch);
}

function badBranchName(branch: string): MasterPlanError {
  return new MasterPlanError("git.failed", `${JSON.stringify(branch)} is not a name for a branch`);
}

export function refuseElsewhere(branch: string, state: BranchState): void {
  if (state.elsewhere === null) return;
  throw new MasterPlanError(
    "git.failed",
    `Branch ${branch} is checked out in another worktree, ${state.elsewhere}`,
    {
      hint: "Moving it would change what that worktree is compared with; check out something else there first",
    },
  );
}
