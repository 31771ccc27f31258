import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { composeNode, type ComposeOptions } from "../../src/compose";
import type { MasterPlan } from "../../src/engine/masterPlan";

const execute = promisify(execFile);

/** A throw-away repository with a store of its own beside it. */
export interface WorkspaceFolder {
  /** Holds everything; outside the workspace. */
  readonly home: string;
  readonly workspace: string;
  open(options?: Partial<ComposeOptions>): Promise<MasterPlan>;
  write(file: string, content: string): Promise<void>;
  git(...args: string[]): Promise<string>;
  dispose(): Promise<void>;
}

export async function makeWorkspace(
  files: Readonly<Record<string, string>>,
  options: { readonly git?: boolean } = {},
): Promise<WorkspaceFolder> {
  const home = await mkdtemp(path.join(tmpdir(), "masterplan-workspace-"));
  const workspace = path.join(home, "project");
  const folder: WorkspaceFolder = {
    home,
    workspace,
    open: (more = {}) =>
      composeNode({
        workspace,
        storage: path.join(home, "store"),
        language: "en",
        person: "Ada",
        continueAfterDecision: true,
        models: () => ({ model: () => Promise.resolve(null), describe: () => Promise.resolve([]) }),
        ...more,
      }),
    async write(file, content) {
      const target = path.join(workspace, file);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, content);
      if (content.startsWith("#!")) await chmod(target, 0o755);
    },
    git: async (...args) => (await execute("git", args, { cwd: workspace })).stdout,
    dispose: () => rm(home, { recursive: true, force: true }),
  };
  await mkdir(workspace, { recursive: true });
  for (const [file, content] of Object.entries(files)) await folder.write(file, content);
  if (options.git !== false) {
    await folder.git("init", "--quiet", "--initial-branch=main");
    await folder.git("config", "user.name", "Ada");
    await folder.git("config", "user.email", "ada@example.com");
    await folder.git("config", "commit.gpgsign", "false");
    await folder.git("add", "--all");
    await folder.git("commit", "--quiet", "--allow-empty", "--message", "Start");
  }
  return folder;
}
