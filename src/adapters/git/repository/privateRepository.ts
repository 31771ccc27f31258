import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../../ports/clock";
import { commitInternal } from "../objects/commits";
import type { GitFolders } from "../runner/gitFolders";
import type { GitPlace } from "./gitPlace";
import type { GitRunner } from "../runner/gitRunner";
import { moveRef, resolveCommit } from "./refs";
import { addFiles } from "../objects/treeSnapshot";
import type { OpenRepository } from "./repository";

/** What a folder that never had ignore rules most likely does not want to keep. */
const usualIgnores = [
  ...[
    "node_modules/",
    ".venv/",
    "venv/",
    "__pycache__/",
    ".mypy_cache/",
    ".pytest_cache/",
    ".ruff_cache/",
    ".tox/",
  ],
  ...[".gradle/", ".next/", ".nuxt/", ".turbo/", ".cache/", ".DS_Store", "Thumbs.db", "*.pyc"],
  ...[".env", ".env.*", "!.env.example"],
];

/** Makes the repository of a folder without one, its git folder in the storage; appears whole or not at all. */
export async function createPrivateRepository(
  runner: GitRunner,
  folders: GitFolders,
  workspace: string,
): Promise<void> {
  const making = `${folders.privateRepository}.new`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true, mode: 0o700 });
  const place: GitPlace = { gitDir: making, workTree: workspace, trust: "user", overrides: [] };
  await runner.run(place, ["init", "--quiet", `--template=${folders.hooks}`, "--initial-branch=main"], {
    writes: true,
  });
  await mkdir(join(making, "info"), { recursive: true });
  await writeFile(join(making, "info", "exclude"), `${usualIgnores.join("\n")}\n`);
  await rename(making, folders.privateRepository);
}

/**
 * Commits the files of the folder as they are. Nobody else commits there, so without this every file would count as
 * edited and no change could ever reach it.
 */
export async function commitFilesAsFound(
  runner: GitRunner,
  repository: OpenRepository,
  clock: Clock,
): Promise<void> {
  const head = await resolveCommit(runner, repository, "HEAD");
  await addFiles(runner, repository.place);
  const tree = await runner.text(repository.place, ["write-tree"], { writes: true });
  if (
    head !== null &&
    tree === (await runner.text(repository.place, ["rev-parse", "--verify", `${head}^{tree}`]))
  )
    return;
  const parents = head === null ? [] : [head];
  const sha = await commitInternal(runner, repository, { tree, parents, message: "Files as found" }, clock);
  await moveRef(runner, repository, "HEAD", head, sha, "masterplan: files as found");
}
