import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Git } from "../../../src/ports/git";
import { TempRepo } from "../../support/tempRepo";

let repo: TempRepo;
let git: Git;

beforeEach(() => {
  repo = new TempRepo();
  git = repo.open();
});

afterEach(() => repo.dispose());

const text = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString();

describe("worktrees of attempts", () => {
  it("GT-50 report every kind of change with content and mode, and nothing that is ignored", async () => {
    repo.commit({
      ".gitignore": "*.log\n",
      "a.txt": "one\n",
      "gone.txt": "gone\n",
      "run.sh": "#!/bin/sh\n",
      "same.txt": "s\n",
      "dir/x": "x\n",
    });
    const worktree = await git.openWorktree("t_1", repo.head());
    expect(worktree.path.startsWith(repo.storage)).toBe(true);
    const at = (path: string): string => join(worktree.path, path);
    writeFileSync(at("a.txt"), "two\n");
    rmSync(at("gone.txt"));
    chmodSync(at("run.sh"), 0o755);
    writeFileSync(at("same.txt"), "s\n");
    writeFileSync(at("noise.log"), "ignored\n");
    mkdirSync(at("new/deep"), { recursive: true });
    writeFileSync(at("new/deep/file.bin"), Buffer.from([0, 255, 10]));
    symlinkSync("a.txt", at("link"));
    rmSync(at("dir"), { recursive: true });
    writeFileSync(at("dir"), "now a file\n");
    const changes = await git.changes(worktree);
    expect(
      changes.map(({ path, before, after, mode_before, mode_after }) => [
        path,
        text(before),
        text(after),
        mode_before,
        mode_after,
      ]),
    ).toEqual([
      ["a.txt", "one\n", "two\n", "100644", "100644"],
      ["dir", null, "now a file\n", null, "100644"],
      ["dir/x", "x\n", null, "100644", null],
      ["gone.txt", "gone\n", null, "100644", null],
      ["link", null, "a.txt", null, "120000"],
      ["new/deep/file.bin", null, Buffer.from([0, 255, 10]).toString(), null, "100644"],
      ["run.sh", "#!/bin/sh\n", "#!/bin/sh\n", "100644", "100755"],
    ]);
    expect(repo.status()).toBe("");
  });

  it("GT-51 are reused, clean again whatever was left in them, and listed until released", async () => {
    const first = repo.commit({ "a.txt": "one\n", "b.txt": "b\n" });
    const second = repo.commit({ "a.txt": "two\n" });
    const one = await git.openWorktree("t_1", first);
    const other = await git.openWorktree("t_2", second);
    expect(other.path).not.toBe(one.path);
    expect(readFileSync(join(one.path, "a.txt"), "utf8")).toBe("one\n");
    expect((await git.listWorktrees()).map(({ attempt }) => attempt)).toEqual(["t_1", "t_2"]);
    writeFileSync(join(one.path, "a.txt"), "kept over a restart\n");
    const reopened = await repo.open().openWorktree("t_1", first);
    expect(readFileSync(join(reopened.path, "a.txt"), "utf8")).toBe("kept over a restart\n");
    mkdirSync(join(one.path, "locked"));
    writeFileSync(join(one.path, "locked", "x"), "x");
    repo.gitIn(one.path, "init", "-q", "inner");
    await git.releaseWorktree("t_1");
    expect((await git.listWorktrees()).map(({ attempt }) => attempt)).toEqual(["t_2"]);
    const again = await git.openWorktree("t_3", second);
    expect(again.path).toBe(one.path);
    expect(readFileSync(join(again.path, "a.txt"), "utf8")).toBe("two\n");
    expect(existsSync(join(again.path, "locked"))).toBe(false);
    expect(existsSync(join(again.path, "inner"))).toBe(false);
    expect(await git.changes(again)).toEqual([]);
    expect(repo.gitIn(again.path, "status", "--porcelain")).toBe("");
    expect(repo.gitIn(again.path, "rev-parse", "HEAD").trim()).toBe(second);
    expect(repo.git("worktree", "list").trim().split("\n")).toHaveLength(1);
  });

  it("GT-52 open one after the other when asked for at once, and give each attempt its own", async () => {
    const head = repo.commit({ "a.txt": "one\n" });
    const opened = await Promise.all(
      Array.from({ length: 6 }, (_item, number) => git.openWorktree(`t_${number}`, head)),
    );
    expect(new Set(opened.map(({ path }) => path)).size).toBe(6);
    for (const worktree of opened) expect(await git.changes(worktree)).toEqual([]);
  });

  it("GT-53 hold the user's edits through a snapshot, which leaves index, stash and status as they were", async () => {
    repo.commit({ "a.txt": "one\n", "b.txt": "b\n", ".gitignore": "ignored\n" });
    repo.write("stashed.txt", "stash\n");
    repo.git("stash", "-u", "-q");
    repo.write("a.txt", "staged\n");
    repo.git("add", "a.txt");
    repo.write("a.txt", "edited\n");
    repo.write("new/file.txt", "untracked\n");
    repo.write("ignored", "ignored\n");
    const index = readFileSync(join(repo.root, ".git", "index"));
    const stash = repo.git("stash", "list");
    const snapshot = await git.snapshot("snapshots/r_1");
    expect(readFileSync(join(repo.root, ".git", "index")).equals(index)).toBe(true);
    expect(repo.git("stash", "list")).toBe(stash);
    expect(repo.git("rev-parse", "refs/masterplan/snapshots/r_1").trim()).toBe(snapshot);
    const worktree = await git.openWorktree("t_1", snapshot);
    expect(readFileSync(join(worktree.path, "a.txt"), "utf8")).toBe("edited\n");
    expect(readFileSync(join(worktree.path, "new/file.txt"), "utf8")).toBe("untracked\n");
    expect(existsSync(join(worktree.path, "ignored"))).toBe(false);
    expect(text(await git.readFile(snapshot, "a.txt"))).toBe("edited\n");
    expect(await git.readFile(snapshot, "new")).toBeNull();
    expect(await git.readFile(snapshot, "nothing")).toBeNull();
    expect(await git.leftovers(["t_1"])).toEqual([{ kind: "ref", name: "refs/masterplan/snapshots/r_1" }]);
    expect(await git.leftovers(["r_1", "t_1"])).toEqual([]);
    await git.removeLeftovers((await git.leftovers([])).map(({ name }) => name));
    expect(await git.leftovers([])).toEqual([]);
    await expect(git.removeLeftovers(["refs/heads/main"])).rejects.toMatchObject({ code: "git.failed" });
  });

  it("GT-54 leave out repositories inside the workspace and name them", async () => {
    repo.commit({ "a.txt": "one\n" });
    repo.gitIn(repo.root, "init", "-q", "empty");
    repo.gitIn(repo.root, "init", "-q", "vendored");
    repo.write("vendored/x.txt", "x");
    repo.gitIn(join(repo.root, "vendored"), "add", "-A");
    repo.gitIn(join(repo.root, "vendored"), "commit", "-qm", "x");
    repo.write("b.txt", "b\n");
    expect((await git.inspect()).nested_repositories).toEqual(["empty", "vendored"]);
    const snapshot = await git.snapshot("s");
    expect(repo.git("ls-tree", "-r", "--name-only", snapshot)).toBe("a.txt\nb.txt\n");
  });

  it("GT-55 work for a workspace that is a folder of a repository", async () => {
    repo.commit({ "root.txt": "root\n", "packages/a/src/x.txt": "one\n" });
    const part = repo.open(join(repo.root, "packages", "a"));
    repo.write("root.txt", "edited\n");
    expect((await part.inspect()).dirty_files).toEqual([]);
    const { branch, head } = await part.startBranch("x", "branch");
    const worktree = await part.openWorktree("t_1", await part.snapshot("s"));
    expect(readFileSync(join(worktree.path, "src", "x.txt"), "utf8")).toBe("one\n");
    writeFileSync(join(worktree.path, "src", "x.txt"), "two\n");
    writeFileSync(join(worktree.path, "..", "outside.txt"), "not ours\n");
    const changes = await part.changes(worktree);
    expect(changes.map(({ path }) => path)).toEqual(["src/x.txt"]);
    const files = [{ path: "src/x.txt", content: changes[0]!.after, mode: "100644" }];
    const request = {
      branch,
      target: "branch" as const,
      files,
      message: "m",
      unsaved: [],
      expected_tip: head,
    };
    expect(await part.land({ ...request, unsaved: ["src/x.txt"] })).toMatchObject({
      pending_files: ["src/x.txt"],
    });
    expect(await part.settleTree(branch, ["src/x.txt"])).toEqual(["src/x.txt"]);
    expect(await part.settleTree(branch)).toEqual([]);
    expect(repo.read("packages/a/src/x.txt")).toBe("two\n");
    expect(text(await part.readFile("HEAD", "src/x.txt"))).toBe("two\n");
  });

  it("GT-56 treat a folder that a repository further up ignores as one without git", async () => {
    repo.commit({ ".gitignore": "scratch/\n", "a.txt": "a\n" });
    repo.write("scratch/project/x.txt", "x\n");
    const inner = repo.open(join(repo.root, "scratch", "project"));
    expect((await inner.inspect()).kind).toBe("none");
    await inner.prepare();
    expect(await inner.inspect()).toMatchObject({ kind: "private", dirty_files: [] });
    expect(repo.status()).toBe("! scratch/project/x.txt\n");
  });
});

