import { execFile, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import esbuild from "esbuild";
import type { PublicEvent } from "../../../src/engine/publicEvent";

const root = path.join(import.meta.dirname, "../../..");
/** One folder per worker: another test file may be building at the same time. */
const output = path.join(root, "test/output/cli", String(process.pid));

/** Bundles the command line as the build does, with what it loads beside itself; gives the path of `cli.js`. */
export async function buildCli(): Promise<string> {
  const outfile = path.join(output, "cli.js");
  mkdirSync(output, { recursive: true });
  await esbuild.build({
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    outfile,
    entryPoints: ["src/cli/main.ts"],
    alias: {
      "jsonc-parser": "./node_modules/jsonc-parser/lib/esm/main.js",
      "web-tree-sitter": "./node_modules/web-tree-sitter/web-tree-sitter.cjs",
    },
    logLevel: "warning",
  });
  const assets = [["node_modules/sql.js/dist/sql-wasm.wasm", "sql-wasm.wasm"]] as const;
  for (const [from, to] of assets)
    if (existsSync(path.join(root, from))) cpSync(path.join(root, from), path.join(output, to));
  return outfile;
}

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A workspace with git, one script that passes, and a home of its own for the registry and the settings. */
export class CliWorkspace {
  readonly folder: string;
  readonly workspace: string;
  readonly #cli: string;

  constructor(cli: string) {
    this.#cli = cli;
    this.folder = mkdtempSync(path.join(tmpdir(), "mp-cli-"));
    this.workspace = path.join(this.folder, "w");
    mkdirSync(this.workspace);
  }

  async init(): Promise<this> {
    this.write("package.json", JSON.stringify({ name: "sample", scripts: { test: "node --test" } }));
    const git = (...args: string[]) => promisify(execFile)("git", args, { cwd: this.workspace });
    await git("init", "-q", "-b", "main");
    await git("config", "user.name", "Ana");
    await git("config", "user.email", "ana@example.test");
    await git("add", ".");
    await git("commit", "-qm", "start");
    return this;
  }

  write(file: string, text: string): string {
    writeFileSync(path.join(this.workspace, file), text);
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
    };
  }

  /** Runs a command to its end. */
  async call(...args: readonly string[]): Promise<CliResult> {
    return this.callWith({}, ...args);
  }

  /** The same with other variables in the environment. */
  async callWith(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<CliResult> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [this.#cli, ...args],
        { cwd: this.workspace, env: { ...this.env, ...env }, maxBuffer: 1 << 26 },
        (error, out, err) => {
          resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, out, err });
        },
      );
    });
  }

  /** The one JSON document that a command prints; a failed command fails the test. */
  async json(...args: readonly string[]): Promise<ReturnType<typeof JSON.parse>> {
    const { code, out, err } = await this.call(...args, "--json");
    if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${err}`);
    return JSON.parse(out);
  }

  /** A run with its events; `onEvent` may signal the process. `onErr` gets what it has said on stderr so far. */
  async follow(
    args: readonly string[],
    onEvent: (event: PublicEvent, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
    onErr: (said: string) => void = () => undefined,
  ) {
    const child = spawn(process.execPath, [this.#cli, ...args, "--json"], {
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
