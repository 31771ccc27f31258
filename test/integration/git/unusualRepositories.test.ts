import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Git } from "../../../src/ports/git";
import { landRequest } from "../../support/landRequest";
import { TempRepo, listing } from "../../support/tempRepo";

let repo: TempRepo;
let git: Git;

beforeEach(() => {
  repo = new TempRepo();
  git = repo.open();
});

afterEach(() => repo.dispose());

describe("unusual repositories", () => {
  it("GT-16 lands the first commit of a repository without one", async () => {
    repo.write("mine.txt", "untracked\n");
    const { branch, head } = await git.startBranch("x", "branch");
    expect(head).toBeNull();
    const landed = await git.land(landRequest(branch, null, { "a.txt": "one\n" }));
    expect(landed.tree).toBe("updated");
    expect(repo.read("a.txt")).toBe("one\n");
    expect(repo.status()).toBe("? mine.txt\n");
    await expect(git.finishBranch(branch, "main", "drop", "")).rejects.toMatchObject({ code: "git.failed" });
    const { sha } = await git.finishBranch(branch, "main", "merge", "Merge");
    expect(sha).toBe(landed.sha);
    expect(repo.git("branch", "--show-current").trim()).toBe("main");
  });

  it("GT-17 says so when git knows no author, before anything changes", async () => {
    repo.dispose();
    repo = new TempRepo({ identity: false });
    git = repo.open();
    repo.git("-c", "user.name=x", "-c", "user.email=x@y", "commit", "--allow-empty", "-qm", "first");
    const { branch, head } = await git.startBranch("x", "branch");
    expect((await git.inspect()).problems).toEqual([expect.stringContaining("user.name")]);
    await expect(git.land(landRequest(branch, head, { "a.txt": "one\n" }))).rejects.toMatchObject({
      code: "git.noIdentity",
    });
    expect(repo.head()).toBe(head);
    expect(await git.snapshot("s")).toBe(head);
  });

  it("GT-18 works in a folder without git and writes nothing of git into it", async () => {
    repo.dispose();
    repo = new TempRepo({ git: false });
    git = repo.open();
    repo.write("src/a.txt", "one\n");
    repo.write("node_modules/x/index.js", "x");
    expect((await git.inspect()).kind).toBe("none");
    await git.prepare();
    await git.prepare();
    expect(await git.inspect()).toMatchObject({ kind: "private", branch: "main", dirty_files: [] });
    const { branch, head } = await git.startBranch("x", "branch");
    const worktree = await git.openWorktree("t_1", await git.snapshot("s"));
    writeFileSync(join(worktree.path, "src/a.txt"), "two\n");
    expect((await git.changes(worktree)).map(({ path }) => path)).toEqual(["src/a.txt"]);
    const landed = await git.land(landRequest(branch, head, { "src/a.txt": "two\n" }));
    expect(landed.tree).toBe("updated");
    expect(repo.read("src/a.txt")).toBe("two\n");
    repo.write("src/a.txt", "mine\n");
    expect(await git.land(landRequest(branch, landed.sha, { "src/a.txt": "three\n" }))).toMatchObject({
      pending_files: ["src/a.txt"],
    });
    repo.write("src/a.txt", "two\n");
    expect(await git.settleTree(branch)).toEqual([]);
    await git.finishBranch(branch, "main", "merge", "Merge");
    expect([...listing(repo.root).keys()]).toEqual([
      "node_modules/",
      "node_modules/x/",
      "node_modules/x/index.js",
      "src/",
      "src/a.txt",
    ]);
  });

  it("GT-19 reverts exactly the named commits and changes nothing on a conflict", async () => {
    const head = repo.commit({ "a.txt": "1\n2\n3\n4\n5\n6\n7\n", "b.txt": "b\n" });
    const { branch } = await git.startBranch("x", "branch");
    const first = await git.land(landRequest(branch, head, { "a.txt": "one\n2\n3\n4\n5\n6\n7\n" }));
    const second = await git.land(
      landRequest(branch, first.sha, { "a.txt": "one\n2\n3\n4\n5\n6\nseven\n", "c.txt": "c\n" }),
    );
    const [made] = await git.revert(branch, [first.sha], (sha) => `Revert ${sha}`, "branch");
    expect(repo.head()).toBe(made);
    expect(repo.read("a.txt")).toBe("1\n2\n3\n4\n5\n6\nseven\n");
    expect(repo.status()).toBe("");
    const third = await git.land(landRequest(branch, made!, { "a.txt": "1\n2\n3\n4\n5\n6\nSEVEN\n" }));
    await expect(git.revert(branch, [second.sha], () => "Revert", "branch")).rejects.toMatchObject({
      code: "git.conflict",
    });
    expect(repo.head()).toBe(third.sha);
    expect(repo.status()).toBe("");
  });
});
