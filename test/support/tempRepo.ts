import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createGit } from "../../src/adapters/git/runner/simpleGit";
import type { Clock } from "../../src/ports/clock";
import type { Git } from "../../src/ports/git";
import type { Logger } from "../../src/ports/logger";

export const silentLogger: Logger = { log: () => undefined, child: () => silentLogger };

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** A throw-away folder, with or without a repository, the way a user would have it; git is called plainly here. */
export class TempRepo {
  readonly base: string;
  readonly root: string;
  readonly storage: string;
  readonly home: string;

  constructor(options: { readonly git?: boolean; readonly identity?: boolean } = {}) {
    this.base = realpathSync(mkdtempSync(join(tmpdir(), "masterplan-git-")));
    this.root = join(this.base, "project");
    this.storage = join(this.base, "storage");
    this.home = join(this.base, "home");
    for (const folder of [this.root, this.storage, this.home]) mkdirSync(folder);
    const identity =
      options.identity === false ? "" : "[user]\n\tname = Ada Example\n\temail = ada@example.org\n";
    writeFileSync(
      join(this.home, ".gitconfig"),
      `${identity}[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n`,
    );
    if (options.git !== false) this.git("init", "--quiet");
  }

  get env(): NodeJS.ProcessEnv {
    const env: NodeJS.ProcessEnv = {};
    for (const [name, value] of Object.entries(process.env)) if (!name.startsWith("GIT_")) env[name] = value;
    return { ...env, HOME: this.home, XDG_CONFIG_HOME: join(this.home, ".config"), GIT_CONFIG_NOSYSTEM: "1" };
  }

  open(workspace = this.root, env: NodeJS.ProcessEnv = this.env): Git {
    return createGit({ workspace, storage: this.storage, logger: silentLogger, clock: realClock, env });
  }

  /** Plain git, as a user or another tool would call it; rejects like `execFileSync`. */
  git(...args: string[]): string {
    return this.gitIn(this.root, ...args);
  }

  gitIn(folder: string, ...args: string[]): string {
    return execFileSync("git", args, {
      timeout: 20_000,
      cwd: folder,
      env: this.env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Exit code of plain git, whose output nobody wants. */
  gitCode(folder: string, ...args: string[]): number {
    try {
      this.gitIn(folder, ...args);
      return 0;
    } catch (error) {
      return (error as { status: number | null }).status ?? -1;
    }
  }

  write(path: string, content: string | Uint8Array, mode?: number): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    if (mode !== undefined) chmodSync(file, mode);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true, force: true });
  }

  commit(files: Readonly<Record<string, string | Uint8Array>>, message = "Add files"): string {
    for (const [path, content] of Object.entries(files)) this.write(path, content);
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "-m", message);
    return this.head();
  }

  head(): string {
    return this.git("rev-parse", "HEAD").trim();
  }

  status(): string {
    return this.git(
      "--no-optional-locks",
      "status",
      "--porcelain=v2",
      "--ignored",
      "--untracked-files=all",
      "-z",
    ).replaceAll("\0", "\n");
  }

  /** An executable that leaves `name` behind when it runs: how tests see that something was executed. */
  spy(name: string): { readonly script: string; readonly ran: () => boolean; readonly reset: () => void } {
    const mark = join(this.base, `${name}.ran`);
    const script = join(this.base, `${name}.sh`);
    writeFileSync(
      script,
      `#!/bin/sh\ntouch '${mark}'\n[ -p /dev/stdin ] && [ "$1" != fetch ] && timeout 1 cat\nexit 0\n`,
    );
    chmodSync(script, 0o755);
    return { script, ran: () => existsSync(mark), reset: () => rmSync(mark, { force: true }) };
  }

  dispose(): void {
    rmSync(this.base, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Every file below `folder` with kind, mode and content, for comparing before and after; `.git` left out. */
export function listing(folder: string, prefix = ""): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const name of readdirSync(folder).sort()) {
    if (prefix === "" && name === ".git") continue;
    const path = join(folder, name);
    const info = lstatSync(path);
    const label = `${prefix}${name}`;
    if (info.isSymbolicLink()) files.set(label, `link ${readlinkSync(path)}`);
    else if (info.isDirectory()) {
      files.set(`${label}/`, "folder");
      for (const [inner, content] of listing(path, `${label}/`)) files.set(inner, content);
    } else files.set(label, `${(info.mode & 0o777).toString(8)} ${readFileSync(path).toString("latin1")}`);
  }
  return files;
}
