/** Runs an argument vector without a shell, in its own process group, with limits. */
export interface CommandRunner {
  /**
   * Resolves when the process and everything it started are gone. `signal` and the time-out end the whole group:
   * TERM, two seconds, KILL. Never rejects for what the command did; rejects with `command.notFound` when the
   * executable does not exist and `command.notApproved` when the vector is refused.
   */
  run(command: CommandSpec, signal: AbortSignal): Promise<CommandResult>;
  /**
   * How what a command starts is held together: by a control group of the kernel, or found again among the processes by
   * group, session, environment and parentage, which a daemon that sheds all of them at once escapes.
   */
  containment?(): Promise<"cgroup" | "processes">;
}

export interface CommandSpec {
  readonly argv: readonly string[];
  /** Absolute folder. */
  readonly cwd: string;
  readonly timeout_ms: number;
  /** Added to the clean environment; names that can run code are dropped. */
  readonly env?: Readonly<Record<string, string>>;
  /** Argument vectors that a person approved word for word; only they may carry an interpreter flag such as `-c`. */
  readonly approved?: readonly (readonly string[])[];
  /** A new, empty HOME for this command instead of the user's. */
  readonly private_home?: boolean;
  /** Bytes of output kept (head and tail); the rest is counted, not stored. Default 1 MiB. */
  readonly max_output_bytes?: number;
  readonly on_output?: (chunk: string) => void;
}

export interface CommandResult {
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly timed_out: boolean;
  readonly cancelled: boolean;
  /** stdout and stderr as they came, control sequences cleaned, capped. */
  readonly output: string;
  readonly output_bytes: number;
  readonly truncated: boolean;
  readonly duration_ms: number;
  /** Processes that escaped the group and were still alive; empty in all but hostile cases. */
  readonly survivors: readonly number[];
  /** What changed meanwhile in folders of the user's that the worktree leads to; paths to show. */
  readonly touched?: readonly string[];
}
