import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Git, Worktree } from "../../../src/ports/git";
import { TempRepo, listing } from "../../support/tempRepo";

let repo: TempRepo;
let git: Git;

beforeEach(() => {
  repo = new TempRepo();
  git = repo.open();
});

afterEach(() => repo.dispose());

/** A process that applies sets of writes below a folder for ever. */
async function writer(): Promise<string> {
  const entry = join(repo.base, "writer.ts");
  const adapter = resolve("src/adapters/node/files/nodeWorkspaceFiles.ts");
  writeFileSync(
    entry,
    `import { createNodeWorkspaceFiles } from ${JSON.stringify(adapter)};
    const files = createNodeWorkspaceFiles({ root: process.argv[2] ?? "" });
    async function run() {
      for (let turn = 0; ; turn++)
        await files.apply(Array.from({ length: 60 }, (_, index) => ({
          kind: "write", path: "folder/f" + index + ".txt", bytes: Buffer.from("turn " + turn), mode: 0o644,
        })));
    }
    void run();`,
  );
  const outfile = join(repo.base, "writer.cjs");
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "error",
  });
  return outfile;
}

function litter(worktree: Worktree): readonly string[] {
  return readdirSync(join(worktree.path, "folder")).filter((name) => name.startsWith(".masterplan-"));
}

/** Kills the writer until it leaves something behind. */
async function crash(program: string, worktree: Worktree): Promise<void> {
  for (let turn = 0; turn < 50; turn++) {
    const child = spawn(process.execPath, [program, worktree.path], { stdio: "ignore" });
    while (litter(worktree).length === 0 && child.exitCode === null) await new Promise(setImmediate);
    child.kill("SIGKILL");
    await once(child, "exit");
    if (litter(worktree).length > 0) return;
  }
}

it("WF-7 what a process that was killed in the middle of a write leaves behind is gone with its worktree, and was never in the user's folder", async () => {
  repo.commit({ "a.txt": "one\n", "folder/f1.txt": "one\n" });
  const before = listing(repo.root);
  const worktree = await git.openWorktree("t_1", repo.head());
  await crash(await writer(), worktree);
  expect(litter(worktree), "control: the kill left something").not.toEqual([]);
  expect(listing(repo.root)).toEqual(before);

  const after = repo.open();
  for (const open of await after.listWorktrees()) await after.releaseWorktree(open.attempt);
  const fresh = await after.openWorktree("t_2", repo.head());
  expect(fresh.path).toBe(worktree.path);
  expect(await after.changes(fresh)).toEqual([]);
  const { [".git"]: _pointer, ...files } = Object.fromEntries(listing(fresh.path));
  expect(Object.keys(files)).toEqual(["a.txt", "folder/", "folder/f1.txt"]);
  expect(litter(fresh)).toEqual([]);
  expect(listing(repo.root)).toEqual(before);
});
