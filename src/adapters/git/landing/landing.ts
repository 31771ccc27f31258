import type { LandRequest, LandResult } from "../../../ports/git";
import type { Clock } from "../../../ports/clock";
import { commitAsUser, refuseMissingIdentity } from "../objects/commits";
import { refuseNestedPaths } from "../repository/foreignPaths";
import type { GitFolders } from "../runner/gitFolders";
import type { GitRunner } from "../runner/gitRunner";
import { compareTrees, type EntryChange } from "../objects/objects";
import { refuseHeldEntries } from "../repository/heldEntries";
import type { LandingIndex } from "./landingIndex";
import { refuseUnsafeFiles } from "./landingPath";
import { isKnown, type UserTree } from "./userTree";
import { pathStates, type PathState } from "./pathState";
import type { PendingFiles } from "./pendingFiles";
import {
  branchState,
  headBranch,
  headElsewhere,
  headMoved,
  moveRef,
  refuseOptionLike,
  refuseElsewhere,
} from "../repository/refs";
import { emptyTree, refuseOperation, type OpenRepository } from "../repository/repository";
import { buildTree } from "../objects/treeBuilder";
import { sameEntry, type TreeEntry } from "../repository/gitPlace";

export interface LandingDeps {
  readonly runner: GitRunner;
  readonly folders: GitFolders;
  readonly clock: Clock;
  readonly userTree: UserTree;
  readonly pending: PendingFiles;
  readonly landingIndex: LandingIndex;
}

/** One commit with exactly the requested files on top of the branch; see the port for what is refused. */
export async function land(
  deps: LandingDeps,
  repository: OpenRepository,
  request: LandRequest,
): Promise<LandResult> {
  refuseUnsafeFiles(request.files);
  refuseOptionLike(request.branch);
  refuseMissingIdentity(repository);
  const files = request.files.map((file) => ({ ...file, path: `${repository.prefix}${file.path}` }));
  await refuseNestedPaths(
    repository,
    files.map(({ path }) => path),
  );
  const tip = await expectTip(deps, repository, request);
  const base = tip ?? emptyTree(repository);
  // What may differ between tree, index and files is asked while the commit is being built: both take their time.
  const survey =
    request.target === "detached"
      ? null
      : deps.userTree.suspects(
          repository,
          base,
          files.map(({ path }) => path),
        );
  const [{ tree, changes }, suspects] = await Promise.all([
    buildTree(deps, repository, base, files),
    survey,
    survey === null
      ? null
      : refuseHeldEntries(
          deps.runner,
          repository,
          files.map(({ path }) => path),
        ),
  ]);
  const spec = { tree, parents: tip === null ? [] : [tip], message: request.message };
  const asked = new Set(files.map(({ path }) => path));
  const [states, sha] = await Promise.all([
    suspects === null
      ? null
      : changes.every(({ path }) => asked.has(path))
        ? deps.userTree.survey(repository, base, changes, suspects)
        : deps.userTree.survey(repository, base, changes),
    commitAsUser(deps.runner, repository, spec, deps.clock),
  ]);
  deps.landingIndex.committed(tree, sha);
  const unsaved = request.unsaved.map((path) => `${repository.prefix}${path}`);
  const step = { branch: request.branch, from: tip, to: sha, unsaved, reason: "masterplan: land" };
  return advance(deps, repository, step, { changes, states });
}

/** The branch's tip, after making sure that it is the expected one and that the user's tree can follow it. */
export async function expectTip(
  deps: LandingDeps,
  repository: OpenRepository,
  request: Pick<LandRequest, "branch" | "target" | "expected_tip">,
): Promise<string | null> {
  const state = await branchState(deps.runner, repository, request.branch);
  if (state.checkedOut || request.target !== "detached") await refuseOperation(repository);
  if (state.tip !== request.expected_tip) throw headMoved(request.branch, request.expected_tip, state.tip);
  if (!state.checkedOut && request.target !== "detached") {
    throw headElsewhere(request.branch, await headBranch(deps.runner, repository));
  }
  refuseElsewhere(request.branch, state);
  return state.tip;
}

export interface Advance {
  readonly branch: string;
  readonly from: string | null;
  readonly to: string;
  /** Relative to the top level. */
  readonly unsaved: readonly string[];
  /** For the reflog. */
  readonly reason: string;
}

/** What is known already of the step that a branch takes. */
export interface KnownChanges {
  readonly changes: readonly EntryChange[];
  /** Of the changed files in the user's tree; null when nobody asked. */
  readonly states: ReadonlyMap<string, PathState> | null;
}

