import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Git } from "../../../src/ports/git";
import { landRequest } from "../../support/landRequest";
import { proves } from "../../support/gitSpy";
import { wholeRun } from "../../support/wholeRun";
import { TempRepo } from "../../support/tempRepo";

let repo: TempRepo;
let git: Git;

beforeEach(() => {
  repo = new TempRepo();
  git = repo.open();
});

afterEach(() => repo.dispose());

describe("hostile files in a repository", () => {
  it("GT-29 does not take a bare repository inside the workspace for one", async () => {
    repo.commit({ "a.txt": "one\n" });
    const spy = repo.spy("bare");
    plantBareRepository(join(repo.root, "sub"), spy.script);
    repo.commit({}, "Hostile folder");
    await proves(
      spy,
      () => repo.gitIn(join(repo.root, "sub"), "status"),
      async () => {
        await repo.open(join(repo.root, "sub")).inspect();
        await wholeRun(repo);
      },
    );
  });

  it("GT-30 takes odd paths and names as what they are", async () => {
    const head = repo.commit({ "a.txt": "one\n", "b.txt": "b\n" });
    const { branch } = await git.startBranch("x", "branch");
    const files = {
      "-rf": "1\n",
      ":(exclude)a.txt": "2\n",
      "*.txt": "3\n",
      "línea nueva\t.txt": "4\n",
      '"quoted"': "5\n",
    };
    const landed = await git.land(landRequest(branch, head, files));
    expect(landed.tree).toBe("updated");
    for (const [path, text] of Object.entries(files)) expect(repo.read(path)).toBe(text);
    expect(repo.status()).toBe("");
    repo.write("dirty", "x");
    for (const label of ["a..b", "a b", "../../heads/main", "x.lock"]) {
      await expect(git.snapshot(label), label).rejects.toMatchObject({ code: "git.failed" });
    }
    expect(repo.git("for-each-ref", "--format=%(refname)").trim().split("\n")).toEqual([
      "refs/heads/main",
      `refs/heads/${branch}`,
    ]);
    await expect(git.land(landRequest("--upload-pack=x", landed.sha, { x: "" }))).rejects.toMatchObject({
      code: "git.failed",
    });
  });
});

/** The parts of a bare repository as plain files, with a working tree and a program to run. */
function plantBareRepository(folder: string, script: string): void {
  for (const name of ["objects", "refs"]) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, ".keep"), "");
  }
  writeFileSync(join(folder, "HEAD"), "ref: refs/heads/main\n");
  writeFileSync(join(folder, "config"), "[core]\n\trepositoryformatversion = 0\n\tworktree = ..\n");
  repo.gitIn(folder, "add", "--force", join(folder, "config"));
  writeFileSync(
    join(folder, "config"),
    `[core]\n\trepositoryformatversion = 0\n\tworktree = ..\n\tfsmonitor = ${script}\n`,
  );
}
