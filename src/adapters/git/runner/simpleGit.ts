import { realpath } from "node:fs/promises";
import type { UnchangeablePath } from "../../../core/change/path/unchangeable";
import { parseWorkspacePath } from "../../../core/change/path/workspacePath";
import { MasterPlanError } from "../../../core/errors";
import { createTranslate, type Translate } from "../../../core/translate";
import type { Clock } from "../../../ports/clock";
import type { Git, RepositoryState } from "../../../ports/git";
import type { Logger } from "../../../ports/logger";
import { finishBranch, startBranch } from "../repository/branches";
import { commitInternal } from "../objects/commits";
import { findGit, parseGitVersion, type GitVersion } from "./gitBinary";
import { nestedOwners, unchangeablePaths } from "../repository/foreignPaths";
import { GitFolders } from "./gitFolders";
import { GitRunner } from "./gitRunner";
import { stateOfRepository, stateWithoutGit, stateWithoutRepository } from "../repository/inspectRepository";
import { findLanded } from "../landing/landedCommits";
import { land, settle, type LandingDeps } from "../landing/landing";
import { LandingIndex } from "../landing/landingIndex";
import { listLeftovers, removeLeftovers } from "../worktree/leftovers";
import { compareTrees, readBlobAt } from "../objects/objects";
import { PendingFiles } from "../landing/pendingFiles";
import { commitFilesAsFound, createPrivateRepository } from "../repository/privateRepository";
import { moveRef, refPrefix, resolveAll } from "../repository/refs";
import {
  discoverRepository,
  globalIdentity,
  openRepository,
  type Discovery,
  type OpenRepository,
  type Repository,
} from "../repository/repository";
import { RepositoryMemory, stateOf } from "../repository/repositoryMemory";
import { revertCommits } from "../landing/reverting";
import { writeUserTree } from "../objects/treeSnapshot";
import { changesSince } from "../landing/userChanges";
import { UserTree } from "../landing/userTree";
import { worktreeChanges } from "../worktree/worktreeChanges";
import { WorktreePool } from "../worktree/worktreePool";

export interface GitOptions {
  /** The workspace folder, absolute. */
  readonly workspace: string;
  /** A folder of ours outside the workspace; git keeps what it needs in a folder `git` below it. */
  readonly storage: string;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly env?: NodeJS.ProcessEnv;
  readonly translate?: Translate;
}

/** Nothing is read or written before the first call. */
export function createGit(options: GitOptions): Git {
  const tools = new Tools(options);
  return {
    inspect: () => tools.inspect(),
    unchangeable: (paths) => tools.unchangeable(paths),
    prepare: () => tools.change((deps) => tools.prepare(deps)),
    snapshot: (label) => tools.change((deps) => snapshot(deps, tools, label)),
    startBranch: (name, target) =>
      tools.change(async (deps) => {
        const repository = await tools.open(deps);
        if (repository.kind === "private") await commitFilesAsFound(deps.runner, repository, deps.clock);
        return startBranch(deps, repository, name, target);
      }),
    openWorktree: async (attempt, commit) => {
      const deps = await tools.deps();
      return deps.pool.open(await tools.open(deps), attempt, commit);
    },
    listWorktrees: async () => {
      const deps = await tools.deps();
      return deps.pool.list(await tools.open(deps));
    },
    releaseWorktree: async (attempt) => {
      const deps = await tools.deps();
      await deps.pool.release(await tools.open(deps), attempt);
    },
    clearDependencies: async (folder) => {
      const deps = await tools.deps();
      await deps.pool.clearDependencies(await tools.open(deps), folder);
    },
    touchedDependencies: async (folder, since) => {
      const deps = await tools.deps();
      return deps.pool.touchedDependencies(await tools.open(deps), folder, since);
    },
    changedPaths: async (from, to) => {
      const deps = await tools.deps();
      const { place, prefix } = await tools.open(deps);
      return (await compareTrees(deps.runner, place, from, to))
        .filter(({ path }) => path.startsWith(prefix))
        .map(({ path }) => path.slice(prefix.length));
    },
    changes: async (worktree) => {
      const deps = await tools.deps();
      const repository = await tools.open(deps);
      const { slot, record } = await deps.pool.find(repository, worktree.attempt);
      return worktreeChanges(deps.runner, repository, slot, record);
    },
    readFile: async (commit, path) => {
      const deps = await tools.deps();
      const { place, prefix } = await tools.open(deps);
      return readBlobAt(deps.runner, place, commit, `${prefix}${path}`);
    },
    land: (request) => tools.change(async (deps) => land(deps, await tools.open(deps), request)),
    findLanded: async (branch, trailers) => {
      const deps = await tools.deps();
      return findLanded(deps.runner, await tools.open(deps), branch, trailers);
    },
    settleTree: (branch, unsaved = []) =>
      tools.change(async (deps) => settle(deps, await tools.open(deps), branch, unsaved)),
    revert: (branch, commits, message, target) =>
      tools.change(async (deps) =>
        revertCommits(deps, await tools.open(deps), branch, commits, message, target),
      ),
    finishBranch: (branch, original, how, message) =>
      tools.change(async (deps) =>
        finishBranch(deps, await tools.open(deps), branch, original, how, message),
      ),
    changesSince: async (commit) => {
      const deps = await tools.deps();
      return changesSince(deps.runner, deps.folders, await tools.open(deps), commit);
    },
    leftovers: async (liveRuns) => {
      const deps = await tools.deps();
      return listLeftovers(deps.runner, await tools.open(deps), deps.pool, liveRuns);
    },
    removeLeftovers: (names) =>
      tools.change(async (deps) => removeLeftovers(deps.runner, await tools.open(deps), deps.pool, names)),
  };
}

