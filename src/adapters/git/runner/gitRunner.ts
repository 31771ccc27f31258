import { simpleGit, type SimpleGitOptions } from "simple-git";
import { MasterPlanError } from "../../../core/errors";
import type { Clock } from "../../../ports/clock";
import type { Logger } from "../../../ports/logger";
import { gitEnvironment, hardening } from "./gitEnvironment";
import type { GitPlace } from "../repository/gitPlace";

export interface GitRunOptions {
  /** Bytes for standard input; a command that reads it must get at least one. */
  readonly input?: Uint8Array | string;
  /** Exit codes besides 0 that are answers rather than failures. */
  readonly accept?: readonly number[];
  /** The command writes: locks may be taken. Reads leave even the index's stat data alone. */
  readonly writes?: boolean;
  /**
   * The command starts in the working tree. Some that write an index look at files from where they start, to keep
   * edits apart that are as old as the index itself; elsewhere they find none and take such a file for unchanged.
   */
  readonly inWorkTree?: boolean;
  /** Pathspecs in the arguments use magic such as `:(exclude)`. */
  readonly magicPaths?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export interface GitOutput {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly code: number;
}

export interface GitRunnerOptions {
  readonly binary: string;
  /** An empty folder of ours: what `core.hooksPath` points at. */
  readonly hooks: string;
  /** An empty file of ours: stands for configuration that is left aside. */
  readonly emptyFile: string;
  /** A folder of ours outside any repository, where commands start. */
  readonly neutral: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logger: Logger;
  readonly clock: Clock;
}

/**
 * The library refuses these switches unless they are named one by one. Each is only used to turn the thing off, except
 * `allowUnsafeCustomBinary` (paths with spaces), `allowUnsafeConfigPaths` (our own empty configuration file) and
 * `allowUnsafeTemplateDir` (our own empty template).
 */
const unsafe: NonNullable<SimpleGitOptions["unsafe"]> = {
  allowUnsafeHooksPath: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeFilter: true,
  allowUnsafeDiffExternal: true,
  allowUnsafePager: true,
  allowUnsafeSshCommand: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeTemplateDir: true,
  allowUnsafeGpgProgram: true,
  allowUnsafeCustomBinary: true,
};

const silenceLimitMs = 10 * 60_000;
const lockWaitsMs = [50, 100, 200, 400, 800, 1600];

/** The only code that starts git. */
export class GitRunner {
  readonly #options: GitRunnerOptions;

  constructor(options: GitRunnerOptions) {
    this.#options = options;
  }

  /** What the processes inherit, before it is cleaned. */
  get env(): NodeJS.ProcessEnv {
    return this.#options.env;
  }

  /** Rejects with `git.failed` when git ends with a code that is not accepted. Waits for locks for about 3 seconds. */
  async run(place: GitPlace, args: readonly string[], options: GitRunOptions = {}): Promise<GitOutput> {
    for (const wait of [...lockWaitsMs, null]) {
      const output = await this.#spawn(place, args, options);
      if (output.code === 0 || (options.accept ?? []).includes(output.code)) return output;
      if (wait === null || !/Unable to create '.*\.lock': File exists/u.test(output.stderr))
        throw failure(args, output);
      await this.#options.clock.sleep(wait);
    }
    throw new MasterPlanError("internal", "The wait for a git lock ended without an answer");
  }

  /** Standard output as text without the final newline. */
  async text(place: GitPlace, args: readonly string[], options: GitRunOptions = {}): Promise<string> {
    return (await this.run(place, args, options)).stdout.toString("utf8").replace(/\n$/u, "");
  }

  /** Standard output split at NUL. */
  async list(
    place: GitPlace,
    args: readonly string[],
    options: GitRunOptions = {},
  ): Promise<readonly string[]> {
    return splitNul((await this.run(place, args, options)).stdout);
  }

  /** Runs git in `folder` and lets it look for the repository, ownership checks included; nothing else may. */
  async discover(folder: string, args: readonly string[]): Promise<GitOutput> {
    return this.#start(folder, args, {}, { GIT_OPTIONAL_LOCKS: "0" }, "user");
  }

  #spawn(place: GitPlace, args: readonly string[], options: GitRunOptions): Promise<GitOutput> {
    const env: Record<string, string> = {
      GIT_DIR: place.gitDir,
      GIT_WORK_TREE: place.workTree,
      ...(place.index === undefined ? {} : { GIT_INDEX_FILE: place.index }),
      ...(options.writes === true ? {} : { GIT_OPTIONAL_LOCKS: "0" }),
      ...(options.magicPaths === true ? {} : { GIT_LITERAL_PATHSPECS: "1" }),
      ...options.env,
    };
    place.overrides.forEach(([key, value], number) => {
      env[`GIT_CONFIG_KEY_${number}`] = key;
      env[`GIT_CONFIG_VALUE_${number}`] = value;
    });
    if (place.overrides.length > 0) env["GIT_CONFIG_COUNT"] = String(place.overrides.length);
    const folder = options.inWorkTree === true ? place.workTree : this.#options.neutral;
    return this.#start(folder, args, options, env, place.trust);
  }

  async #start(
    folder: string,
    args: readonly string[],
    options: GitRunOptions,
    variables: Readonly<Record<string, string>>,
    trust: GitPlace["trust"],
  ): Promise<GitOutput> {
    const env = gitEnvironment(
      this.#options.env,
      variables,
      trust === "isolated" ? this.#options.emptyFile : null,
    );
    const chunks: Buffer[] = [];
    let answer: { readonly code: number; readonly stderr: string } | undefined;
    const { input } = options;
    const git = simpleGit({
      baseDir: folder,
      binary: this.#options.binary,
      config: [...hardening(this.#options.hooks)],
      unsafe,
      allowEnvironment: Object.keys(env).filter((name) => name.startsWith("GIT_")),
      completion: { onClose: true, onExit: false },
      timeout: { block: silenceLimitMs },
      ...(input === undefined
        ? {}
        : { input: () => (typeof input === "string" ? input : Buffer.from(input)) }),
      errors(error, result) {
        answer = { code: result.exitCode, stderr: Buffer.concat(result.stdErr).toString("utf8") };
        return error instanceof Error && result.exitCode === 0 ? error : undefined;
      },
    })
      .env(env)
      .outputHandler((_command, stdout) => {
        stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
        // The library waits 50 ms for late output after a command that printed nothing; an empty chunk at the end of
        // the stream, when nothing can come any more, spares that.
        stdout.once("end", () => stdout.emit("data", Buffer.alloc(0)));
      });
    await git.raw([...args]);
    this.#options.logger.log("trace", "git", { args: args.slice(0, 12), code: answer?.code });
    if (answer === undefined) throw new MasterPlanError("internal", "git ended without an exit code");
    return { stdout: Buffer.concat(chunks), stderr: answer.stderr, code: answer.code };
  }
}

export function splitNul(bytes: Buffer): readonly string[] {
  const parts = bytes.toString("utf8").split("\0");
  if (parts.at(-1) === "") parts.pop();
  return parts;
}

function failure(args: readonly string[], output: GitOutput): MasterPlanError {
  const reason = output.stderr.trim().split("\n").slice(0, 5).join("; ");
  const name = args.find((argument) => !argument.startsWith("-")) ?? "git";
  return new MasterPlanError(
    "git.failed",
    `git ${name} ended with code ${output.code}: ${reason === "" ? "it gave no reason" : reason}`,
    {
      details: { code: output.code, stderr: output.stderr.slice(0, 4000) },
    },
  );
}
