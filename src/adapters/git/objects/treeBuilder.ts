import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MasterPlanError } from "../../../core/errors";
import { foreignChange } from "../repository/foreignPaths";
import type { GitFolders } from "../runner/gitFolders";
import type { GitPlace } from "../repository/gitPlace";
import type { GitRunner } from "../runner/gitRunner";
import type { LandingIndex } from "../landing/landingIndex";
import { compareTrees, type EntryChange } from "./objects";
import { writeObjects } from "./writeObjects";
import { zeroId, type OpenRepository } from "../repository/repository";

export interface NewFile {
  /** Relative to the top level. */
  readonly path: string;
  /** Full content in the form the repository keeps, but for line endings; null deletes. */
  readonly content: Uint8Array | null;
  readonly mode: string;
}

export interface TreeDeps {
  readonly runner: GitRunner;
  readonly folders: GitFolders;
  readonly landingIndex: LandingIndex;
}

/**
 * Id of the tree that is `base` with `files` in it, and what differs between the two. Rejects with `git.failed` for
 * files that a filter would change, with `git.nestedRepository` for a submodule, and with `internal` should anything differ that was not asked for.
 */
export async function buildTree(
  deps: TreeDeps,
  repository: OpenRepository,
  base: string,
  files: readonly NewFile[],
): Promise<{ readonly tree: string; readonly changes: readonly EntryChange[] }> {
  if (!files.every(isPlain)) return checked(deps, repository, base, files, addConverted);
  if (deps.landingIndex.fits(base)) {
    try {
      return await checked(deps, repository, base, files, addToKept);
    } catch {
      // Whatever is wrong with it, the branch's own tree is what counts, and says so again if it is not the index's fault.
      await deps.landingIndex.drop();
    }
  }
  return checked(deps, repository, base, files, addToBase);
}

async function checked(
  deps: TreeDeps,
  repository: OpenRepository,
  base: string,
  files: readonly NewFile[],
  build: typeof addToBase,
): ReturnType<typeof buildTree> {
  const tree = await deps.folders.withScratch((scratch) => build(deps, repository, base, files, scratch));
  const changes = await compareTrees(deps.runner, repository.place, base, tree);
  const submodules = changes.filter(({ from, to }) => from?.mode === "160000" || to?.mode === "160000");
  if (submodules.length > 0) {
    throw foreignChange(
      "The change",
      submodules.map(({ path }) => path),
    );
  }
  const foreign = foreignPaths(changes, files);
  if (foreign.length === 0) return { tree, changes };
  throw new MasterPlanError(
    "internal",
    `The commit would change ${foreign.slice(0, 5).join(", ")}, which nobody asked for`,
  );
}

/** What differs without being named, or lying above or below a name that takes its place. */
function foreignPaths(changes: readonly EntryChange[], files: readonly NewFile[]): readonly string[] {
  const names = new Set(files.map(({ path }) => path));
  const others = changes.map(({ path }) => path).filter((path) => !names.has(path));
  if (others.length === 0) return [];
  const above = new Set(files.flatMap(({ path }) => parents(path)));
  return others.filter((path) => !above.has(path) && !parents(path).some((parent) => names.has(parent)));
}

function parents(path: string): readonly string[] {
  const found: string[] = [];
  for (let parent = dirname(path); parent !== "."; parent = dirname(parent)) found.push(parent);
  return found;
}

/**
 * Content that git keeps as it is, whatever attributes say: of what it changes when it takes a file in, line endings need
 * a carriage return and keywords a `$Id`. Filters and encodings are looked at apart.
 */
function isPlain({ content, mode }: NewFile): boolean {
  if (content === null || mode === "120000") return true;
  return (
    !content.includes(13) && !Buffer.from(content.buffer, content.byteOffset, content.length).includes("$Id")
  );
}

async function addToBase(
  deps: TreeDeps,
  repository: OpenRepository,
  base: string,
  files: readonly NewFile[],
  scratch: string,
): Promise<string> {
  return addPlain(deps, repository, files, scratch, async (place) => {
    await deps.runner.run(place, ["read-tree", base], { writes: true });
  });
}

async function addToKept(
  deps: TreeDeps,
  repository: OpenRepository,
  _base: string,
  files: readonly NewFile[],
  scratch: string,
): Promise<string> {
  return addPlain(deps, repository, files, scratch, () => deps.landingIndex.take(join(scratch, "index")));
}

/** Contents become objects as they are, and the index gets their ids; no file is staged under its own name. */
async function addPlain(
  deps: TreeDeps,
  repository: OpenRepository,
  files: readonly NewFile[],
  scratch: string,
  fill: (place: GitPlace) => Promise<void>,
): Promise<string> {
  const { runner, landingIndex } = deps;
  const index = join(scratch, "index");
  const place: GitPlace = { ...repository.place, workTree: scratch, index };
  const present = files.filter(({ content }) => content !== null);
  const removed = files.filter(({ content }) => content === null);
  const [entries] = await Promise.all([
    writeBlobs(runner, repository, place, present),
    fill(place).then(() => checkAttributes(runner, repository, place, files)),
  ]);
  // Removals first: a file may take the place of a folder whose files go.
  const gone = removed.map(({ path }) => `0 ${zeroId(repository)}\t${path}\0`).join("");
  const input = `${gone}${entries}`;
  if (input !== "") await runner.run(place, ["update-index", "-z", "--index-info"], { writes: true, input });
  const tree = await runner.text(place, ["write-tree"], { writes: true });
  await landingIndex.keep(index, tree);
  return tree;
}

