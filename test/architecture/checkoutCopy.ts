import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { nodeBinary, root } from "../start/paths.mjs";

const parts = [
  ...[
    "src",
    "webview",
    "media",
    "esbuild.mjs",
    "eslint.config.mjs",
    "tsconfig.json",
    "tsconfig.lint.json",
    ".dependency-cruiser.mjs",
  ],
  ...[
    "package.json",
    "package.nls.json",
    "package.nls.es.json",
    ".vscodeignore",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
  ],
  "test/sample/workspace",
];

/** A private copy of the source tree, to break rules in or to build for production without touching `dist`. */
export class CheckoutCopy {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<CheckoutCopy> {
    const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), "masterplan-copy-")));
    for (const part of parts) {
      const from = path.join(root, part);
      if (existsSync(from)) await cp(from, path.join(folder, part), { recursive: true });
    }
    await symlink(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
    return new CheckoutCopy(folder);
  }

  /** Writes a file by its path from the top of the copy and gives that path back. */
  async write(file: string, text: string): Promise<string> {
    const target = path.join(this.folder, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
    return file;
  }

  async delete(file: string): Promise<void> {
    await rm(path.join(this.folder, file), { force: true });
  }

  /** Runs a JavaScript program of an installed package, or of the copy, in the copy. */
  async run(program: string, ...args: readonly string[]): Promise<{ code: number; output: string }> {
    return new Promise((resolve) => {
      const options = { cwd: this.folder, maxBuffer: 64 * 1024 * 1024 };
      execFile(nodeBinary(), [path.join(this.folder, program), ...args], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, output: stdout + stderr });
      });
    });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
