import { constants, realpathSync } from "node:fs";
import { open } from "node:fs/promises";
import { MasterPlanError } from "../../../core/errors";
import { isSecretFile } from "../../../core/change/path/secretFile";
import { decodeText } from "../../../core/change/text/textBytes";
import { parseWorkspacePath } from "../../../core/change/path/workspacePath";
import type {
  FileContent,
  FileListing,
  FileWrite,
  TextMatch,
  TextSearch,
  WorkspaceFiles,
} from "../../../ports/workspaceFiles";
import { applyWrites } from "./atomicWrites";
import {
  errorCode,
  linkError,
  lstatOrNull,
  openFolder,
  unusable,
  type FolderOptions,
  type GuardedFolder,
} from "./guardedFolder";
import { createLineSearch } from "./lineSearch";
import { globMatcher, walkFiles } from "./workspaceListing";

export interface NodeWorkspaceFilesOptions extends Pick<FolderOptions, "portable"> {
  /** An existing folder; resolved once, links on the way to it are the user's own. */
  readonly root: string;
  /** How long the pattern of one search may take in all. */
  readonly searchTimeoutMs?: number;
}

/** Files below a root on this machine; no call ever follows a link below it. */
export function createNodeWorkspaceFiles(options: NodeWorkspaceFilesOptions): WorkspaceFiles {
  return new NodeWorkspaceFiles(options);
}

const maxSearchedBytes = 2 * 1024 * 1024;
const maxSearchedFiles = 50_000;

class NodeWorkspaceFiles implements WorkspaceFiles {
  readonly root: string;
  readonly #options: Pick<FolderOptions, "portable">;
  readonly #searchTimeoutMs: number;

  constructor(options: NodeWorkspaceFilesOptions) {
    this.root = realpathSync(options.root);
    this.#searchTimeoutMs = options.searchTimeoutMs ?? 5000;
    this.#options = options.portable === undefined ? {} : { portable: options.portable };
  }

  async list(options: {
    readonly under?: string;
    readonly glob?: string;
    readonly secret?: true;
    readonly limit: number;
  }): Promise<FileListing> {
    const under = parsePath(options.under ?? "", true);
    const matches = globMatcher(options.glob);
    const paths: string[] = [];
    const secret = options.secret === true;
    const walk = { ...this.#options, ...(secret && { evenIgnored: isSecretFile }) };
    for await (const path of walkFiles(this.root, under, walk)) {
      if (!matches(path) || (secret && !isSecretFile(path))) continue;
      if (paths.length >= options.limit) return { paths, truncated: true };
      paths.push(path);
    }
    return { paths, truncated: false };
  }

  async read(path: string): Promise<FileContent | null> {
    return this.#inFolderOf(path, async (folder, name) => {
      // Without O_NONBLOCK a pipe that nobody writes to would be waited for.
      const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
      try {
        const handle = await open(folder.child(name), flags);
        try {
          const stats = await handle.stat();
          await folder.verify();
          return stats.isFile() ? { bytes: await handle.readFile(), mode: stats.mode & 0o777 } : null;
        } finally {
          await handle.close();
        }
      } catch (error) {
        if (error instanceof MasterPlanError) throw error;
        const code = errorCode(error);
        if (code === "ENOENT" || code === "ENXIO") return null;
        if (code === "ELOOP" || code === "EMLINK") throw await linkError(folder.child(name), this.root, path);
        throw unusable(path, error);
      }
    });
  }

  async stat(path: string): Promise<"file" | "directory" | "other" | null> {
    if (parsePath(path, true) === "") return "directory";
    return this.#inFolderOf(path, async (folder, name) => {
      const found = await lstatOrNull(folder.child(name));
      if (found === null) return null;
      return found.isFile() ? "file" : found.isDirectory() ? "directory" : "other";
    });
  }

  async search(query: TextSearch): Promise<readonly TextMatch[]> {
    const matches = globMatcher(query.glob);
    const search = createLineSearch(query.query, query.is_regex, this.#searchTimeoutMs);
    const found: TextMatch[] = [];
    let files = 0;
    try {
      for await (const path of walkFiles(this.root, "", this.#options)) {
        if (found.length >= query.limit || files >= maxSearchedFiles) break;
        if (!matches(path) || isSecretFile(path)) continue;
        files++;
        const text = await this.#readSmallText(path);
        if (text === null) continue;
        for (const line of await search.find(text, query.limit - found.length)) found.push({ path, ...line });
      }
    } finally {
      await search.close();
    }
    return found;
  }

  apply(writes: readonly FileWrite[]): Promise<void> {
    return applyWrites(this.root, writes, this.#options);
  }

  async #readSmallText(path: string): Promise<string | null> {
    try {
      const content = await this.#inFolderOf(path, async (folder, name) => {
        const found = await lstatOrNull(folder.child(name));
        return found?.isFile() === true && found.size <= maxSearchedBytes ? this.read(path) : null;
      });
      return content === null ? null : decodeText(content.bytes);
    } catch (error) {
      // One file that may not be read must not end the search in the others.
      if (error instanceof MasterPlanError) return null;
      throw error;
    }
  }

  async #inFolderOf<T>(
    path: string,
    use: (folder: GuardedFolder, name: string) => Promise<T | null>,
  ): Promise<T | null> {
    const components = parsePath(path, false).split("/");
    const name = components.pop() ?? "";
    const folder = await this.#openFolder(components);
    if (folder === null) return null;
    try {
      return await use(folder, name);
    } finally {
      await folder.close();
    }
  }

  /** Below a file there is nothing, which is no fault when somebody only asks. */
  async #openFolder(components: readonly string[]): Promise<GuardedFolder | null> {
    try {
      return await openFolder(this.root, components, this.#options);
    } catch (error) {
      if (error instanceof MasterPlanError && error.code === "path.forbidden" && error.hint === undefined)
        return null;
      throw error;
    }
  }
}

function parsePath(path: string, allowRoot: boolean): string {
  const parsed = parseWorkspacePath(path, { allowRoot });
  if (!parsed.ok) throw new MasterPlanError(parsed.error.code, parsed.error.message);
  return parsed.value;
}
