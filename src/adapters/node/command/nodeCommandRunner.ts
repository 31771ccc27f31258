import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { StringDecoder } from "node:string_decoder";
import { MasterPlanError } from "../../../core/errors";
import { interpreterFlag } from "../../../core/validation/interpreterFlag";
import type { CommandResult, CommandRunner, CommandSpec } from "../../../ports/commandRunner";
import { removeTree } from "../files/removeTree";
import { cleanEnvironment } from "./cleanEnvironment";
import { CommandCgroup, findCgroupHome, type CgroupHome } from "./commandCgroup";
import type { Executable } from "./executableLookup";
import { findExecutable } from "./executableLookup";
import { OutputBuffer } from "./outputBuffer";
import { OutputCleaner } from "./outputCleaner";
import { ProcessGroup } from "./processGroup";

export interface CommandRunnerOptions {
  /**
   * All that may run, word for word: what the approval of a plan grants and the detected checks. `PROGRAM --version` of
   * a program among them may run as well. Left out: anything without an interpreter flag.
   */
  readonly approved?: readonly (readonly string[])[];
  /** Asked before each command; nothing runs in a workspace that is not trusted. */
  readonly isTrusted?: () => boolean;
  /** Where the private temporary folders are made; the system's folder by default. */
  readonly temporaryRoot?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** Without control groups, even where the kernel has them; for tests. */
  readonly portable?: boolean;
}

export function createCommandRunner(options: CommandRunnerOptions = {}): CommandRunner {
  // Asked once, by the first command.
  let home: Promise<CgroupHome | null> | undefined;
  const cgroupHome = (): Promise<CgroupHome | null> =>
    (home ??= options.portable === true ? Promise.resolve(null) : findCgroupHome());
  return {
    run: (command, signal) => run(command, signal, options, cgroupHome),
    containment: async () => ((await cgroupHome()) === null ? "processes" : "cgroup"),
  };
}

async function run(
  command: CommandSpec,
  signal: AbortSignal,
  options: CommandRunnerOptions,
  cgroupHome: () => Promise<CgroupHome | null>,
): Promise<CommandResult> {
  assertMayRun(command, options);
  await assertFolder(command.cwd, command.argv);
  const temporary = await mkdtemp(path.join(options.temporaryRoot ?? tmpdir(), "masterplan-"));
  try {
    const home = command.private_home === true ? path.join(temporary, "home") : undefined;
    if (home !== undefined) await mkdir(home, { mode: 0o700 });
    const environment = cleanEnvironment(options.environment ?? process.env, {
      temporary,
      ...(home === undefined ? {} : { home }),
      ...(command.env === undefined ? {} : { extra: command.env }),
    });
    const executable = await findExecutable(command.argv[0] ?? "", command.cwd, environment);
    if (executable === null) throw notFound(command.argv);
    return await execute(command, executable, environment, { signal, cgroupHome: await cgroupHome() });
  } finally {
    await removeTree(temporary);
  }
}

/** The name under which a command's processes are found again, whatever they do. */
const markName = "MASTERPLAN_COMMAND";

async function execute(
  command: CommandSpec,
  executable: Executable,
  environment: Readonly<Record<string, string>>,
  { signal, cgroupHome }: { readonly signal: AbortSignal; readonly cgroupHome: CgroupHome | null },
): Promise<CommandResult> {
  const started = performance.now();
  const mark = randomBytes(16).toString("hex");
  const buffer = new OutputBuffer(command.max_output_bytes ?? 1024 * 1024);
  if (signal.aborted) return cancelledBeforeStart;

  const cgroup = cgroupHome === null ? null : CommandCgroup.make(cgroupHome);
  const args = [...executable.leading, ...command.argv.slice(1)];
  const start = cgroup?.start(executable, args) ?? { file: executable.file, args };
  const child = spawn(start.file, start.args, {
    cwd: command.cwd,
    env: { ...environment, [markName]: mark },
    ...(cgroup === null && { argv0: executable.argv0 }),
    // A new session: its own group to signal, and no terminal to read a password from.
    detached: process.platform !== "win32",
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
    shell: false,
  });
  const group = new ProcessGroup(child, `${markName}=${mark}`, cgroup);
  const reading = readOutput(child, (text) => {
    buffer.add(text);
    command.on_output?.(text);
  });

  const ending = await waitForEnd(child, command.timeout_ms, signal, () => group.end(), command.argv);
  const survivors = ending.survivors ?? (await group.end());
  await reading.finish();
  return {
    exit_code: child.exitCode,
    signal: child.signalCode,
    timed_out: ending.reason === "timed_out",
    cancelled: ending.reason === "cancelled",
    output: buffer.text(),
    output_bytes: reading.bytes(),
    truncated: buffer.truncated,
    duration_ms: Math.round(performance.now() - started),
    survivors,
  };
}

const cancelledBeforeStart: CommandResult = {
  exit_code: null,
  signal: null,
  timed_out: false,
  cancelled: true,
  output: "",
  output_bytes: 0,
  truncated: false,
  duration_ms: 0,
  survivors: [],
};

