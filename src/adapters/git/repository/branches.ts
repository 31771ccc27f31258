import { MasterPlanError } from "../../../core/errors";
import type { BranchEnd } from "../../../core/run/branchEnd";
import type { LandingTarget } from "../../../core/run/run";
import { commitAsUser, refuseMissingIdentity } from "../objects/commits";
import { advance, type LandingDeps } from "../landing/landing";
import { compareTrees } from "../objects/objects";
import { pathStates } from "../landing/pathState";
import {
  branchPrefix,
  branchState,
  headBranch,
  moveRef,
  refPrefix,
  refuseBadBranchName,
  refuseElsewhere,
  resolveCommit,
} from "./refs";
import { refuseOperation, type OpenRepository } from "./repository";
import { mergeTrees } from "../landing/threeWay";

/** Creates the run's branch at HEAD and, for target `branch`, makes it the user's branch; no file changes. */
export async function startBranch(
  deps: LandingDeps,
  repository: OpenRepository,
  name: string,
  target: LandingTarget,
): Promise<{ readonly branch: string; readonly head: string | null }> {
  const { runner } = deps;
  await refuseOperation(repository);
  const head = await resolveCommit(runner, repository, "HEAD");
  if (target === "current") {
    const branch = await headBranch(runner, repository);
    if (branch !== null) return { branch, head };
    throw new MasterPlanError(
      "git.failed",
      "No branch is checked out, so commits cannot land on the current one",
      {
        hint: "Check out a branch, or let the run have a branch of its own",
      },
    );
  }
  const branch = await freeName(deps, repository, name);
  if (head !== null)
    await moveRef(runner, repository, `refs/heads/${branch}`, null, head, "masterplan: start");
  if (target === "branch") {
    await runner.run(
      repository.place,
      ["symbolic-ref", "-m", "masterplan: start", "HEAD", `refs/heads/${branch}`],
      { writes: true },
    );
  }
  return { branch, head };
}