/** Moves the branch and lets the user's tree follow when the branch is checked out there. */
export async function advance(
  deps: LandingDeps,
  repository: OpenRepository,
  step: Advance,
  known?: KnownChanges,
): Promise<LandResult> {
  const { runner, userTree, pending } = deps;
  const ref = `refs/heads/${step.branch}`;
  const from = step.from ?? emptyTree(repository);
  const { checkedOut } = await branchState(runner, repository, step.branch);
  if (!checkedOut) {
    await moveRef(runner, repository, ref, step.from, step.to, step.reason);
    return { sha: step.to, tree: "detached", pending_files: [] };
  }
  const changes = known?.changes ?? (await compareTrees(runner, repository.place, from, step.to));
  const states = known?.states ?? (await userTree.survey(repository, from, changes));
  await pending.add(changes.map(({ path, from: entry }) => ({ path, branch: step.branch, known: [entry] })));
  try {
    await moveRef(runner, repository, ref, step.from, step.to, step.reason);
  } catch (error) {
    await pending.remove(
      step.branch,
      changes.map(({ path }) => path),
    );
    throw error;
  }
  const waiting = await userTree.tryFollow(repository, from, step.to, changes, states, new Set(step.unsaved));
  const waits = new Set(waiting);
  await pending.remove(
    step.branch,
    changes.map(({ path }) => path).filter((path) => !waits.has(path)),
  );
  return {
    sha: step.to,
    tree: waiting.length === 0 ? "updated" : "pending",
    pending_files: inWorkspace(repository, waiting),
  };
}

/** Tries to bring waiting files into the user's tree; returns those that still wait. */
export async function settle(
  deps: LandingDeps,
  repository: OpenRepository,
  branch: string,
  unsaved: readonly string[],
): Promise<readonly string[]> {
  const { runner, userTree, pending } = deps;
  const files = (await pending.read()).filter((file) => file.branch === branch);
  if (files.length === 0) return [];
  const { tip, checkedOut } = await branchState(runner, repository, branch);
  const paths = files.map(({ path }) => path);
  if (!checkedOut || tip === null) return inWorkspace(repository, paths);
  const held = new Set(unsaved.map((path) => `${repository.prefix}${path}`));
  const targets = new Map<string, TreeEntry | null>(paths.map((path) => [path, null]));
  for (const { path, to } of await compareTrees(runner, repository.place, emptyTree(repository), tip)) {
    if (targets.has(path)) targets.set(path, to);
  }
  const entries = await userTree.indexEntries(repository, paths);
  const there = await userTree.matching(
    repository,
    paths.map((path) => ({ path, entry: targets.get(path) ?? null })),
  );
  const done: string[] = [];
  for (const { path, known } of files) {
    const target = targets.get(path) ?? null;
    const entry = entries.get(path) ?? null;
    // The branch is back at what the user had when it started to wait: what differs now is the user's own edit.
    if (sameEntry(entry, target) && isKnown(target, known)) {
      done.push(path);
      continue;
    }
    if (!sameEntry(entry, target) && !isKnown(entry, known)) continue;
    if (there.has(path)) {
      await userTree.setIndex(repository.place, [{ path, from: entry, to: target }], repository);
      done.push(path);
      continue;
    }
    if (held.has(path)) continue;
    for (const version of known) {
      if (!(await userTree.matching(repository, [{ path, entry: version }])).has(path)) continue;
      if (await replaceOne(deps, repository, tip, { path, from: version, to: target }, entry))
        done.push(path);
      break;
    }
  }
  await pending.remove(branch, done);
  const settled = new Set(done);
  return inWorkspace(
    repository,
    paths.filter((path) => !settled.has(path)),
  );
}

/** The user's file is the `from` side: puts the index entry there too, then lets git replace both. */
async function replaceOne(
  deps: LandingDeps,
  repository: OpenRepository,
  tip: string,
  change: { readonly path: string; readonly from: TreeEntry | null; readonly to: TreeEntry | null },
  entry: TreeEntry | null,
): Promise<boolean> {
  const { userTree } = deps;
  const before = await userTree.treeWith(repository, tip, [
    { path: change.path, from: null, to: change.from },
  ]);
  await userTree.setIndex(
    repository.place,
    [{ path: change.path, from: entry, to: change.from }],
    repository,
  );
  const states = await pathStates(deps.runner, repository.place, [change.path]);
  const clean = states.get(change.path)?.dirty === false;
  const free = new Map([[change.path, { staged: false, dirty: !clean }]]);
  const waiting = await userTree.follow(repository, before, tip, [change], free, new Set());
  return waiting.length === 0;
}

function inWorkspace(repository: OpenRepository, paths: readonly string[]): readonly string[] {
  return paths.map((path) =>
    path.startsWith(repository.prefix) ? path.slice(repository.prefix.length) : path,
  );
}