interface Ending {
  readonly reason: "exited" | "timed_out" | "cancelled";
  readonly survivors?: readonly number[];
}

/** Whichever comes first: the process ends by itself, its time is up, or it is no longer wanted. */
async function waitForEnd(
  child: ChildProcess,
  timeoutMs: number,
  signal: AbortSignal,
  end: () => Promise<readonly number[]>,
  argv: readonly string[],
): Promise<Ending> {
  return await new Promise<Ending>((resolve, reject) => {
    let settled = false;
    const settle = (reason: Ending["reason"]) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      if (reason === "exited") resolve({ reason });
      else end().then((survivors) => resolve({ reason, survivors }), reject);
    };
    const onAbort = () => settle("cancelled");
    const timer = setTimeout(() => settle("timed_out"), timeoutMs);
    signal.addEventListener("abort", onAbort, { once: true });
    child.once("exit", () => settle("exited"));
    child.once("error", (cause) => {
      settled = true;
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      reject(notFound(argv, cause));
    });
  });
}

interface Reading {
  /** Resolves when both streams ended, or shortly after, should something out of reach still hold them open. */
  finish(): Promise<void>;
  /** Bytes received so far, before cleaning. */
  bytes(): number;
}

/** How long output that was already written may take to arrive once every process is gone. */
const drainMs = 500;

function readOutput(child: ChildProcess, onText: (text: string) => void): Reading {
  let bytes = 0;
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const ended = streams.map((stream) => {
    const decoder = new StringDecoder("utf8");
    const cleaner = new OutputCleaner();
    const emit = (text: string) => {
      const clean = cleaner.clean(text);
      if (clean !== "") onText(clean);
    };
    stream.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      emit(decoder.write(chunk));
    });
    return new Promise<void>((resolve) => {
      stream.once("close", () => {
        emit(decoder.end());
        resolve();
      });
      // A broken pipe ends the stream; what came before it is kept.
      stream.once("error", () => resolve());
    });
  });
  return {
    bytes: () => bytes,
    finish: async () => {
      const timer = setTimeout(() => streams.forEach((stream) => stream.destroy()), drainMs);
      await Promise.all(ended);
      clearTimeout(timer);
    },
  };
}

function assertMayRun(command: CommandSpec, options: CommandRunnerOptions): void {
  const { argv } = command;
  if (options.isTrusted?.() === false) {
    throw new MasterPlanError(
      "gate.untrusted",
      `Command ${shown(argv)} was not run in a workspace that is not trusted`,
      {
        hint: "Trust the workspace to run its commands",
      },
    );
  }
  if (argv.length === 0 || argv[0] === "" || argv.some((argument) => argument.includes("\0"))) {
    throw new MasterPlanError(
      "command.notApproved",
      `Command ${shown(argv)} is not an argument vector that can run`,
    );
  }
  const approved = [...(options.approved ?? []), ...(command.approved ?? [])];
  if (approved.some((other) => sameArgv(other, argv))) return;
  const flag = interpreterFlag(argv);
  if (flag !== undefined) {
    throw new MasterPlanError(
      "command.notApproved",
      `Command ${shown(argv)} passes code to an interpreter with ${flag}`,
      {
        hint: "Approve exactly this argument vector in the plan, or run a script file instead",
      },
    );
  }
  if (options.approved === undefined || asksVersion(argv, approved)) return;
  throw new MasterPlanError(
    "command.notApproved",
    `Command ${shown(argv)} is neither in the approved plan nor a detected check`,
    {
      hint: "Add it to the plan and approve the new version",
    },
  );
}

function asksVersion(argv: readonly string[], approved: readonly (readonly string[])[]): boolean {
  return (
    argv.length === 2 &&
    (argv[1] === "--version" || argv[1] === "version") &&
    approved.some((other) => other[0] === argv[0])
  );
}

async function assertFolder(cwd: string, argv: readonly string[]): Promise<void> {
  const isFolder =
    path.isAbsolute(cwd) &&
    (await stat(cwd).then(
      (found) => found.isDirectory(),
      () => false,
    ));
  if (!isFolder)
    throw new MasterPlanError("command.notFound", `Folder ${cwd} for command ${shown(argv)} does not exist`);
}

function sameArgv(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((argument, index) => argument === right[index]);
}

function notFound(argv: readonly string[], cause?: unknown): MasterPlanError {
  return new MasterPlanError(
    "command.notFound",
    `Executable ${argv[0] ?? ""} of command ${shown(argv)} was not found`,
    {
      hint: "Install it, or name it by its full path in the plan",
      details: { executable: argv[0] ?? "" },
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

/** An argument vector for people; JSON strings leave no doubt where an argument ends. */
function shown(argv: readonly string[]): string {
  return argv
    .map((argument) => (/^[\w./:=@%+,-]+$/u.test(argument) ? argument : JSON.stringify(argument)))
    .join(" ");
}
