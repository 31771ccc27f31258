import type { UnchangeablePath } from "../core/change/path/unchangeable";
import type { BranchEnd } from "../core/run/branchEnd";
import type { LandingTarget } from "../core/run/run";

/**
 * The only way to git. One instance per workspace folder; every call goes through one hardened runner (rules G1-G6).
 * Rejects with `git.*` codes; nothing is changed when it does.
 */
export interface Git {
  /** What is there, before anything is touched. Never throws for an unusual repository: it is described. */
  inspect(): Promise<RepositoryState>;
  /**
   * Of these paths, relative to the workspace, those that no task may change: in a nested repository or a submodule of
   * the user's, or kept through a git filter such as LFS. They need not exist. Runs no filter and enters no repository.
   */
  unchangeable(paths: readonly string[]): Promise<readonly UnchangeablePath[]>;
  /** Makes a private repository in the storage folder when the workspace has none; a no-op otherwise. */
  prepare(): Promise<void>;
  /**
   * A commit holding the tree as it is now, untracked files included, ignored ones not. HEAD itself when the tree is
   * clean. Index, stash and status stay as they are. The commit is kept alive by a ref below refs/masterplan/.
   */
  snapshot(label: string): Promise<string>;
  /** Creates the run's branch at HEAD and, for target `branch`, checks it out without changing a file. */
  startBranch(
    name: string,
    target: LandingTarget,
  ): Promise<{ readonly branch: string; readonly head: string | null }>;
  /** A worktree of `commit` for one attempt, from the pool; its path is absolute, below the storage folder. */
  openWorktree(attempt: string, commit: string): Promise<Worktree>;
  /** Worktrees that exist on disk for attempts, for recovery and clean-up. */
  listWorktrees(): Promise<readonly Worktree[]>;
  /** Gives the worktree back to the pool; what was uncommitted in it is gone. */
  releaseWorktree(attempt: string): Promise<void>;
  /**
   * Takes the linked dependency folders out of the worktree at `folder`, so that an install makes real ones there and
   * cannot write through a link into the user's. What is installed is no change of the attempt. A no-op for a worktree
   * that was cleared before, and for any folder that is not a worktree of ours.
   */
  clearDependencies(folder: string): Promise<void>;
  /**
   * What changed in the user's own dependency folders since `since` (milliseconds since the epoch), of those that the
   * worktree at `folder` leads to by links; a few paths to show. Empty where it has copies, and for any other folder.
   */
  touchedDependencies(folder: string, since: number): Promise<readonly string[]>;
  /** Paths that differ between two commits, relative to the workspace; those outside it are left out. */
  changedPaths(from: string, to: string): Promise<readonly string[]>;
  /**
   * What differs between `commit` and the worktree's files, untracked included: paths, modes, contents. Rejects with
   * `git.nestedRepository`, naming the folders, when something changed inside a submodule or where the user has a
   * repository of their own, and for one that was made here; with `git.tooLarge` when nobody could review all of it.
   */
  changes(worktree: Worktree): Promise<readonly RawChange[]>;
  /** Content of `path` in `commit`, or null. */
  readFile(commit: string, path: string): Promise<Uint8Array | null>;
  /** Commits `files` on top of the run's branch, verifies reachability, and follows in the user's tree. */
  land(request: LandRequest): Promise<LandResult>;
  /** Sha of the commit that carries these trailers, searched from the run branch; null when none does. */
  findLanded(branch: string, trailers: Readonly<Record<string, string>>): Promise<string | null>;
  /**
   * Tries again to bring pending landed files into the user's tree; returns those that still wait. `unsaved` as in
   * `land`. To be called after a restart, too: it finishes what an interrupted landing left undone.
   */
  settleTree(branch: string, unsaved?: readonly string[]): Promise<readonly string[]>;
  /** Revert commits of exactly these commits, newest first, onto the branch; conflicts change nothing. */
  revert(
    branch: string,
    commits: readonly string[],
    message: (sha: string) => string,
    target: LandingTarget,
  ): Promise<readonly string[]>;
  /** At the end of a run: what becomes of its branch. */
  finishBranch(
    branch: string,
    original: string | null,
    how: BranchEnd,
    message: string,
  ): Promise<{ readonly sha: string | null }>;
  /** Files changed in the user's tree since `commit`, for manual tasks. Rejects with `git.tooLarge` as `changes` does. */
  changesSince(commit: string): Promise<readonly RawChange[]>;
  /** Leftovers named by this product: worktrees, refs and branches without a live run. */
  leftovers(
    liveRuns: readonly string[],
  ): Promise<readonly { readonly kind: "worktree" | "ref" | "branch"; readonly name: string }[]>;
  removeLeftovers(names: readonly string[]): Promise<void>;
}

export interface RepositoryState {
  readonly kind: "repository" | "private" | "none";
  readonly git_version: string;
  readonly version_warning: string | null;
  readonly head: string | null;
  readonly branch: string | null;
  readonly detached: boolean;
  readonly dirty_files: readonly string[];
  /** merge, rebase, cherry-pick, revert, bisect; null when nothing is in progress. */
  readonly operation: string | null;
  readonly identity: { readonly name: string; readonly email: string } | null;
  readonly nested_repositories: readonly string[];
  readonly submodules: readonly string[];
  readonly sparse: boolean;
  readonly lfs: boolean;
  readonly signing: boolean;
  readonly hooks: readonly string[];
  /** Reasons why a run cannot start, each a sentence; empty when it can. */
  readonly problems: readonly string[];
}

export interface Worktree {
  readonly attempt: string;
  readonly path: string;
  readonly commit: string;
}

export interface RawChange {
  readonly path: string;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
  readonly mode_before: string | null;
  readonly mode_after: string | null;
}

export interface LandRequest {
  readonly branch: string;
  readonly target: LandingTarget;
  /** Full content after the change; null deletes. Mode is a git mode such as 100644. */
  readonly files: readonly {
    readonly path: string;
    readonly content: Uint8Array | null;
    readonly mode: string;
  }[];
  readonly message: string;
  /** Files that an editor holds unsaved; they are never overwritten. */
  readonly unsaved: readonly string[];
  /** The commit the branch must be at; another one rejects with `git.headMoved`. */
  readonly expected_tip: string | null;
}

export interface LandResult {
  readonly sha: string;
  readonly tree: "updated" | "pending" | "detached";
  readonly pending_files: readonly string[];
}
