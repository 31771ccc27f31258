import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Git, Worktree } from "../../../src/ports/git";
import { recordRow } from "../../support/hostileRows";
import { landRequest } from "../../support/landRequest";
import { proves, type Spy } from "../../support/gitSpy";
import { TempRepo, listing } from "../../support/tempRepo";

let repo: TempRepo;
let git: Git;

beforeEach(() => {
  repo = new TempRepo();
  git = repo.open();
});

afterEach(() => repo.dispose());

describe("an attempt that attacks through its worktree", () => {
  let worktree: Worktree;

  beforeEach(async () => {
    repo.commit({ "a.txt": "one\n", "folder/b.txt": "two\n" });
    worktree = await git.openWorktree("t_1", repo.head());
  });

  const inTree = (path: string, text: string): void => writeFileSync(join(worktree.path, path), text);

  /** A repository under the attempt's control whose configuration runs the spy in three ways. */
  function evilRepository(spy: Spy): string {
    const evil = join(worktree.path, "evil");
    repo.gitIn(worktree.path, "init", "--quiet", "--bare", evil);
    const lines = [
      "[core]",
      "\tbare = false",
      `\tfsmonitor = ${spy.script}`,
      '[filter "x"]',
      `\tclean = ${spy.script}`,
    ];
    writeFileSync(
      join(evil, "config"),
      [...lines, '[diff "x"]', `\ttextconv = ${spy.script}`, ""].join("\n"),
    );
    inTree(".gitattributes", "*.txt filter=x diff=x\n");
    inTree("a.txt", "changed\n");
    return evil;
  }

  it("GT-31 follows no .git file but its own: status, add and diff run nothing", async () => {
    const spy = repo.spy("pointer");
    const evil = evilRepository(spy);
    inTree(".git", `gitdir: ${evil}\n`);
    const neutral = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"];
    const controls = [
      ["status"],
      [...neutral, "add", "-A"],
      [...neutral, "diff", "--no-index", "a.txt", "folder/b.txt"],
    ];
    for (const control of controls) {
      await proves(
        spy,
        () => repo.gitIn(worktree.path, ...control),
        async () => {
          await expect(git.changes(worktree)).rejects.toMatchObject({ code: "git.tampered" });
        },
      );
    }
    await proves(
      spy,
      () => repo.gitIn(worktree.path, "status"),
      async () => {
        await git.releaseWorktree("t_1");
        worktree = await git.openWorktree("t_2", repo.head());
        expect(await git.changes(worktree)).toEqual([]);
      },
    );
  });

  it("GT-32 notices hooks, configuration, attributes and links planted in the worktree's own git folder", async () => {
    const spy = repo.spy("face");
    const face = readFileSync(join(worktree.path, ".git"), "utf8").replace("gitdir: ", "").trim();
    const plants: readonly (() => void)[] = [
      () => repo.gitIn(worktree.path, "config", "core.fsmonitor", spy.script),
      () => {
        mkdirSync(join(face, "hooks"), { recursive: true });
        writeFileSync(
          join(face, "hooks", "post-index-change"),
          `#!/bin/sh\nexec '${spy.script}' </dev/null\n`,
          { mode: 0o755 },
        );
      },
      () => writeFileSync(join(face, "info", "attributes"), "* filter=x\n"),
      () => writeFileSync(join(face, "commondir"), `${join(worktree.path, "evil")}\n`),
      () => {
        rmSync(join(worktree.path, ".git"));
        symlinkSync(face, join(worktree.path, ".git"));
      },
    ];
    for (const [number, plant] of plants.entries()) {
      plant();
      if (number < 2) {
        inTree("a.txt", `changed ${number}\n`);
        await proves(
          spy,
          () => repo.gitIn(worktree.path, "add", "-A"),
          async () => {
            await expect(git.changes(worktree)).rejects.toMatchObject({ code: "git.tampered" });
          },
        );
      }
      await expect(git.changes(worktree)).rejects.toMatchObject({ code: "git.tampered" });
      await git.releaseWorktree("t_1");
      worktree = await git.openWorktree("t_1", repo.head());
      expect(await git.changes(worktree)).toEqual([]);
    }
  });

  it("GT-33 cannot reach the user's branches, stash, configuration or index by git commands", async () => {
    repo.write("a.txt", "stashed\n");
    repo.git("stash", "--quiet");
    const before = {
      refs: repo.git("for-each-ref"),
      stash: repo.git("stash", "list"),
      status: repo.status(),
    };
    const config = readFileSync(join(repo.root, ".git", "config"), "utf8");
    for (const args of [
      ["stash", "clear"],
      ["branch", "-D", "main"],
      ["update-ref", "-d", "refs/heads/main"],
      ["config", "user.name", "Eve"],
      ["config", "core.hooksPath", ".husky"],
      ["commit", "--allow-empty", "-qm", "by the attempt"],
      ["gc", "--prune=now", "--quiet"],
      ["worktree", "prune"],
    ]) {
      repo.gitCode(worktree.path, ...args);
    }
    expect({
      refs: repo.git("for-each-ref"),
      stash: repo.git("stash", "list"),
      status: repo.status(),
    }).toEqual(before);
    expect(readFileSync(join(repo.root, ".git", "config"), "utf8")).toBe(config);
    expect(await git.changes(worktree)).toEqual([]);
  });

  it("GT-34 sees a folder that became a link as what it is, and resets without touching what it points at", async () => {
    const outside = join(repo.base, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "b.txt"), "outside\n");
    rmSync(join(worktree.path, "folder"), { recursive: true });
    symlinkSync(outside, join(worktree.path, "folder"));
    writeFileSync(join(worktree.path, "folder", "b.txt"), "escaped\n");
    expect(readFileSync(join(outside, "b.txt"), "utf8"), "control: a plain write escapes").toBe("escaped\n");
    const changes = await git.changes(worktree);
    expect(changes.map(({ path, mode_after }) => [path, mode_after])).toEqual([
      ["folder", "120000"],
      ["folder/b.txt", null],
    ]);
    expect(new TextDecoder().decode(changes[0]!.after!)).toBe(outside);
    await git.releaseWorktree("t_1");
    worktree = await git.openWorktree("t_2", repo.head());
    expect(readFileSync(join(worktree.path, "folder", "b.txt"), "utf8")).toBe("two\n");
    const now = readFileSync(join(outside, "b.txt"), "utf8");
    recordRow({ name: "GT-34 a folder that became a link", outside: now === "escaped\n" ? 0 : 1 });
    expect(now).toBe("escaped\n");
  });

  it("GT-35 makes the worktree anew when the folder itself was replaced by a link", async () => {
    const outside = join(repo.base, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "keep.txt"), "keep\n");
    rmSync(worktree.path, { recursive: true });
    symlinkSync(outside, worktree.path);
    await expect(git.changes(worktree)).rejects.toMatchObject({ code: "git.tampered" });
    await git.releaseWorktree("t_1");
    worktree = await git.openWorktree("t_2", repo.head());
    expect(readFileSync(join(worktree.path, "a.txt"), "utf8")).toBe("one\n");
    expect([...listing(outside).keys()]).toEqual(["keep.txt"]);
  });

  it("GT-36 names a repository that the attempt made inside its worktree", async () => {
    repo.gitIn(worktree.path, "init", "--quiet", "inner");
    inTree("inner/x.txt", "x");
    await expect(git.changes(worktree)).rejects.toMatchObject({
      code: "git.nestedRepository",
      message: expect.stringContaining("inner"),
    });
    await git.releaseWorktree("t_1");
    worktree = await git.openWorktree("t_2", repo.head());
    expect(await git.changes(worktree)).toEqual([]);
  });

  it("GT-37 lands nothing that would be git's own or lie outside, in any spelling", async () => {
    const { branch, head } = await git.startBranch("x", "branch");
    const before = listing(repo.base);
    const paths = [
      ".git/config",
      "sub/.GIT/hooks/x",
      "../x",
      "/etc/x",
      "a/../../x",
      ".git./x",
      "git~1/x",
      ".g\u200cit/x",
      "a//b",
      "",
    ];
    for (const path of paths) {
      const refused = git.land(landRequest(branch, head, { [path]: "x" }));
      await expect(refused, path).rejects.toMatchObject({ code: expect.stringMatching(/^path\./u) });
    }
    const bare = { "s/HEAD": "ref: refs/heads/main\n", "s/objects/x": "", "s/refs/x": "", "s/config": "" };
    await expect(git.land(landRequest(branch, head, bare))).rejects.toMatchObject({ code: "path.forbidden" });
    const link = { path: "out", content: new TextEncoder().encode(repo.base), mode: "120000" };
    for (const name of ["out", "OUT"]) {
      const through = { path: `${name}/escaped`, content: new TextEncoder().encode("x"), mode: "100644" };
      const both = git.land({ ...landRequest(branch, head, {}), files: [link, through] });
      await expect(both).rejects.toMatchObject({ code: "path.forbidden" });
    }
    const gitlink = { path: "sub", content: new Uint8Array(), mode: "160000" };
    await expect(git.land({ ...landRequest(branch, head, {}), files: [gitlink] })).rejects.toMatchObject({
      code: "path.forbidden",
    });
    const cases = paths.length + 4;
    const changed = JSON.stringify([...listing(repo.base)]) === JSON.stringify([...before]) ? 0 : 1;
    recordRow({
      name: "GT-37 paths that are git's or lie outside",
      cases,
      outside: changed,
    });
    expect(repo.head()).toBe(head);
    expect(listing(repo.base)).toEqual(before);
  });
});
