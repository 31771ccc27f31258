import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MasterPlanError } from "../../core/errors";
import type { GitFolders } from "./gitFolders";
import type { GitPlace } from "./gitPlace";
import type { GitRunner } from "./gitRunner";
import type { OpenRepository } from "./repository";

export interface NewFile {
  /** Relative to the top level. */
  readonly path: string;
  /** Full content in the form the repository keeps, but for line endings; null deletes. */
  readonly content: Uint8Array | null;
  readonly mode: string;
}

/**
 * Id of the tree that is `base` with `files` in it. The files are staged in a folder of ours and added from there, so
 * that git gives them the line endings the repository keeps by the attributes of `base`, not of any worktree.
 */
export async function buildTree(
  runner: GitRunner,
  folders: GitFolders,
  repository: OpenRepository,
  base: string,
  files: readonly NewFile[],
): Promise<string> {
  return folders.withScratch(async (scratch) => {
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
    await addVerbatim(runner, place, scratch, present.filter(isVerbatim));
    return runner.text(place, ["write-tree"], { writes: true });
  });
}

/**
 * Adds content without any conversion: links, which never come into being in the stage, where a later file could be
 * written through one; and files whose working form has another encoding than the repository's.
 */
async function addVerbatim(
  runner: GitRunner,
  place: GitPlace,
  scratch: string,
  files: readonly NewFile[],
): Promise<void> {
  if (files.length === 0) return;
  const sources = files.map((_file, number) => join(scratch, `verbatim-${number}`));
  for (const [number, { content }] of files.entries()) {
    await writeFile(sources[number] ?? "", content ?? new Uint8Array());
  }
  const hashed = await runner.text(place, ["hash-object", "-w", "--no-filters", "--stdin-paths"], {
    writes: true,
    input: sources.map((path) => `${path}\n`).join(""),
  });
  const ids = hashed.split("\n");
  const entries = files.map(({ path, mode }, number) => `${mode} ${ids[number] ?? ""}\t${path}\0`).join("");
  await runner.run(place, ["update-index", "-z", "--index-info"], { writes: true, input: entries });
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
