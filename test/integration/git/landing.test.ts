import { existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
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

describe("a run on a branch of its own", () => {
  it("GT-1 starts without changing a file, lands commits that the tree follows, and goes back merged", async () => {
    const head = repo.commit({ "a.txt": "one\n", "b/c.txt": "two\n", ".gitignore": "ignored\n" });
    const before = listing(repo.root);
    const { branch, head: at } = await git.startBranch("fix-things", "branch");
    expect({ branch, at }).toEqual({ branch: "masterplan/fix-things", at: head });
    expect(repo.git("branch", "--show-current").trim()).toBe("masterplan/fix-things");
    expect(listing(repo.root)).toEqual(before);

    const landed = await git.land(
      landRequest(branch, head, { "a.txt": "one changed\n", "new/file.txt": "new\n", "b/c.txt": null }),
    );
    expect(landed).toMatchObject({ tree: "updated", pending_files: [] });
    expect(repo.status()).toBe("");
    expect(repo.read("a.txt")).toBe("one changed\n");
    expect(repo.has("b")).toBe(false);
    expect(repo.git("log", "-1", "--format=%an <%ae>")).toBe("Ada Example <ada@example.org>\n");
    expect(repo.head()).toBe(landed.sha);
    expect(await git.findLanded(branch, { "MasterPlan-Run": "r_1", "MasterPlan-Task": "task-1" })).toBe(
      landed.sha,
    );
    expect(await git.findLanded(branch, { "MasterPlan-Run": "r_2" })).toBeNull();

    const { sha } = await git.finishBranch(branch, "main", "merge", "Merge it");
    expect(repo.git("branch", "--show-current").trim()).toBe("main");
    expect(repo.head()).toBe(sha);
    expect(repo.git("log", "-1", "--format=%P").trim()).toBe(`${head} ${landed.sha}`);
    expect(repo.status()).toBe("");
    expect(repo.git("branch", "--list", "masterplan/*")).toBe("");
    expect(await git.findLanded(branch, { "MasterPlan-Run": "r_1" })).toBe(landed.sha);
  });

  it("GT-2 squashes, keeps and drops", async () => {
    const head = repo.commit({ "a.txt": "one\n" });
    for (const how of ["squash", "keep", "drop"] as const) {
      const { branch } = await git.startBranch(how, "branch");
      const tip = repo.head();
      await git.land(landRequest(branch, tip, { "a.txt": `${how}\n`, [`${how}.txt`]: "x\n" }));
      const { sha } = await git.finishBranch(branch, "main", how, `Done by ${how}`);
      expect(repo.git("branch", "--show-current").trim()).toBe("main");
      expect(repo.status()).toBe("");
      if (how === "squash") {
        expect(repo.head()).toBe(sha);
        expect(repo.git("log", "-1", "--format=%s %P").trim()).toBe(`Done by squash ${head}`);
      } else {
        expect(sha).toBeNull();
        expect(repo.read("a.txt")).toBe("squash\n");
        expect(repo.has(`${how}.txt`)).toBe(false);
      }
      expect(repo.git("branch", "--list", branch).trim() !== "").toBe(how === "keep");
    }
  });

  it("GT-3 takes another name when the first is taken, in any case", async () => {
    repo.commit({ a: "1" });
    repo.git("branch", "masterplan/Work");
    expect((await git.startBranch("work", "detached")).branch).toBe("masterplan/work-2");
    expect((await git.startBranch("work", "branch")).branch).toBe("masterplan/work-3");
  });

  it("GT-4 goes back to the old branch only when nothing of the user's is in the way", async () => {
    const head = repo.commit({ "a.txt": "one\n", "b.txt": "b\n" });
    const { branch } = await git.startBranch("x", "branch");
    const { sha } = await git.land(landRequest(branch, head, { "a.txt": "two\n" }));
    repo.write("a.txt", "mine\n");
    repo.write("b.txt", "mine too\n");
    const before = repo.status();
    await expect(git.finishBranch(branch, "main", "drop", "")).rejects.toMatchObject({
      code: "git.dirtyFile",
    });
    expect(repo.status()).toBe(before);
    expect(repo.head()).toBe(sha);
    repo.git("checkout", "--", "a.txt");
    await git.finishBranch(branch, "main", "drop", "");
    expect(repo.read("a.txt")).toBe("one\n");
    expect(repo.read("b.txt")).toBe("mine too\n");
  });
});

describe("the user's edits while commits land", () => {
  it("GT-5 an edited file waits, the others follow, and it settles once the edit is gone", async () => {
    const head = repo.commit({ "a.txt": "one\n", "b.txt": "one\n" });
    const { branch } = await git.startBranch("x", "branch");
    repo.write("a.txt", "mine\n");
    const landed = await git.land(landRequest(branch, head, { "a.txt": "two\n", "b.txt": "two\n" }));
    expect(landed).toMatchObject({ tree: "pending", pending_files: ["a.txt"] });
    expect(repo.read("a.txt")).toBe("mine\n");
    expect(repo.read("b.txt")).toBe("two\n");
    expect(repo.status().trim().split("\n")).toEqual([expect.stringMatching(/^1 \.M .* a\.txt$/u)]);
    expect(await git.settleTree(branch)).toEqual(["a.txt"]);
    repo.write("a.txt", "one\n");
    expect(await git.settleTree(branch)).toEqual([]);
    expect(repo.read("a.txt")).toBe("two\n");
    expect(repo.status()).toBe("");
  });

  it("GT-6 a staged edit keeps its index entry", async () => {
    const head = repo.commit({ "a.txt": "one\n" });
    const { branch } = await git.startBranch("x", "branch");
    repo.write("a.txt", "staged\n");
    repo.git("add", "a.txt");
    const index = repo.git("ls-files", "--stage");
    const landed = await git.land(landRequest(branch, head, { "a.txt": "two\n" }));
    expect(landed).toMatchObject({ tree: "pending", pending_files: ["a.txt"] });
    expect(repo.git("ls-files", "--stage")).toBe(index);
    expect(repo.read("a.txt")).toBe("staged\n");
    expect(await git.settleTree(branch)).toEqual(["a.txt"]);
    repo.git("reset", "--quiet");
    repo.write("a.txt", "one\n");
    expect(await git.settleTree(branch)).toEqual([]);
    expect(repo.read("a.txt")).toBe("two\n");
  });

  it("GT-61 an edit as old as the index itself stays an edit", async () => {
    repo.git("config", "core.trustctime", "false");
    const head = repo.commit({ "a.txt": "one\n", "b.txt": "one\n" });
    const { branch } = await git.startBranch("x", "branch");
    const time = new Date("2026-01-01T00:00:00Z");
    repo.write("b.txt", "staged\n");
    utimesSync(join(repo.root, "b.txt"), time, time);
    repo.git("add", "b.txt");
    writeFileSync(join(repo.root, "b.txt"), "edited\n");
    utimesSync(join(repo.root, "b.txt"), time, time);
    utimesSync(join(repo.root, ".git", "index"), time, time);
    const changed = (): string => repo.git("--no-optional-locks", "diff", "--name-only");
    expect(changed().split("\n")).toContain("b.txt");
    // A clean file that an editor holds is compared on a copy of the index, and git looks at nothing else.
    const landed = await git.land(landRequest(branch, head, { "a.txt": "landed\n" }, { unsaved: ["a.txt"] }));
    expect(landed.sha).toBe(repo.head());
    expect(repo.read("a.txt")).toBe("one\n");
    expect(changed().split("\n")).toContain("b.txt");
  });

  it("GT-7 a file that is unsaved in an editor is not written until it is saved", async () => {
    const head = repo.commit({ "a.txt": "one\n" });
    const { branch } = await git.startBranch("x", "branch");
    const landed = await git.land(landRequest(branch, head, { "a.txt": "two\n" }, { unsaved: ["a.txt"] }));
    expect(landed).toMatchObject({ tree: "pending", pending_files: ["a.txt"] });
    expect(repo.read("a.txt")).toBe("one\n");
    expect(await git.settleTree(branch, ["a.txt"])).toEqual(["a.txt"]);
    expect(await git.settleTree(branch, [])).toEqual([]);
    expect(repo.read("a.txt")).toBe("two\n");
    expect(repo.status()).toBe("");
  });

  it("GT-8 an untracked or ignored file of the user's is not overwritten", async () => {
    const head = repo.commit({ ".gitignore": "secret/\n" });
    const { branch } = await git.startBranch("x", "branch");
    repo.write("new.txt", "mine\n");
    repo.write("secret/key", "mine\n");
    const landed = await git.land(
      landRequest(branch, head, { "new.txt": "theirs\n", "secret/key": "theirs\n", "free.txt": "x\n" }),
    );
    expect(landed.pending_files).toEqual(["new.txt", "secret/key"]);
    expect(repo.read("new.txt")).toBe("mine\n");
    expect(repo.read("secret/key")).toBe("mine\n");
    expect(repo.read("free.txt")).toBe("x\n");
  });

  it("GT-9 a file that holds the landed content already counts as followed (manual tasks)", async () => {
    const head = repo.commit({ "a.txt": "one\n" });
    const { branch } = await git.startBranch("x", "branch");
    repo.write("a.txt", "two\n");
    repo.write("new.txt", "new\n");
    const changes = await git.changesSince(head);
    expect(changes.map(({ path }) => path)).toEqual(["a.txt", "new.txt"]);
    const landed = await git.land(landRequest(branch, head, { "a.txt": "two\n", "new.txt": "new\n" }));
    expect(landed).toMatchObject({ tree: "updated", pending_files: [] });
    expect(repo.status()).toBe("");
  });

  it("GT-10 staged and edited files that are not landed stay exactly as they are", async () => {
    const head = repo.commit({ "a.txt": "one\n", "b.txt": "b\n", "c.txt": "c\n" });
    const { branch } = await git.startBranch("x", "branch");
    repo.write("b.txt", "staged\n");
    repo.git("add", "b.txt");
    repo.write("b.txt", "staged and edited\n");
    repo.git("rm", "--quiet", "c.txt");
    repo.write("u.txt", "untracked\n");
    const before = repo.status();
    await git.land(landRequest(branch, head, { "a.txt": "two\n" }));
    expect(repo.status()).toBe(before);
    expect(repo.read("a.txt")).toBe("two\n");
  });

  it("GT-11 never writes through a link in the way", async () => {
    const head = repo.commit({ "real/a.txt": "one\n" });
    const { branch } = await git.startBranch("x", "branch");
    const outside = join(repo.base, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "a.txt"), "one\n");
    repo.remove("real");
    symlinkSync(outside, join(repo.root, "real"));
    symlinkSync(outside, join(repo.root, "other"));
    const landed = await git.land(landRequest(branch, head, { "real/a.txt": "two\n", "other/b.txt": "b\n" }));
    expect(landed.pending_files).toEqual(["other/b.txt", "real/a.txt"]);
    expect(readFileSync(join(outside, "a.txt"), "utf8")).toBe("one\n");
    expect(existsSync(join(outside, "b.txt"))).toBe(false);
  });

  it("GT-12 a file may take the place of a folder and the other way round", async () => {
    const head = repo.commit({ "folder/a.txt": "a\n", "folder/b.txt": "b\n", file: "f\n" });
    const { branch } = await git.startBranch("x", "branch");
    const landed = await git.land(
      landRequest(branch, head, {
        "folder/a.txt": null,
        "folder/b.txt": null,
        folder: "now a file\n",
        file: null,
        "file/inner.txt": "in\n",
      }),
    );
    expect(landed.tree).toBe("updated");
    expect(repo.read("folder")).toBe("now a file\n");
    expect(repo.read("file/inner.txt")).toBe("in\n");
    expect(repo.status()).toBe("");
  });
});