async function snapshot(deps: Deps, tools: Tools, label: string): Promise<string> {
  const repository = await tools.open(deps);
  const { runner } = deps;
  const ref = `${refPrefix}${label}`;
  const [tree, [head = null, headTree = null, before = null]] = await Promise.all([
    writeUserTree(runner, deps.folders, repository),
    resolveAll(runner, repository, ["HEAD^{commit}", "HEAD^{tree}", `${ref}^{commit}`]),
  ]);
  if (head !== null && tree === headTree) return head;
  const spec = { tree, parents: head === null ? [] : [head], message: `Snapshot ${label}` };
  const sha = await commitInternal(runner, repository, spec, deps.clock);
  await moveRef(runner, repository, ref, before, sha, "masterplan: snapshot");
  return sha;
}

interface Deps extends LandingDeps {
  readonly pool: WorktreePool;
  readonly version: GitVersion;
  readonly workspace: string;
}

/** What the calls share, made on the first one. Changes to the repository are made one after the other. */
class Tools {
  readonly #options: GitOptions;
  readonly #translate: Translate;
  #deps: Promise<Deps | null> | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  readonly #memory = new RepositoryMemory();

  constructor(options: GitOptions) {
    this.#options = options;
    this.#translate = options.translate ?? createTranslate({});
  }

  async deps(): Promise<Deps> {
    const deps = await this.#optionalDeps();
    if (deps !== null) return deps;
    throw new MasterPlanError("git.missing", "Git was not found on the search path", {
      hint: "Install git 2.32 or newer and open the folder again",
    });
  }

  async change<T>(work: (deps: Deps) => Promise<T>): Promise<T> {
    const turn = this.#tail.then(async () => work(await this.deps()));
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  async open(deps: Deps): Promise<OpenRepository> {
    const { runner } = deps;
    const known = await this.#memory.recall(runner.env);
    if (known !== null) return known;
    const discovery = await this.#discover(deps);
    if (discovery.found !== null) return this.#remember(deps, discovery.found);
    throw new MasterPlanError(
      "git.failed",
      `There is no usable repository in ${deps.workspace}: ${discovery.message.split("\n")[0] ?? ""}`,
      {
        hint: "A folder without git gets a repository of its own when a run is prepared",
      },
    );
  }

  async inspect(): Promise<RepositoryState> {
    const deps = await this.#optionalDeps();
    if (deps === null) return stateWithoutGit(this.#translate);
    const { runner, version } = deps;
    const known = await this.#memory.recall(runner.env);
    if (known !== null) return stateOfRepository(runner, version, known, this.#translate);
    const discovery = await this.#discover(deps);
    if (discovery.found === null) {
      const identity = await globalIdentity(runner, deps.folders);
      return stateWithoutRepository(version, discovery, identity, this.#translate);
    }
    const repository = await this.#remember(deps, discovery.found);
    return stateOfRepository(runner, version, repository, this.#translate);
  }

  async #remember({ runner }: Deps, found: Repository): Promise<OpenRepository> {
    const state = await stateOf(found, runner.env);
    const repository = await openRepository(runner, found);
    await this.#memory.keep(repository, runner.env, state);
    return repository;
  }

  async unchangeable(asked: readonly string[]): Promise<readonly UnchangeablePath[]> {
    const paths = asked.filter((path) => parseWorkspacePath(path).ok);
    if (paths.length === 0) return [];
    const deps = await this.deps();
    const { found } = await this.#discover(deps);
    if (found !== null)
      return unchangeablePaths(deps.runner, await openRepository(deps.runner, found), paths);
    const owners = await nestedOwners(deps.workspace, paths);
    return [...owners].map(([path, by]) => ({ path, why: "nested_repository", by }));
  }

  async prepare(deps: Deps): Promise<void> {
    const discovery = await this.#discover(deps);
    if (discovery.found === null && discovery.reason === "none") {
      await createPrivateRepository(deps.runner, deps.folders, deps.workspace);
    }
    const repository = await this.open(deps);
    if (repository.kind === "private") await commitFilesAsFound(deps.runner, repository, deps.clock);
  }

  #discover(deps: Deps): Promise<Discovery> {
    return discoverRepository(deps.runner, deps.folders, deps.workspace);
  }

  async #optionalDeps(): Promise<Deps | null> {
    this.#deps ??= this.#create();
    try {
      const deps = await this.#deps;
      // Git may be installed while we run.
      if (deps === null) this.#deps = undefined;
      return deps;
    } catch (error) {
      this.#deps = undefined;
      throw error;
    }
  }

  async #create(): Promise<Deps | null> {
    const { logger, clock, env = process.env } = this.#options;
    const workspace = await realpath(this.#options.workspace);
    const binary = await findGit(env, workspace);
    if (binary === null) return null;
    const folders = await GitFolders.make(this.#options.storage);
    const { hooks, emptyFile, root: neutral } = folders;
    const runner = new GitRunner({ binary, hooks, emptyFile, neutral, env, logger, clock });
    const version = parseGitVersion((await runner.discover(neutral, ["version"])).stdout.toString("utf8"));
    return {
      runner,
      folders,
      clock,
      version,
      workspace,
      userTree: new UserTree(runner, folders, logger),
      pending: new PendingFiles(folders.pending),
      landingIndex: new LandingIndex(folders),
      pool: new WorktreePool(runner, folders, logger),
    };
  }
}
