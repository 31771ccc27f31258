import { lstat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { OpenRepository } from "./repository";

/**
 * Spares asking git where the repository is and what its configuration says on every call. What is remembered holds
 * only while nothing that the answer came from has changed: the `.git` entry and its owner, and every configuration
 * file we know of. Configuration that includes other files is not remembered, nor is a workspace below the top level.
 */
export class RepositoryMemory {
  #known: { readonly repository: OpenRepository; readonly state: string } | undefined;

  async recall(env: NodeJS.ProcessEnv): Promise<OpenRepository | null> {
    const known = this.#known;
    if (known === undefined) return null;
    return (await stateOf(known.repository, env)) === known.state ? known.repository : null;
  }

  /** `state` was taken before git was asked, so that a change meanwhile is not missed. */
  async keep(repository: OpenRepository, env: NodeJS.ProcessEnv, state: string): Promise<void> {
    const lasting = repository.prefix === "" && !repository.config.hasIncludes();
    const settled = (await stateOf(repository, env)) === state;
    this.#known = lasting && settled ? { repository, state } : undefined;
  }
}

/** Identity, owner, size and time of the files that decide, as one text. */
export async function stateOf(
  repository: Pick<OpenRepository, "topLevel" | "gitDir" | "commonDir">,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const home = env["HOME"] ?? homedir();
  const paths = [
    join(repository.topLevel, ".git"),
    repository.gitDir,
    join(repository.commonDir, "config"),
    join(repository.gitDir, "config.worktree"),
    join(home, ".gitconfig"),
    join(env["XDG_CONFIG_HOME"] ?? join(home, ".config"), "git", "config"),
  ];
  const facts = await Promise.all(
    paths.map(async (path, number) => {
      try {
        const info = await lstat(path, { bigint: true });
        const identity = `${info.dev} ${info.ino} ${info.uid} ${info.mode}`;
        // A folder's time changes with every file in it; what counts is that it is the same folder.
        return number < 2 && info.isDirectory()
          ? identity
          : `${identity} ${info.size} ${info.mtimeNs} ${info.ctimeNs}`;
      } catch {
        return "absent";
      }
    }),
  );
  return facts.join("\n");
}