describe("a branch that moved", () => {
  it("GT-13 refuses to land on a tip that is not the expected one", async () => {
    const head = repo.commit({ "a.txt": "one\n" });
    const { branch } = await git.startBranch("x", "branch");
    repo.commit({ "b.txt": "by the user\n" });
    const before = repo.head();
    await expect(git.land(landRequest(branch, head, { "a.txt": "two\n" }))).rejects.toMatchObject({
      code: "git.headMoved",
    });
    expect(repo.head()).toBe(before);
    expect(repo.read("a.txt")).toBe("one\n");
  });

  it("GT-14 notices another branch, a detached HEAD and a rebase", async () => {
    const head = repo.commit({ "a.txt": "one\n" });
    const { branch } = await git.startBranch("x", "branch");
    repo.git("checkout", "--quiet", "main");
    await expect(git.land(landRequest(branch, head, { "a.txt": "two\n" }))).rejects.toMatchObject({
      code: "git.headMoved",
    });
    repo.git("checkout", "--quiet", "--detach");
    await expect(git.land(landRequest(branch, head, { "a.txt": "two\n" }))).rejects.toMatchObject({
      code: "git.headMoved",
    });
    repo.git("checkout", "--quiet", branch);
    repo.commit({ "a.txt": "conflict\n" });
    repo.git("checkout", "--quiet", "main");
    repo.commit({ "a.txt": "other\n" });
    expect(repo.gitCode(repo.root, "merge", branch)).toBe(1);
    await expect(
      git.land(landRequest("main", repo.head(), { "a.txt": "two\n" }, { target: "current" })),
    ).rejects.toMatchObject({
      code: "git.operationInProgress",
    });
    await expect(git.startBranch("y", "branch")).rejects.toMatchObject({ code: "git.operationInProgress" });
  });

  it("GT-15 lands on a branch that is not checked out and leaves the tree alone", async () => {
    const head = repo.commit({ "a.txt": "one\n" });
    const { branch } = await git.startBranch("x", "detached");
    expect(repo.git("branch", "--show-current").trim()).toBe("main");
    const landed = await git.land(landRequest(branch, head, { "a.txt": "two\n" }, { target: "detached" }));
    expect(landed.tree).toBe("detached");
    expect(repo.read("a.txt")).toBe("one\n");
    expect(repo.status()).toBe("");
    expect(repo.git("show", `${branch}:a.txt`)).toBe("two\n");
    const { sha } = await git.finishBranch(branch, "main", "merge", "Merge");
    expect(repo.head()).toBe(sha);
    expect(repo.read("a.txt")).toBe("two\n");
    expect(repo.status()).toBe("");
  });
});
