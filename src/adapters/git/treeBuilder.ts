import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MasterPlanError } from "../../core/errors";
import type { GitFolders } from "./gitFolders";
import type { GitPlace } from "./gitPlace";
import type { GitRunner } from "./gitRunner";
import type { OpenRepository } from "./repository";

export interface NewFile {
  /** Relative to the top level. */
  readonly path: string;
  readonly content: Uint8Array | null;
  readonly mode: string;
}

/**
 * Id of the tree that is `base` with `files` in it. The files are staged in a folder of ours and added from there, so
 * that git gives them the form the repository keeps (line endings) by the attributes of `base`, not of any worktree.
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
    const overrides = [
      ...repository.place.overrides,
      ["core.fileMode", "true"],
      ["core.symlinks", "true"],
    ] as const;
    const place: GitPlace = {
      ...repository.place,
      workTree: stage,
      index: join(scratch, "index"),
      overrides,
    };
    await runner.run(place, ["read-tree", base], { writes: true });
    await refuseFiltered(runner, repository, place, files);
    const removed = files.filter(({ content }) => content === null);
    const kept = files.filter(({ content }) => content !== null);
    // Removals first: a file may take the place of a folder whose files go.
    await update(runner, place, ["--force-remove"], removed);
    for (const file of kept) await writeStaged(stage, file);
    await update(runner, place, ["--add", "--replace"], kept);
    if (process.platform === "win32") {
      await update(
        runner,
        place,
        ["--chmod=+x"],
        kept.filter(({ mode }) => mode === "100755"),
      );
    }
    return runner.text(place, ["write-tree"], { writes: true });
  });
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

async function writeStaged(stage: string, file: NewFile): Promise<void> {
  const path = join(stage, file.path);
  await mkdir(dirname(path), { recursive: true });
  const content = file.content ?? new Uint8Array();
  if (file.mode === "120000") {
    await symlink(Buffer.from(content), path);
    return;
  }
  await writeFile(path, content, { flag: "wx" });
  if (file.mode === "100755") await chmod(path, 0o755);
}

/** A filter would give these files another form than the bytes we hold; committing them as they are would break them. */
async function refuseFiltered(
  runner: GitRunner,
  repository: OpenRepository,
  place: GitPlace,
  files: readonly NewFile[],
): Promise<void> {
  const names = new Set(repository.config.filters());
  if (names.size === 0 || files.length === 0) return;
  const input = files.map(({ path }) => `${path}\0`).join("");
  const items = await runner.list(place, ["check-attr", "--cached", "-z", "--stdin", "filter"], { input });
  for (let index = 0; index + 2 < items.length; index += 3) {
    const filter = items[index + 2] ?? "";
    const file = files.find(({ path }) => path === items[index]);
    if (!names.has(filter) || file?.content === null) continue;
    throw new MasterPlanError(
      "git.failed",
      `${items[index] ?? ""} is kept through the git filter ${filter}, which is never run here`,
      {
        hint: "Change such files by hand and commit them yourself; nothing was changed",
        details: { path: items[index], filter },
      },
    );
  }
}