/**
 * The files are staged in a folder of ours and added from there, so that git gives them the line endings the repository
 * keeps by the attributes of `base`, not of any worktree.
 */
async function addConverted(
  { runner }: TreeDeps,
  repository: OpenRepository,
  base: string,
  files: readonly NewFile[],
  scratch: string,
): Promise<string> {
  const stage = join(scratch, "stage");
  await mkdir(stage);
  const overrides = [...repository.place.overrides, ["core.fileMode", "true"]] as const;
  const place: GitPlace = {
    ...repository.place,
    workTree: stage,
    index: join(scratch, "index"),
    overrides,
  };
  await runner.run(place, ["read-tree", base], { writes: true });
  const encoded = await checkAttributes(runner, repository, place, files);
  const isVerbatim = (file: NewFile): boolean => file.mode === "120000" || encoded.has(file.path);
  const present = files.filter(({ content }) => content !== null);
  const staged = present.filter((file) => !isVerbatim(file));
  // Removals first: a file may take the place of a folder whose files go.
  const removed = files.filter(({ content }) => content === null);
  await update(runner, place, ["--force-remove"], removed);
  await writeStaged(stage, staged);
  await update(runner, place, ["--add", "--replace"], staged);
  if (process.platform === "win32") {
    const executable = staged.filter(({ mode }) => mode === "100755");
    await update(runner, place, ["--chmod=+x"], executable);
  }
  await addVerbatim(runner, repository, place, present.filter(isVerbatim));
  return runner.text(place, ["write-tree"], { writes: true });
}

/**
 * Adds content without any conversion: links, which never come into being in the stage, where a later file could be
 * written through one; and files whose working form has another encoding than the repository's.
 */
async function addVerbatim(
  runner: GitRunner,
  repository: OpenRepository,
  place: GitPlace,
  files: readonly NewFile[],
): Promise<void> {
  const input = await writeBlobs(runner, repository, place, files);
  if (input !== "") await runner.run(place, ["update-index", "-z", "--index-info"], { writes: true, input });
}

/** Their entries as input of `update-index --index-info`, once git holds their contents. */
async function writeBlobs(
  runner: GitRunner,
  repository: OpenRepository,
  place: GitPlace,
  files: readonly NewFile[],
): Promise<string> {
  const contents = files.map(({ content }) => content ?? new Uint8Array());
  const ids = await writeObjects(runner, place, repository.objectFormat, contents);
  return files.map(({ path, mode }, number) => `${mode} ${ids[number] ?? ""}\t${path}\0`).join("");
}

async function update(
  runner: GitRunner,
  place: GitPlace,
  flags: readonly string[],
  files: readonly NewFile[],
): Promise<void> {
  if (files.length === 0) return;
  const input = files.map(({ path }) => `${path}\0`).join("");
  await runner.run(place, ["update-index", ...flags, "-z", "--stdin"], { writes: true, input });
}

async function writeStaged(stage: string, files: readonly NewFile[]): Promise<void> {
  const folders = new Set(files.map(({ path }) => dirname(join(stage, path))));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  for (let at = 0; at < files.length; at += filesAtOnce) {
    await Promise.all(
      files.slice(at, at + filesAtOnce).map(async ({ path, content, mode }) => {
        await writeFile(join(stage, path), content ?? new Uint8Array(), { flag: "wx" });
        if (mode === "100755") await chmod(join(stage, path), 0o755);
      }),
    );
  }
}

/** Bounds open files for commits that change thousands. */
const filesAtOnce = 32;

/**
 * Paths with a working-tree encoding. Rejects with `git.failed` for a file that a filter would give another form than
 * the bytes we hold (LFS, git-crypt): committing it as it is would break it.
 */
async function checkAttributes(
  runner: GitRunner,
  repository: OpenRepository,
  place: GitPlace,
  files: readonly NewFile[],
): Promise<ReadonlySet<string>> {
  const encoded = new Set<string>();
  const present = files.filter(({ content }) => content !== null).map(({ path }) => path);
  if (present.length === 0) return encoded;
  const filters = new Set(repository.config.filters());
  const args = ["check-attr", "--cached", "-z", "--stdin", "filter", "working-tree-encoding"];
  const items = await runner.list(place, args, { input: present.map((path) => `${path}\0`).join("") });
  for (let index = 0; index + 2 < items.length; index += 3) {
    const [path = "", attribute, value = ""] = items.slice(index, index + 3);
    if (attribute !== "filter") {
      if (!["unspecified", "unset", "set"].includes(value)) encoded.add(path);
    } else if (filters.has(value) || value === "lfs") {
      throw new MasterPlanError(
        "git.failed",
        `${path} is kept through the git filter ${value}, which is never run here`,
        {
          hint: "Change such files by hand and commit them yourself; nothing was changed",
          details: { path, filter: value },
        },
      );
    }
  }
  return encoded;
}
