import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Git } from "../../../src/ports/git";
import { landRequest } from "../../support/landRequest";
import { TempRepo } from "../../support/tempRepo";

let repo: TempRepo;
let other: TempRepo;
let git: Git;

beforeEach(() => {
  repo = new TempRepo();
  other = new TempRepo();
  repo.commit({ "a.txt": "one\n" });
  git = repo.open();
});

afterEach(() => {
  repo.dispose();
  other.dispose();
});

/** A submodule `sub` and an untracked repository `vendored`, the way people have them. */
function prepare(): void {
  other.commit({ "lib.txt": "lib\n" });
  repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.root, "sub");
  repo.commit({}, "Add submodule");
  mkdirSync(join(repo.root, "vendored"));
  repo.gitIn(join(repo.root, "vendored"), "init", "-q");
  writeFileSync(join(repo.root, "vendored", "v.txt"), "mine\n");
}

function look(): unknown {
  return {
    tree: repo.git("ls-tree", "-r", "HEAD"),
    status: repo.git("status", "--porcelain"),
    sub: readdirSync(join(repo.root, "sub")),
    vendored: readdirSync(join(repo.root, "vendored")),
    mine: readFileSync(join(repo.root, "vendored", "v.txt"), "utf8"),
  };
}

describe("repositories inside the user's", () => {
  it("GT-82 lands nothing in a nested repository or a submodule, and names it", async () => {
    prepare();
    const { branch, head } = await git.startBranch("x", "branch");
    const before = look();
    const cases: readonly (readonly [string, Readonly<Record<string, string | null>>])[] = [
      ["vendored", { "vendored/n.txt": "task\n" }],
      ["vendored", { "a.txt": "two\n", "vendored/deep/v.txt": "task\n" }],
      ["vendored", { vendored: "a file in its place\n" }],
      ["sub", { "sub/new.txt": "task\n" }],
      ["sub", { sub: "a file in its place\n" }],
      ["sub", { sub: null }],
    ];
    for (const [folder, files] of cases) {
      await expect(git.land(landRequest(branch, head, files)), JSON.stringify(files)).rejects.toMatchObject({
        code: "git.nestedRepository",
        message: expect.stringContaining(folder),
      });
      expect(look()).toEqual(before);
    }
    const landed = await git.land(landRequest(branch, head, { "a.txt": "two\n" }));
    expect(landed.tree, "the rest of the workspace works").toBe("updated");
  });

  it("GT-82 refuses a submodule that was never checked out", async () => {
    prepare();
    repo.git("submodule", "--quiet", "deinit", "--force", "sub");
    const { branch, head } = await git.startBranch("x", "branch");
    const refused = git.land(landRequest(branch, head, { "sub/new.txt": "task\n" }));
    await expect(refused).rejects.toMatchObject({ code: "git.nestedRepository" });
    expect(readdirSync(join(repo.root, "sub"))).toEqual([]);
  });

  it("GT-83 names the folder when an attempt changed something there, and hands out the next one empty", async () => {
    prepare();
    const commit = await git.snapshot("s");
    const attempts: readonly (readonly [string, (folder: string) => void])[] = [
      ["sub", (folder) => writeFileSync(join(folder, "sub", "new.txt"), "task\n")],
      ["sub", (folder) => rmSync(join(folder, "sub"), { recursive: true })],
      [
        "sub",
        (folder) => {
          rmSync(join(folder, "sub"), { recursive: true });
          writeFileSync(join(folder, "sub"), "a file\n");
        },
      ],
      [
        "vendored",
        (folder) => {
          mkdirSync(join(folder, "vendored"));
          writeFileSync(join(folder, "vendored", "n.txt"), "task\n");
        },
      ],
    ];
    // The way people fill one, as a command of a task would.
    const filled = (folder: string): void => {
      repo.gitIn(folder, "clone", "-q", other.root, "sub");
    };
    for (const [number, [name, act]] of [...attempts, ["sub", filled] as const].entries()) {
      const worktree = await git.openWorktree(`t_${number}`, commit);
      expect(readdirSync(join(worktree.path, "sub"))).toEqual([]);
      expect(existsSync(join(worktree.path, "vendored"))).toBe(false);
      expect(await git.changes(worktree)).toEqual([]);
      act(worktree.path);
      await expect(git.changes(worktree), String(number)).rejects.toMatchObject({
        code: "git.nestedRepository",
        message:
          name === "sub"
            ? "The attempt changed what is in the submodule sub, whose folder is empty in a worktree"
            : `What the attempt changed reaches into ${name}, which is a repository of its own`,
      });
      await git.releaseWorktree(`t_${number}`);
    }
  });

  it("GT-84 tells which paths no task may change, and why", async () => {
    repo.commit({ ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n" });
    prepare();
    const paths = [
      "a.txt",
      "new/b.txt",
      "sub",
      "sub/x/y.txt",
      "vendored/v.txt",
      "vendored",
      "big.bin",
      "subway",
    ];
    expect(await git.unchangeable(paths)).toEqual([
      { path: "sub", why: "submodule", by: "sub" },
      { path: "sub/x/y.txt", why: "submodule", by: "sub" },
      { path: "vendored/v.txt", why: "nested_repository", by: "vendored" },
      { path: "vendored", why: "nested_repository", by: "vendored" },
      { path: "big.bin", why: "filter", by: "lfs" },
    ]);
    const inner = repo.open(join(repo.root, "vendored"));
    expect(await inner.unchangeable(["v.txt"]), "it is an ordinary repository when it is opened").toEqual([]);
  });

  it("GT-84 looks for nested repositories in a folder without git as well", async () => {
    const plain = new TempRepo({ git: false });
    mkdirSync(join(plain.root, "inner"));
    plain.gitIn(join(plain.root, "inner"), "init", "-q");
    const opened = plain.open();
    const expected = [{ path: "inner/x.txt", why: "nested_repository", by: "inner" }];
    expect(await opened.unchangeable(["inner/x.txt", "x.txt"])).toEqual(expected);
    await opened.prepare();
    expect(await opened.unchangeable(["inner/x.txt", "x.txt"])).toEqual(expected);
    plain.dispose();
  });
});
