import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Git } from "../../../src/ports/git";
import { recordRow } from "../../support/hostileRows";
import { landRequest } from "../../support/landRequest";
import { proves } from "../../support/gitSpy";
import { wholeRun } from "../../support/wholeRun";
import { TempRepo, listing } from "../../support/tempRepo";

let repo: TempRepo;
let git: Git;

beforeEach(() => {
  repo = new TempRepo();
  git = repo.open();
});

afterEach(() => repo.dispose());

describe("a hostile repository of the user", () => {
  it("GT-20 runs no fsmonitor", async () => {
    repo.commit({ "a.txt": "one\n" });
    const spy = repo.spy("fsmonitor");
    repo.git("config", "core.fsmonitor", spy.script);
    await proves(
      spy,
      () => repo.git("status"),
      () => wholeRun(repo),
    );
  });

  it("GT-21 runs no hook, wherever core.hooksPath says they are", async () => {
    for (const folder of ["", ".husky"]) {
      repo.dispose();
      repo = new TempRepo();
      const spy = repo.spy("hook");
      const hooks = folder === "" ? join(repo.root, ".git", "hooks") : join(repo.root, folder);
      rmSync(hooks, { recursive: true, force: true });
      repo.commit({ "a.txt": "one\n" });
      if (folder !== "") repo.git("config", "core.hooksPath", folder);
      mkdirSync(hooks, { recursive: true });
      const names = [
        "pre-commit",
        "commit-msg",
        "post-commit",
        "post-checkout",
        "post-merge",
        "post-index-change",
      ];
      for (const name of [
        ...names,
        "reference-transaction",
        "prepare-commit-msg",
        "pre-merge-commit",
        "post-rewrite",
      ]) {
        writeFileSync(join(hooks, name), `#!/bin/sh\nexec '${spy.script}' </dev/null\n`, { mode: 0o755 });
      }
      if (folder !== "") expect((await repo.open().inspect()).hooks).toContain("pre-commit");
      await proves(
        spy,
        () => repo.git("worktree", "add", join(repo.base, "wt")),
        () => wholeRun(repo),
      );
    }
  });

  it("GT-22 runs no filter driver that attributes name: clean, smudge or process", async () => {
    for (const kind of ["clean", "smudge", "process"]) {
      repo.dispose();
      repo = new TempRepo();
      repo.commit({ "a.txt": "one\n", "b.txt": "two\n" });
      const spy = repo.spy(kind);
      repo.git("config", "--global", `filter.odd=na.me.${kind}`, spy.script);
      repo.git("config", "filter.odd=na.me.required", "true");
      writeFileSync(
        join(repo.root, ".git", "info", "attributes"),
        "b.txt filter=odd=na.me\nlanded.txt filter=odd=na.me\n",
      );
      repo.write("b.txt", "changed\n");
      const control = (): string =>
        kind === "smudge" ? repo.git("checkout", "--", "b.txt") : repo.git("add", "-A");
      await proves(spy, control, async () => {
        await repo.open().inspect();
        repo.write("b.txt", "changed again\n");
        const snapshot = await repo.open().snapshot("s");
        await repo.open().openWorktree("t_1", snapshot);
        const { branch, head } = await repo.open().startBranch("x", "branch");
        const landed = await repo.open().land(landRequest(branch, head, { "a.txt": "new\n" }));
        expect(landed.tree).toBe("updated");
        const filtered = repo.open().land(landRequest(branch, landed.sha, { "landed.txt": "x\n" }));
        await expect(filtered).rejects.toMatchObject({
          code: "git.failed",
          message: expect.stringContaining("odd=na.me"),
        });
      });
    }
  });

  it("GT-23 runs no diff, text conversion or merge program", async () => {
    repo.commit({ "a.txt": "one\n", ".gitattributes": "*.txt diff=d merge=m\n" });
    repo.write("a.txt", "two\n");
    const spy = repo.spy("diff");
    for (const key of ["diff.d.textconv", "diff.external", "diff.d.command"]) {
      repo.git("config", key, spy.script);
      await proves(
        spy,
        () => repo.git("diff"),
        async () => {
          await repo.open().changesSince(repo.head());
          await repo.open().inspect();
        },
      );
      repo.git("config", "--unset", key);
    }
    repo.git("checkout", "--", ".");
    repo.git("config", "merge.m.driver", `${spy.script} %A`);
    const head = repo.head();
    const { branch } = await git.startBranch("x", "branch");
    await git.land(landRequest(branch, head, { "a.txt": "theirs\n" }));
    repo.git("checkout", "--quiet", "main");
    repo.commit({ "b.txt": "ours\n", "a.txt": "ours\n" });
    repo.git("checkout", "--quiet", branch);
    await proves(
      spy,
      () => {
        repo.git("checkout", "--quiet", "--detach");
        repo.git("merge", "main");
      },
      async () => {
        repo.gitCode(repo.root, "merge", "--abort");
        repo.git("reset", "--quiet", "--hard", branch);
        repo.git("checkout", "--quiet", branch);
        spy.reset();
        await expect(git.finishBranch(branch, "main", "merge", "Merge")).rejects.toMatchObject({
          code: "git.conflict",
        });
      },
    );
  });

  it("GT-24 asks no remote for missing objects, whatever protocol the repository allows", async () => {
    const head = repo.commit({ "a.txt": "one\n" });
    const blob = repo.git("rev-parse", "HEAD:a.txt").trim();
    rmSync(join(repo.root, ".git", "objects", blob.slice(0, 2), blob.slice(2)));
    const spy = repo.spy("remote");
    repo.git("config", "core.repositoryFormatVersion", "1");
    repo.git("config", "extensions.partialClone", "origin");
    repo.git("config", "remote.origin.url", `ext::${spy.script} fetch`);
    repo.git("config", "remote.origin.promisor", "true");
    repo.git("config", "protocol.ext.allow", "always");
    await proves(
      spy,
      () => repo.git("cat-file", "-p", blob),
      async () => {
        await expect(git.readFile(head, "a.txt")).rejects.toMatchObject({ code: "git.failed" });
      },
    );
  });

  it("GT-25 verifies no signatures in passing", async () => {
    repo.commit({ "a.txt": "one\n" });
    const spy = repo.spy("gpg");
    const signed = repo
      .git("cat-file", "commit", "HEAD")
      .replace(
        "\n\n",
        "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\nMasterPlan-Run: r_1\n\n",
      );
    writeFileSync(join(repo.base, "commit"), signed);
    repo.git(
      "update-ref",
      "HEAD",
      repo.git("hash-object", "-w", "-t", "commit", join(repo.base, "commit")).trim(),
    );
    repo.git("config", "gpg.program", spy.script);
    repo.git("config", "log.showSignature", "true");
    await proves(
      spy,
      () => repo.git("log", "-1"),
      async () => {
        await git.findLanded("main", { "MasterPlan-Run": "r_1" });
        await git.inspect();
      },
    );
  });

  it("GT-26 does not enter submodules, whose configuration is their own", async () => {
    const other = new TempRepo();
    try {
      other.commit({ "s.txt": "s\n" });
      repo.commit({ "a.txt": "one\n" });
      repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.root, "sub");
      repo.commit({}, "Add submodule");
      const spy = repo.spy("submodule");
      const sub = join(repo.root, "sub");
      repo.gitIn(sub, "config", "filter.x.clean", spy.script);
      writeFileSync(join(repo.root, ".git", "modules", "sub", "info", "attributes"), "* filter=x\n");
      writeFileSync(join(sub, "s.txt"), "t\n");
      await proves(
        spy,
        () => repo.git("status"),
        () => wholeRun(repo),
      );
      expect(await git.inspect()).toMatchObject({ submodules: ["sub"] });
    } finally {
      other.dispose();
    }
  });

  it("GT-27 refuses a repository whose working files are set to lie elsewhere", async () => {
    repo.commit({ "a.txt": "one\n" });
    const victim = join(repo.base, "victim");
    mkdirSync(victim);
    repo.git("config", "core.worktree", victim);
    repo.git("checkout", "--force", "HEAD");
    expect(existsSync(join(victim, "a.txt")), "control: plain git writes there").toBe(true);
    rmSync(join(victim, "a.txt"));
    expect((await git.inspect()).problems[0]).toMatch(/working files|cannot read/u);
    await expect(git.snapshot("s")).rejects.toMatchObject({ code: "git.failed" });
    recordRow({ name: "GT-27 working files set to lie elsewhere", outside: listing(victim).size });
    expect(listing(victim).size).toBe(0);
  });

  it("GT-28 takes nothing from variables that steer git", async () => {
    repo.commit({ "a.txt": "one\n" });
    const spy = repo.spy("variables");
    const elsewhere = new TempRepo();
    try {
      elsewhere.commit({ "e.txt": "e\n" });
      const env = {
        ...repo.env,
        GIT_DIR: join(elsewhere.root, ".git"),
        GIT_WORK_TREE: elsewhere.root,
        GIT_INDEX_FILE: join(repo.base, "stray-index"),
        GIT_EXTERNAL_DIFF: spy.script,
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: "core.fsmonitor",
        GIT_CONFIG_VALUE_0: spy.script,
        GIT_EDITOR: spy.script,
        GIT_SSH_COMMAND: spy.script,
      };
      const before = listing(elsewhere.root);
      const subject = repo.open(repo.root, env);
      const control = (): unknown => repo.gitIn(repo.root, "-c", `core.fsmonitor=${spy.script}`, "status");
      await proves(spy, control, async () => {
        const { branch, head } = await subject.startBranch("x", "branch");
        await subject.land(landRequest(branch, head, { "a.txt": "two\n" }));
        await subject.snapshot("s");
      });
      expect(repo.read("a.txt")).toBe("two\n");
      expect(listing(elsewhere.root)).toEqual(before);
      expect(existsSync(join(repo.base, "stray-index"))).toBe(false);
    } finally {
      elsewhere.dispose();
    }
  });
});
