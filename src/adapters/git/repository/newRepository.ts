import { join } from "node:path";
import { MasterPlanError } from "../../../core/errors";
import type { Clock } from "../../../ports/clock";
import type { Logger } from "../../../ports/logger";
import { findGit } from "../runner/gitBinary";
import { GitFolders } from "../runner/gitFolders";
import type { GitPlace } from "./gitPlace";
import { GitRunner } from "../runner/gitRunner";

export interface NewRepository {
  /** A folder that we made ourselves, absolute; everything in it goes into the first commit. */
  readonly folder: string;
  /** A folder of ours outside it; git keeps what it needs in a folder `git` below it. */
  readonly storage: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly message: string;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly env?: NodeJS.ProcessEnv;
}

/** Makes a repository with the branch `main` and one commit. Rejects with `git.missing` or `git.failed`. */
export async function createRepository(options: NewRepository): Promise<void> {
  const { folder, storage, author, message, logger, clock, env = process.env } = options;
  const binary = await findGit(env, folder);
  if (binary === null) {
    throw new MasterPlanError("git.missing", "Git was not found on the search path", {
      hint: "Install git 2.32 or newer and open the folder again",
    });
  }
  const { hooks, emptyFile, root: neutral } = await GitFolders.make(storage);
  const runner = new GitRunner({ binary, hooks, emptyFile, neutral, env, logger, clock });
  // Nothing of the person's configuration belongs in a folder of ours: no signing, no templates, no line endings.
  const place: GitPlace = {
    gitDir: join(folder, ".git"),
    workTree: folder,
    trust: "isolated",
    overrides: [],
  };
  const run = (...args: readonly string[]): Promise<unknown> => runner.run(place, args, { writes: true });
  await run("init", "--quiet", `--template=${hooks}`, "--initial-branch=main");
  await run("config", "user.name", author.name);
  await run("config", "user.email", author.email);
  await run("add", "--all");
  await run("commit", "--quiet", `--message=${message}`);
}
