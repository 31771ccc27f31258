import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Git } from "../../../src/ports/git";
import { landRequest } from "../../support/landRequest";
import { TempRepo } from "../../support/tempRepo";

let repo: TempRepo;
let git: Git;

beforeEach(() => {
  repo = new TempRepo();
  git = repo.open();
});

afterEach(() => repo.dispose());

describe("setups that a user may have", () => {
  it("GT-70 says that git is missing, and works once it is there", async () => {
    repo.commit({ "a.txt": "one\n" });
    const env = { ...repo.env, PATH: join(repo.root, "bin") };
    mkdirSync(join(repo.root, "bin"));
    writeFileSync(join(repo.root, "bin", "git"), "#!/bin/sh\ntouch ran\n", { mode: 0o755 });
    const without = repo.open(repo.root, env);
    expect(await without.inspect()).toMatchObject({
      kind: "none",
      problems: [expect.stringContaining("not found")],
    });
    await expect(without.snapshot("s")).rejects.toMatchObject({ code: "git.missing" });
    expect(existsSync(join(repo.root, "ran")), "a git inside the workspace is not started").toBe(false);
    env.PATH = repo.env["PATH"] ?? "";
    expect((await without.inspect()).kind).toBe("repository");
  });

  it("GT-71 keeps signing on and says why a commit could not be signed", async () => {
    const head = repo.commit({ "a.txt": "one\n" });
    const program = join(repo.base, "gpg");
    const signature = "-----BEGIN PGP SIGNATURE-----\\n\\nabc\\n-----END PGP SIGNATURE-----";
    writeFileSync(
      program,
      `#!/bin/sh\ncat >/dev/null\nprintf "\\n[GNUPG:] SIG_CREATED x\\n" >&2\nprintf '%b\\n' '${signature}'\n`,
    );
    chmodSync(program, 0o755);
    repo.git("config", "commit.gpgSign", "true");
    repo.git("config", "--global", "gpg.program", program);
    expect((await git.inspect()).signing).toBe(true);
    const { branch } = await git.startBranch("x", "branch");
    const landed = await git.land(landRequest(branch, head, { "a.txt": "two\n" }));
    expect(repo.git("cat-file", "commit", landed.sha)).toContain("gpgsig -----BEGIN PGP SIGNATURE-----");
    writeFileSync(program, "#!/bin/sh\necho no secret key >&2\nexit 2\n");
    const failed = git.land(landRequest(branch, landed.sha, { "a.txt": "three\n" }));
    await expect(failed).rejects.toMatchObject({
      code: "git.failed",
      message: expect.stringContaining("signed"),
    });
    expect(repo.head()).toBe(landed.sha);
    expect(repo.read("a.txt")).toBe("two\n");
  });

  it("GT-72 starts from a detached HEAD on a branch of its own, and refuses the current one by name", async () => {
    const head = repo.commit({ "a.txt": "one\n" });
    repo.git("checkout", "--quiet", "--detach");
    expect(await git.inspect()).toMatchObject({ branch: null, detached: true, head, problems: [] });
    await expect(git.startBranch("x", "current")).rejects.toMatchObject({ code: "git.failed" });
    const { branch } = await git.startBranch("x", "branch");
    const landed = await git.land(landRequest(branch, head, { "a.txt": "two\n" }));
    expect(landed.tree).toBe("updated");
    await expect(git.finishBranch(branch, null, "drop", "")).rejects.toMatchObject({ code: "git.failed" });
    expect(await git.finishBranch(branch, null, "keep", "")).toEqual({ sha: null });
    expect(repo.head()).toBe(landed.sha);
  });

  it("GT-73 lands on the branch in hand when asked to", async () => {
    const head = repo.commit({ "a.txt": "one\n" });
    expect(await git.startBranch("x", "current")).toEqual({ branch: "main", head });
    const landed = await git.land(landRequest("main", head, { "a.txt": "two\n" }, { target: "current" }));
    expect(landed.tree).toBe("updated");
    expect(repo.status()).toBe("");
    expect(await git.finishBranch("main", "main", "merge", "")).toEqual({ sha: landed.sha });
  });

  it("GT-74 works in a linked worktree of the user's, and moves no branch that another one has checked out", async () => {
    const head = repo.commit({ "a.txt": "one\n" });
    const linked = join(repo.base, "linked");
    repo.git("worktree", "add", "--quiet", "-b", "side", linked);
    const inLinked = repo.open(linked);
    const { branch } = await inLinked.startBranch("x", "branch");
    const landed = await inLinked.land(landRequest(branch, head, { "a.txt": "two\n" }));
    expect(landed.tree).toBe("updated");
    expect(readFileSync(join(linked, "a.txt"), "utf8")).toBe("two\n");
    expect(repo.status()).toBe("");
    const elsewhere = git.land(
      landRequest(branch, landed.sha, { "a.txt": "three\n" }, { target: "detached" }),
    );
    await expect(elsewhere).rejects.toMatchObject({
      code: "git.failed",
      message: expect.stringContaining("linked"),
    });
    await expect(inLinked.finishBranch(branch, "main", "merge", "Merge")).rejects.toMatchObject({
      code: "git.failed",
    });
    expect(repo.head()).toBe(head);
    await inLinked.finishBranch(branch, "side", "squash", "Squash");
    expect(repo.gitIn(linked, "status", "--porcelain", "--branch")).toBe("## side\n");
  });

  it("GT-75 respects a sparse checkout: files outside the cone are landed and not written", async () => {
    const head = repo.commit({ "in/a.txt": "one\n", "out/b.txt": "one\n" });
    repo.git("sparse-checkout", "set", "--cone", "in");
    expect(repo.has("out")).toBe(false);
    expect(await git.inspect()).toMatchObject({ sparse: true, dirty_files: [] });
    expect(await git.snapshot("s")).toBe(head);
    const worktree = await git.openWorktree("t_1", head);
    expect(existsSync(join(worktree.path, "out"))).toBe(false);
    expect(await git.changes(worktree)).toEqual([]);
    const { branch } = await git.startBranch("x", "branch");
    const landed = await git.land(landRequest(branch, head, { "in/a.txt": "two\n", "out/b.txt": "two\n" }));
    expect(landed).toMatchObject({ tree: "updated", pending_files: [] });
    expect(repo.has("out")).toBe(false);
    expect(repo.git("show", "HEAD:out/b.txt")).toBe("two\n");
    expect(repo.status()).toBe("");
  });

  it("GT-76 works in a shallow clone and with SHA-256 object names", async () => {
    repo.commit({ "a.txt": "one\n" });
    repo.commit({ "a.txt": "two\n" });
    const clone = join(repo.base, "clone");
    repo.gitIn(repo.base, "clone", "--quiet", "--depth", "1", `file://${repo.root}`, clone);
    const other = join(repo.base, "sha256");
    repo.gitIn(repo.base, "init", "--quiet", "--object-format=sha256", other);
    writeFileSync(join(other, "a.txt"), "two\n");
    repo.gitIn(other, "add", "-A");
    repo.gitIn(other, "commit", "-qm", "x");
    for (const folder of [clone, other]) {
      rmSync(repo.storage, { recursive: true });
      const subject = repo.open(folder);
      const { branch, head } = await subject.startBranch("x", "branch");
      const worktree = await subject.openWorktree("t_1", await subject.snapshot("s"));
      expect(repo.gitIn(worktree.path, "log", "--oneline").trim().split("\n")).toHaveLength(1);
      writeFileSync(join(worktree.path, "a.txt"), "three\n");
      expect((await subject.changes(worktree)).map(({ path }) => path)).toEqual(["a.txt"]);
      const landed = await subject.land(landRequest(branch, head, { "a.txt": "three\n" }));
      expect(landed.tree).toBe("updated");
      await subject.revert(branch, [landed.sha], () => "Revert", "branch");
      await subject.finishBranch(branch, "main", "merge", "Merge");
      expect(repo.gitIn(folder, "status", "--porcelain")).toBe("");
    }
  });

  it("GT-77 waits for a lock that goes away and names one that stays, with nothing changed", async () => {
    const head = repo.commit({ "a.txt": "one\n" });
    const { branch } = await git.startBranch("x", "branch");
    const lock = join(repo.root, ".git", "refs", "heads", "masterplan", "x.lock");
    writeFileSync(lock, "");
    await expect(git.land(landRequest(branch, head, { "a.txt": "two\n" }))).rejects.toMatchObject({
      code: "git.failed",
    });
    expect(repo.head()).toBe(head);
    expect(repo.read("a.txt")).toBe("one\n");
    rmSync(lock);
    writeFileSync(join(repo.root, ".git", "index.lock"), "");
    const landing = git.land(landRequest(branch, head, { "a.txt": "two\n" }));
    const landed = await landing;
    expect(landed).toMatchObject({ tree: "pending", pending_files: ["a.txt"] });
    rmSync(join(repo.root, ".git", "index.lock"));
    expect(await git.settleTree(branch)).toEqual([]);
    expect(repo.read("a.txt")).toBe("two\n");
    expect(repo.status()).toBe("");
  });

  it("GT-78 finishes a landing that was interrupted after the branch had moved", async () => {
    const head = repo.commit({ "a.txt": "one\n", "b.txt": "b\n" });
    const { branch } = await git.startBranch("x", "branch");
    const first = await git.land(landRequest(branch, head, { "a.txt": "two\n" }));
    // What a crash leaves: the branch at the new commit, tree and index at the old one, the list of files on disk.
    repo.git("read-tree", "-m", "-u", first.sha, head);
    const entry = repo.git("ls-tree", head, "a.txt").split(/[\s\t]/u);
    const known = [{ mode: entry[0], id: entry[2] }];
    writeFileSync(
      join(repo.storage, "git", "pending.json"),
      JSON.stringify([{ path: "a.txt", branch, known }]),
    );
    expect(await repo.open().settleTree(branch)).toEqual([]);
    expect(repo.read("a.txt")).toBe("two\n");
    expect(repo.status()).toBe("");
  });

  it("GT-79 describes what it finds", async () => {
    repo.commit({ "a.txt": "one\n" });
    writeFileSync(join(repo.root, ".git", "hooks", "pre-commit"), "#!/bin/sh\n", { mode: 0o755 });
    repo.write("a.txt", "two\n");
    repo.write("new.txt", "x\n");
    expect(await git.inspect()).toMatchObject({
      kind: "repository",
      branch: "main",
      detached: false,
      dirty_files: ["a.txt", "new.txt"],
      operation: null,
      identity: { name: "Ada Example", email: "ada@example.org" },
      hooks: ["pre-commit"],
      problems: [],
    });
  });
});
