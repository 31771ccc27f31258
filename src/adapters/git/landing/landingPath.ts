import { canonicalPath } from "../../../core/change/path/canonicalPath";
import { nestedRepository } from "../../../core/change/path/nestedRepository";
import { isGitName } from "../../../core/change/path/workspacePath";
import { MasterPlanError } from "../../../core/errors";

const modes = new Set(["100644", "100755", "120000"]);

/**
 * The last gate before git: whoever calls has checked paths already, but a path that gets past here could plant a
 * repository or leave the workspace. Rejects with `path.outside` or `path.forbidden`.
 */
export function refuseUnsafeFiles(
  files: readonly { readonly path: string; readonly content: Uint8Array | null; readonly mode: string }[],
): void {
  const seen = new Set<string>();
  for (const { path, mode, content } of files) {
    const parts = path.split("/");
    if (
      path === "" ||
      path.includes("\0") ||
      parts.some((part) => part === "" || part === "." || part === "..")
    ) {
      throw new MasterPlanError(
        "path.outside",
        `${JSON.stringify(path)} does not name a file of the workspace`,
      );
    }
    if (/^[A-Za-z]:/u.test(path) && process.platform === "win32") {
      throw new MasterPlanError(
        "path.outside",
        `${JSON.stringify(path)} does not name a file of the workspace`,
      );
    }
    if (parts.some((part) => isGitName(part))) {
      throw new MasterPlanError("path.forbidden", `${JSON.stringify(path)} names git's own folder`);
    }
    if (content !== null && !modes.has(mode)) {
      throw new MasterPlanError(
        "path.forbidden",
        `${JSON.stringify(path)} has mode ${mode}, expected a file or a link`,
      );
    }
    if (seen.has(path)) throw new MasterPlanError("path.forbidden", `${JSON.stringify(path)} is named twice`);
    seen.add(path);
  }
  refuseFilesAsFolders(files);
  const folder = nestedRepository(files.filter(({ content }) => content !== null).map(({ path }) => path));
  if (folder === null) return;
  throw new MasterPlanError(
    "path.forbidden",
    `The files in ${JSON.stringify(folder)} together would make a git repository`,
  );
}

/** A path cannot be a file and the folder of another one, in any spelling that a file system folds into one. */
function refuseFilesAsFolders(
  files: readonly { readonly path: string; readonly content: Uint8Array | null }[],
): void {
  const kept = files
    .filter(({ content }) => content !== null)
    .map(({ path }) => ({ path, key: canonicalPath(path) }));
  const names = new Map(kept.map(({ path, key }) => [key, path]));
  for (const { path, key } of kept) {
    const parts = key.split("/");
    for (let length = 1; length < parts.length; length += 1) {
      const parent = names.get(parts.slice(0, length).join("/"));
      if (parent === undefined) continue;
      throw new MasterPlanError(
        "path.forbidden",
        `${JSON.stringify(parent)} is a file, so ${JSON.stringify(path)} cannot lie below it`,
      );
    }
  }
}