async function freeName(deps: LandingDeps, repository: OpenRepository, name: string): Promise<string> {
  const slug = name.startsWith(branchPrefix) ? name.slice(branchPrefix.length) : name;
  const listed = await deps.runner.text(repository.place, [
    "for-each-ref",
    "--format=%(refname)",
    "refs/heads",
    refPrefix,
  ]);
  const taken = new Set(
    listed
      .split("\n")
      .map((ref) => ref.replace(/^refs\/(?:heads|masterplan\/finished)\//u, "").toLowerCase()),
  );
  const current = await headBranch(deps.runner, repository);
  if (current !== null) taken.add(current.toLowerCase());
  // A branch named like our folder leaves no room below it.
  const prefix = taken.has(branchPrefix.slice(0, -1)) ? branchPrefix.replace("/", "-") : branchPrefix;
  for (let number = 1; ; number += 1) {
    const candidate = `${prefix}${slug}${number === 1 ? "" : `-${number}`}`;
    if (taken.has(candidate.toLowerCase())) continue;
    await refuseBadBranchName(deps.runner, repository, candidate);
    return candidate;
  }
}

/** See the port. Every check comes before the first change; a branch that goes leaves a ref behind that keeps its commits. */
export async function finishBranch(
  deps: LandingDeps,
  repository: OpenRepository,
  branch: string,
  original: string | null,
  how: BranchEnd,
  message: string,
): Promise<{ readonly sha: string | null }> {
  const { runner } = deps;
  await refuseOperation(repository);
  const run = await branchState(runner, repository, branch);
  if (original === null || original === branch) return stayOn(how, branch, run.tip);
  if (run.tip === null) return leaveUnborn(deps, repository, branch, original, run.checkedOut);
  const base = await branchState(runner, repository, original);
  // The original branch has no files to go back to.
  if (base.tip === null && how === "drop" && run.checkedOut) return stayOn(how, branch, run.tip);
  refuseElsewhere(branch, run);
  if (how === "merge" || how === "squash") refuseElsewhere(original, base);
  const result = await finalCommit(deps, repository, {
    how,
    message,
    run: run.tip,
    base: base.tip,
    branch,
    original,
  });
  if (run.checkedOut)
    await switchTo(deps, repository, run.tip, result ?? base.tip, {
      branch,
      original,
      how,
      result,
      base: base.tip,
    });
  else if (result !== null && result !== base.tip) {
    await advance(deps, repository, {
      branch: original,
      from: base.tip,
      to: result,
      unsaved: [],
      reason: `masterplan: ${how} ${branch}`,
    });
  }
  if (how !== "keep") await retire(deps, repository, branch, run.tip);
  return { sha: how === "drop" || how === "keep" ? null : result };
}

function stayOn(how: BranchEnd, branch: string, tip: string | null): { readonly sha: string | null } {
  if (how === "keep" || how === "merge") return { sha: how === "merge" ? tip : null };
  throw new MasterPlanError(
    "git.failed",
    `There is no other branch to go back to from ${branch}, so it cannot be ${how === "drop" ? "dropped" : "squashed"}`,
    {
      hint: "Keep the branch, or check out another one and remove it with git",
    },
  );
}

/** Nothing was committed: the branch does not exist yet, only HEAD names it. */
async function leaveUnborn(
  deps: LandingDeps,
  repository: OpenRepository,
  branch: string,
  original: string,
  checkedOut: boolean,
): Promise<{ readonly sha: null }> {
  const { tip } = await branchState(deps.runner, repository, original);
  if (checkedOut && tip === null) {
    await deps.runner.run(
      repository.place,
      ["symbolic-ref", "-m", `masterplan: leave ${branch}`, "HEAD", `refs/heads/${original}`],
      { writes: true },
    );
  }
  return { sha: null };
}

interface FinalSpec {
  readonly how: BranchEnd;
  readonly message: string;
  readonly run: string;
  readonly base: string | null;
  readonly branch: string;
  readonly original: string;
}

/** What the original branch shall be at afterwards; null when it has no commit and shall not get one. */
async function finalCommit(
  deps: LandingDeps,
  repository: OpenRepository,
  spec: FinalSpec,
): Promise<string | null> {
  const { runner } = deps;
  if (spec.how === "keep" || spec.how === "drop") return spec.base;
  if (spec.base === null) return spec.run;
  const behind = await runner.run(repository.place, ["merge-base", "--is-ancestor", spec.run, spec.base], {
    accept: [1],
  });
  if (behind.code === 0) return spec.base;
  refuseMissingIdentity(repository);
  const ahead = await runner.run(repository.place, ["merge-base", "--is-ancestor", spec.base, spec.run], {
    accept: [1],
  });
  const tree =
    ahead.code === 0
      ? await runner.text(repository.place, ["rev-parse", "--verify", `${spec.run}^{tree}`])
      : await mergeTrees(
          deps,
          repository,
          { ours: spec.base, theirs: spec.run, base: null },
          `Branch ${spec.branch} cannot be merged into ${spec.original}`,
        );
  const parents = spec.how === "merge" ? [spec.base, spec.run] : [spec.base];
  return commitAsUser(runner, repository, { tree, parents, message: spec.message }, deps.clock);
}

interface Switch {
  readonly branch: string;
  readonly original: string;
  readonly how: BranchEnd;
  readonly result: string | null;
  readonly base: string | null;
}

/** Takes the user's tree from `from` to `to` and HEAD to the original branch; refuses when a file would be lost. */
async function switchTo(
  deps: LandingDeps,
  repository: OpenRepository,
  from: string,
  to: string | null,
  step: Switch,
): Promise<void> {
  const { runner } = deps;
  const { place } = repository;
  // An original branch without a commit has no files to go back to; the run's branch stays checked out.
  if (to === null) return;
  await refuseDirty(deps, repository, from, to, step);
  const trial = await runner.run(place, ["read-tree", "-n", "-m", "-u", from, to], { accept: [1, 128] });
  if (trial.code !== 0) throw cannotSwitch(step, [], trial.stderr.trim());
  if (step.result !== step.base) {
    await moveRef(
      runner,
      repository,
      `refs/heads/${step.original}`,
      step.base,
      to,
      `masterplan: ${step.how} ${step.branch}`,
    );
  }
  await runner.run(place, ["read-tree", "-m", "-u", from, to], { writes: true });
  await runner.run(
    place,
    ["symbolic-ref", "-m", `masterplan: leave ${step.branch}`, "HEAD", `refs/heads/${step.original}`],
    { writes: true },
  );
}

async function refuseDirty(
  deps: LandingDeps,
  repository: OpenRepository,
  from: string,
  to: string,
  step: Switch,
): Promise<void> {
  const changes = await compareTrees(deps.runner, repository.place, from, to);
  const states = await pathStates(
    deps.runner,
    repository.place,
    changes.map(({ path }) => path),
  );
  const dirty = [...states].filter(([, state]) => state.dirty || state.staged).map(([path]) => path);
  if (dirty.length > 0) throw cannotSwitch(step, dirty, "");
}

function cannotSwitch(step: Switch, files: readonly string[], reason: string): MasterPlanError {
  const what =
    files.length === 0 ? reason : `these files have changes of yours: ${files.slice(0, 10).join(", ")}`;
  return new MasterPlanError(
    "git.dirtyFile",
    `Going back to branch ${step.original} would touch your work, ${what}`,
    {
      hint: "Commit, stash or undo them first, or keep the branch checked out; nothing was changed",
      details: { files },
    },
  );
}

/** Takes the branch away but keeps its commits alive below refs/masterplan/finished/. */
async function retire(
  deps: LandingDeps,
  repository: OpenRepository,
  branch: string,
  tip: string,
): Promise<void> {
  const kept = `${refPrefix}finished/${branch}`;
  const before = await resolveCommit(deps.runner, repository, kept);
  if (before !== tip) await moveRef(deps.runner, repository, kept, before, tip, "masterplan: finished");
  await moveRef(deps.runner, repository, `refs/heads/${branch}`, tip, null, "masterplan: finished");
}
