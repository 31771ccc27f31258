import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Git } from "../../../src/ports/git";
import { landRequest } from "../../support/landRequest";
import { TempRepo } from "../../support/tempRepo";

let repo: TempRepo;
let git: Git;

beforeEach(() => {
  repo = new TempRepo();
  repo.commit({ "a.txt": "one\n", "b.txt": "b\n" });
  git = repo.open();
});

afterEach(() => {
  repo.dispose();
});

describe("files that git was told not to look at", () => {
  it.each([
    ["--skip-worktree", "mine\n", "S"],
    ["--skip-worktree", "one\n", "S"],
    ["--assume-unchanged", "mine\n", "h"],
    ["--assume-unchanged", "one\n", "h"],
  ])("GT-85 are not landed on: %s with %j keeps content and mark, and is named", async (flag, text, tag) => {
    repo.git("update-index", flag, "a.txt");
    repo.write("a.txt", text);
    const { branch, head } = await git.startBranch("x", "branch");
    const refused = git.land(landRequest(branch, head, { "a.txt": "landed\n", "b.txt": "landed\n" }));
    await expect(refused).rejects.toMatchObject({
      code: "git.dirtyFile",
      message: expect.stringMatching(/^a\.txt would be overwritten/u),
    });
    expect(repo.git("ls-files", "-v").split("\n").slice(0, 2)).toEqual([`${tag} a.txt`, "H b.txt"]);
    expect(repo.read("a.txt")).toBe(text);
    expect([repo.head(), repo.git("status", "--porcelain")]).toEqual([head, ""]);
    const landed = await git.land(landRequest(branch, head, { "b.txt": "landed\n" }));
    expect(landed.tree, "the others land").toBe("updated");
    expect(repo.git("ls-files", "-v").split("\n")[0]).toBe(`${tag} a.txt`);
  });
});
