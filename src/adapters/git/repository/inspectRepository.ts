import { readdir, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { Translate } from "../../../core/translate";
import type { RepositoryState } from "../../../ports/git";
import { isAtLeast, minimumVersion, versionWarning, type GitVersion } from "../runner/gitBinary";
import type { GitRunner } from "../runner/gitRunner";
import { readOptional } from "../runner/isolatedGitDir";
import { parseStatus } from "../landing/pathState";
import { headBranch } from "./refs";
import { operationInProgress, type Discovery, type OpenRepository } from "./repository";

const nothing: RepositoryState = {
  kind: "none",
  git_version: "",
  version_warning: null,
  head: null,
  branch: null,
  detached: false,
  dirty_files: [],
  operation: null,
  identity: null,
  nested_repositories: [],
  submodules: [],
  sparse: false,
  lfs: false,
  signing: false,
  hooks: [],
  problems: [],
};

export function stateWithoutGit(translate: Translate): RepositoryState {
  return {
    ...nothing,
    problems: [translate("Git was not found. Install git 2.32 or newer and open the folder again.")],
  };
}

export function stateWithoutRepository(
  version: GitVersion,
  discovery: Discovery & { readonly found: null },
  identity: RepositoryState["identity"],
  translate: Translate,
): RepositoryState {
  const problems = versionProblems(version, translate);
  if (discovery.reason === "unsafe") {
    problems.push(
      translate(
        "Git does not trust this folder because it belongs to another user. Run git config --global --add safe.directory for it if you trust it.",
      ),
    );
  } else if (discovery.reason === "bare") {
    problems.push(
      translate("This folder is inside git's own files. Open the folder with the working files instead."),
    );
  } else if (discovery.reason === "unreadable") {
    problems.push(
      translate("Git cannot read the repository of this folder: {0}", discovery.message.split("\n")[0] ?? ""),
    );
  }
  if (identity === null) problems.push(missingIdentity(translate));
  return {
    ...nothing,
    git_version: version.text,
    version_warning: versionWarning(version, translate),
    identity,
    problems,
  };
}

export async function stateOfRepository(
  runner: GitRunner,
  version: GitVersion,
  repository: OpenRepository,
  translate: Translate,
): Promise<RepositoryState> {
  const { config, place, prefix } = repository;
  const status = await readStatus(runner, repository);
  const listed = await listTracked(runner, repository);
  const { head } = status;
  const branch = status.branch ?? (await headBranch(runner, repository));
  const operation = await operationInProgress(repository);
  const identity = config.identity();
  const problems = versionProblems(version, translate);
  if (operation !== null)
    problems.push(translate("A {0} is in progress. Finish or abort it first.", operation));
  if (identity === null) problems.push(missingIdentity(translate));
  if (status.unmerged.length > 0 && operation === null) {
    problems.push(
      translate(
        "Some files have unresolved conflicts: {0}. Resolve them first.",
        status.unmerged.slice(0, 5).join(", "),
      ),
    );
  }
  const inside = (path: string): readonly string[] =>
    path.startsWith(prefix) ? [path.slice(prefix.length)] : [];
  return {
    kind: repository.kind,
    git_version: version.text,
    version_warning: versionWarning(version, translate),
    head,
    branch,
    detached: branch === null,
    dirty_files: status.dirty.flatMap(inside),
    operation,
    identity,
    nested_repositories: status.nested.flatMap(inside),
    submodules: listed.submodules.flatMap(inside),
    sparse: config.flag("core.sparseCheckout"),
    lfs: await usesLfs(place.workTree, listed.attributes),
    signing: config.flag("commit.gpgSign"),
    hooks: await activeHooks(repository),
    problems,
  };
}

function missingIdentity(translate: Translate): string {
  return translate("Git knows no author for commits. Set user.name and user.email with git config.");
}

function versionProblems(version: GitVersion, translate: Translate): string[] {
  const [major, minor] = minimumVersion;
  return isAtLeast(version, major, minor)
    ? []
    : [translate("Git {0} is too old. Install git {1} or newer.", version.text, `${major}.${minor}`)];
}

async function readStatus(
  runner: GitRunner,
  repository: OpenRepository,
): Promise<{
  readonly dirty: readonly string[];
  readonly unmerged: readonly string[];
  readonly nested: readonly string[];
  /** Null without a commit. */
  readonly head: string | null;
  /** Null where git has to be asked apart, as for a commit without a branch. */
  readonly branch: string | null;
}> {
  const flags = ["--porcelain=v2", "-z", "--no-renames", "--untracked-files=all", "--ignore-submodules=all"];
  let head: string | null = null;
  let branch: string | null = null;
  const dirty: string[] = [];
  const unmerged: string[] = [];
  const nested: string[] = [];
  for (const item of await runner.list(repository.place, [
    "status",
    "--branch",
    "--no-ahead-behind",
    ...flags,
  ])) {
    head = /^# branch\.oid ([0-9a-f]{40,64})$/u.exec(item)?.[1] ?? head;
    branch = /^# branch\.head ([^(].*)$/u.exec(item)?.[1] ?? branch;
    const parsed = parseStatus(item);
    if (parsed === null) continue;
    if (parsed.path.endsWith("/")) nested.push(parsed.path.slice(0, -1));
    else dirty.push(parsed.path);
    if (parsed.kind === "u") unmerged.push(parsed.path);
  }
  return { dirty, unmerged, nested, head, branch };
}

async function listTracked(
  runner: GitRunner,
  repository: OpenRepository,
): Promise<{ readonly submodules: readonly string[]; readonly attributes: readonly string[] }> {
  const submodules: string[] = [];
  const attributes: string[] = [];
  for (const item of await runner.list(repository.place, ["ls-files", "--stage", "-z"])) {
    const path = item.slice(item.indexOf("\t") + 1);
    if (item.startsWith("160000 ")) submodules.push(path);
    else if (/(?:^|\/)\.gitattributes$/u.test(path)) attributes.push(path);
  }
  return { submodules: [...new Set(submodules)], attributes };
}

async function usesLfs(topLevel: string, attributes: readonly string[]): Promise<boolean> {
  for (const path of attributes.slice(0, 100)) {
    if (/\bfilter=lfs\b/u.test((await readOptional(join(topLevel, path))) ?? "")) return true;
  }
  return false;
}

async function activeHooks(repository: OpenRepository): Promise<readonly string[]> {
  const configured = repository.config.get("core.hooksPath");
  const folder =
    configured === null || configured === ""
      ? join(repository.commonDir, "hooks")
      : isAbsolute(configured)
        ? configured
        : join(repository.topLevel, configured);
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch {
    return [];
  }
  const hooks: string[] = [];
  for (const name of names) {
    if (name.includes(".")) continue;
    const info = await stat(join(folder, name)).catch(() => null);
    if (info?.isFile() === true && (process.platform === "win32" || (info.mode & 0o111) !== 0))
      hooks.push(name);
  }
  return hooks.sort();
}
