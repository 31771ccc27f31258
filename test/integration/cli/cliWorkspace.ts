import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { PublicEvent } from "../../../src/engine/publicEvent";
import { builtProgram, quickStart } from "../../support/builtProgram";
import { runHere, type CliResult } from "./runHere";
import { nodeTests } from "../../support/nodeTests";

/** Tests that node runs by itself, which starts sooner than a script of npm. */
const tested = { "package.json": JSON.stringify({ name: "sample" }), "test/sample.test.js": "" };
/** The same as a script of npm. */
export const scripted = { "package.json": JSON.stringify({ name: "sample", scripts: { test: nodeTests } }) };

/** A workspace with git, one check that passes, and a home of its own for the registry and the settings. */
export class CliWorkspace {
  readonly folder: string;
  readonly workspace: string;
  /** The command line as the build bundles it. */
  readonly cli: string;

  private constructor(cli: string) {
    this.cli = cli;
    this.folder = mkdtempSync(path.join(tmpdir(), "mp-cli-"));
    this.workspace = path.join(this.folder, "w");
  }

  /** With a first commit. */
  static async make(files?: Readonly<Record<string, string>>): Promise<CliWorkspace> {
    return (await CliWorkspace.makeBare()).init(files);
  }

  /** Nothing yet; `init` makes it a repository, with whatever was written until then. */
  static async makeBare(): Promise<CliWorkspace> {
    return new CliWorkspace(await builtProgram("src/cli/main.ts"));
  }

  async init(files: Readonly<Record<string, string>> = tested): Promise<this> {
    for (const [file, text] of Object.entries(files)) this.write(file, text);
    const git = (...args: string[]) => promisify(execFile)("git", args, { cwd: this.workspace });
    await git("init", "-q", "-b", "main");
    await git("config", "user.name", "Ana");
    await git("config", "user.email", "ana@example.test");
    await git("add", ".");
    await git("commit", "-qm", "start");
    return this;
  }

  write(file: string, text: string): string {
    const target = path.join(this.workspace, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
    return file;
  }

  get env(): NodeJS.ProcessEnv {
    return {
      PATH: process.env["PATH"],
      HOME: this.folder,
      XDG_DATA_HOME: path.join(this.folder, "data"),
      XDG_CONFIG_HOME: path.join(this.folder, "config"),
      XDG_RUNTIME_DIR: this.folder,
      LANG: "C.UTF-8",
      ...quickStart(this.cli),
    };
  }

  /** Runs a command in this process, which spares a start; for what does not depend on the process it runs in. */
  async callHere(...args: readonly string[]): Promise<CliResult> {
    return runHere(args, this.workspace, this.env);
  }

  /** The one JSON document that a command prints; a failed command fails the test. In this process as well. */
  async jsonHere(...args: readonly string[]): Promise<ReturnType<typeof JSON.parse>> {
    return documentOf(args, await this.callHere(...args, "--json"));
  }

  /** Runs a command in a process of its own, to its end. */
  async call(...args: readonly string[]): Promise<CliResult> {
    return this.callWith({}, ...args);
  }

  /** The same with other variables in the environment. */
  async callWith(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<CliResult> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [this.cli, ...args],
        { cwd: this.workspace, env: { ...this.env, ...env }, maxBuffer: 1 << 26 },
        (error, out, err) => {
          resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, out, err });
        },
      );
    });
  }

  /** As `jsonHere`, in a process of its own. */
  async json(...args: readonly string[]): Promise<ReturnType<typeof JSON.parse>> {
    return documentOf(args, await this.call(...args, "--json"));
  }

  /** A run with its events; `onEvent` may signal the process. `onErr` gets what it has said on stderr so far. */
  async follow(
    args: readonly string[],
    onEvent: (event: PublicEvent, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
    onErr: (said: string) => void = () => undefined,
  ) {
    const child = spawn(process.execPath, [this.cli, ...args, "--json"], {
      cwd: this.workspace,
      env: this.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const events: PublicEvent[] = [];
    let err = "";
    child.stderr.on("data", (data: Buffer) => {
      err += data.toString();
      onErr(err);
    });
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      const event = JSON.parse(line) as PublicEvent;
      events.push(event);
      onEvent(event, (signal) => child.kill(signal));
    });
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return { code, events, err };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function documentOf(args: readonly string[], { code, out, err }: CliResult): ReturnType<typeof JSON.parse> {
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${err}`);
  return JSON.parse(out);
}
