import { readdir, realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { MasterPlanError } from "../../../core/errors";
import { GitConfig } from "../runner/gitConfig";
import type { GitFolders } from "../runner/gitFolders";
import type { GitPlace } from "./gitPlace";
import type { GitRunner } from "../runner/gitRunner";

export interface Repository {
  readonly kind: "repository" | "private";
  /** The repository's own folder, and the one it shares with its linked worktrees; absolute. */
  readonly gitDir: string;
  readonly commonDir: string;
  readonly topLevel: string;
  /** Where the workspace lies in the repository: empty, or a path that ends with `/`. */
  readonly prefix: string;
  readonly objectFormat: "sha1" | "sha256";
}

/** The repository as one operation sees it: configuration read, filters switched off. */
export interface OpenRepository extends Repository {
  readonly config: GitConfig;
  readonly place: GitPlace;
  /** The user's ignore file for all repositories; need not exist. */
  readonly globalIgnore: string;
}

export type Discovery =
  | { readonly found: Repository }
  | {
      readonly found: null;
      readonly reason: "none" | "bare" | "unsafe" | "unreadable";
      readonly message: string;
    };

/** Finds the repository of `workspace`, a real path. A private one counts when the workspace has none of its own. */
export async function discoverRepository(
  runner: GitRunner,
  folders: GitFolders,
  workspace: string,
): Promise<Discovery> {
  const output = await runner.discover(workspace, [
    "rev-parse",
    "--path-format=absolute",
    "--show-object-format",
    "--git-dir",
    "--git-common-dir",
    "--show-toplevel",
    "--show-prefix",
  ]);
  if (output.code !== 0) return withoutOwn(folders, workspace, output.stderr);
  const [format, gitDir, commonDir, topLevel, prefix] = output.stdout.toString("utf8").split("\n");
  if (gitDir === undefined || commonDir === undefined || topLevel === undefined || gitDir === "") {
    return { found: null, reason: "unreadable", message: output.stdout.toString("utf8") };
  }
  const repository: Repository = {
    kind: "repository",
    gitDir: await realpath(gitDir),
    commonDir: await realpath(commonDir),
    topLevel: await realpath(topLevel),
    prefix: prefix ?? "",
    objectFormat: format === "sha256" ? "sha256" : "sha1",
  };
  // `core.worktree` can name any folder; commits would then land there.
  if ((await realpath(join(repository.topLevel, repository.prefix))) !== workspace) {
    const message = `its working files are set to lie in ${repository.topLevel}`;
    return { found: null, reason: "unreadable", message };
  }
  if (repository.prefix !== "" && !(await ownsWorkspace(runner, workspace, repository.prefix))) {
    return withoutOwn(folders, workspace, "not a git repository");
  }
  return { found: repository };
}

/** A folder that a repository further up ignores, or holds nothing of, is not that repository's business. */
async function ownsWorkspace(runner: GitRunner, workspace: string, prefix: string): Promise<boolean> {
  const tracked = await runner.discover(workspace, ["ls-files", "-z", "--cached", "--", "."]);
  if (tracked.code === 0 && tracked.stdout.length > 0) return true;
  const ignored = await runner.discover(workspace, [
    "check-ignore",
    "-q",
    "--",
    `../${prefix.split("/").at(-2) ?? ""}`,
  ]);
  if (ignored.code === 0) return false;
  const status = await runner.discover(workspace, ["rev-parse", "-q", "--verify", "HEAD"]);
  // In a repository without a commit nothing is tracked yet; with commits, a folder it never took in is a stranger.
  return status.code !== 0;
}

async function withoutOwn(folders: GitFolders, workspace: string, stderr: string): Promise<Discovery> {
  if (stderr.includes("dubious ownership")) return { found: null, reason: "unsafe", message: stderr.trim() };
  if (stderr.includes("must be run in a work tree"))
    return { found: null, reason: "bare", message: stderr.trim() };
  if (!/not a git repository|cannot use bare repository/u.test(stderr)) {
    return { found: null, reason: "unreadable", message: stderr.trim() };
  }
  if (await exists(join(folders.privateRepository, "HEAD"))) {
    return { found: privateRepository(folders, workspace) };
  }
  return { found: null, reason: "none", message: stderr.trim() };
}

export function privateRepository(folders: GitFolders, workspace: string): Repository {
  const gitDir = folders.privateRepository;
  return {
    kind: "private",
    gitDir,
    commonDir: gitDir,
    topLevel: workspace,
    prefix: "",
    objectFormat: "sha1",
  };
}

export async function openRepository(runner: GitRunner, repository: Repository): Promise<OpenRepository> {
  const bare: GitPlace = {
    gitDir: repository.gitDir,
    workTree: repository.topLevel,
    trust: "user",
    overrides: [],
  };
  const config = await GitConfig.read(runner, bare);
  const place: GitPlace = { ...bare, overrides: [...config.withoutFilters(), ...config.withoutOwnSigners()] };
  return { ...repository, config, place, globalIgnore: globalIgnore(config, runner.env) };
}

function globalIgnore(config: GitConfig, env: NodeJS.ProcessEnv): string {
  const home = env["HOME"] ?? homedir();
  const configured = config.get("core.excludesFile") ?? "";
  if (configured.startsWith("~/")) return join(home, configured.slice(2));
  if (configured !== "") return configured;
  return join(env["XDG_CONFIG_HOME"] ?? join(home, ".config"), "git", "ignore");
}

/** What git is in the middle of, or null. */
export async function operationInProgress(repository: Repository): Promise<string | null> {
  const names = new Set(await readdir(repository.gitDir));
  if (names.has("rebase-merge") || names.has("rebase-apply")) return "rebase";
  if (names.has("MERGE_HEAD")) return "merge";
  if (names.has("CHERRY_PICK_HEAD")) return "cherry-pick";
  if (names.has("REVERT_HEAD")) return "revert";
  if (names.has("BISECT_LOG")) return "bisect";
  return null;
}

export async function refuseOperation(repository: Repository): Promise<void> {
  const operation = await operationInProgress(repository);
  if (operation === null) return;
  throw new MasterPlanError(
    "git.operationInProgress",
    `A ${operation} is in progress in ${repository.topLevel}`,
    {
      hint: `Finish or abort the ${operation} first; nothing was changed`,
      details: { operation },
    },
  );
}

/** Id of the tree without files. */
export function emptyTree(repository: Repository): string {
  return repository.objectFormat === "sha256"
    ? "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
    : "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
}

export function zeroId(repository: Repository): string {
  return "0".repeat(repository.objectFormat === "sha256" ? 64 : 40);
}

export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

/** Identity of the user where there is no repository to add to it. */
export async function globalIdentity(
  runner: GitRunner,
  folders: GitFolders,
): Promise<{ readonly name: string; readonly email: string } | null> {
  const place: GitPlace = {
    gitDir: folders.scratch,
    workTree: folders.scratch,
    trust: "user",
    overrides: [],
  };
  return (await GitConfig.read(runner, place)).identity();
}