describe("dependency folders", () => {
  const load = (worktree: string, name: string): unknown => createRequire(join(worktree, "index.js"))(name);

  it("GT-57 packages resolve, workspace packages to the worktree's copy, and nothing counts as a change", async () => {
    repo.commit({
      ".gitignore": "node_modules/\n",
      "package.json": "{}\n",
      "packages/own/package.json": '{"name":"own","main":"index.js"}\n',
      "packages/own/index.js": 'module.exports = "committed";\n',
    });
    repo.write("node_modules/plain/package.json", '{"name":"plain","main":"index.js"}');
    repo.write("node_modules/plain/index.js", 'module.exports = "plain";');
    repo.write("node_modules/@scope/inner/index.js", 'module.exports = "scoped";');
    repo.write("node_modules/.bin/tool", "#!/bin/sh\n");
    symlinkSync("../packages/own", join(repo.root, "node_modules", "own"));
    symlinkSync("../../packages/own", join(repo.root, "node_modules", "@scope", "own"));
    repo.write("packages/own/node_modules/nested/index.js", 'module.exports = "nested";');
    const worktree = await git.openWorktree("t_1", repo.head());
    writeFileSync(join(worktree.path, "packages/own/index.js"), 'module.exports = "worktree";\n');
    expect(load(worktree.path, "plain")).toBe("plain");
    expect(load(worktree.path, "@scope/inner")).toBe("scoped");
    expect(load(worktree.path, "own")).toBe("worktree");
    expect(load(worktree.path, "@scope/own")).toBe("worktree");
    expect(load(join(worktree.path, "packages", "own"), "nested")).toBe("nested");
    expect(existsSync(join(worktree.path, "node_modules/.bin/tool"))).toBe(true);
    expect((await git.changes(worktree)).map(({ path }) => path)).toEqual(["packages/own/index.js"]);
    writeFileSync(join(worktree.path, ".gitignore"), "");
    mkdirSync(join(worktree.path, "node_modules", ".cache"));
    writeFileSync(join(worktree.path, "node_modules", ".cache", "x"), "x");
    expect((await git.changes(worktree)).map(({ path }) => path)).toEqual([
      ".gitignore",
      "packages/own/index.js",
    ]);
    expect(existsSync(join(repo.root, "node_modules", ".cache"))).toBe(false);
    await git.releaseWorktree("t_1");
    await git.openWorktree("t_2", repo.head());
    expect(readFileSync(join(repo.root, "node_modules/plain/index.js"), "utf8")).toBe(
      'module.exports = "plain";',
    );
    expect(statSync(join(repo.root, "node_modules", "own")).isDirectory()).toBe(true);
  });

  it("GT-59 links in a commit do not take dependency folders elsewhere", async () => {
    const victim = join(repo.base, "victim");
    mkdirSync(join(victim, "a", "node_modules", "precious"), { recursive: true });
    repo.commit({ ".gitignore": "node_modules/\nold-*\n", "a.txt": "a\n" });
    symlinkSync(victim, join(repo.root, "packages"));
    const linked = repo.commit({});
    rmSync(join(repo.root, "packages"));
    repo.commit({ "packages/a/x.js": "x\n" });
    repo.write("packages/a/node_modules/plain/index.js", "x");
    mkdirSync(join(repo.base, "elsewhere", "dep"), { recursive: true });
    writeFileSync(join(repo.base, "elsewhere", "dep", "index.js"), 'module.exports = "elsewhere";');
    writeFileSync(join(repo.root, ".git", "info", "exclude"), "node_modules\n");
    symlinkSync(join(repo.base, "elsewhere"), join(repo.root, "node_modules"));
    const worktree = await git.openWorktree("t_1", linked);
    expect(lstatSync(join(worktree.path, "packages")).isSymbolicLink()).toBe(true);
    expect(existsSync(join(victim, "a", "node_modules", "precious"))).toBe(true);
    expect(existsSync(join(victim, "a", "node_modules", "plain"))).toBe(false);
    expect(load(worktree.path, "dep")).toBe("elsewhere");
    expect(await git.changes(worktree)).toEqual([]);
  });

  it("GT-58 a Python environment leads to the worktree's sources", async () => {
    repo.commit({ ".gitignore": ".venv\n", "src/own.py": "X = 1\n" });
    const site = ".venv/lib/python3.11/site-packages";
    repo.write(".venv/pyvenv.cfg", "home = /usr/bin\n");
    repo.write(`${site}/editable.pth`, `${join(repo.root, "src")}\n`);
    repo.write(`${site}/plain/__init__.py`, "Y = 1\n");
    repo.write(".venv/bin/tool", `#!${join(repo.root, ".venv/bin/python")}\nprint(1)\n`, 0o755);
    symlinkSync("/usr/bin/python3", join(repo.root, ".venv/bin/python"));
    const worktree = await git.openWorktree("t_1", repo.head());
    expect(readFileSync(join(worktree.path, site, "editable.pth"), "utf8")).toBe(
      `${join(worktree.path, "src")}\n`,
    );
    expect(readFileSync(join(worktree.path, ".venv/bin/tool"), "utf8")).toContain(
      `#!${worktree.path}/.venv/bin/python`,
    );
    expect(statSync(join(worktree.path, ".venv/bin/tool")).mode & 0o111).not.toBe(0);
    expect(realpathSync(join(worktree.path, site, "plain"))).toBe(join(repo.root, site, "plain"));
    expect(lstatSync(join(worktree.path, ".venv/bin/python")).isSymbolicLink()).toBe(true);
    expect(readlinkSync(join(worktree.path, ".venv/bin/python"))).toBe(join(repo.root, ".venv/bin/python"));
    expect(await git.changes(worktree)).toEqual([]);
  });
});
