import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGit } from "../../../src/adapters/git/runner/simpleGit";
import type { Git } from "../../../src/ports/git";
import { landRequest } from "../../support/landRequest";
import { silentLogger, TempRepo } from "../../support/tempRepo";

let repo: TempRepo;
/** Happens when the commit is dated: after the user's tree was looked at, before it follows. */
let meanwhile: (() => void) | null;

beforeEach(() => {
  repo = new TempRepo();
  meanwhile = null;
});

afterEach(() => repo.dispose());

function open(): Git {
  return createGit({
    workspace: repo.root,
    storage: repo.storage,
    logger: silentLogger,
    env: repo.env,
    clock: {
      now: () => {
        meanwhile?.();
        meanwhile = null;
        return Date.now();
      },
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    },
  });
}

describe("what the user does while a landing is under way", () => {
  const kinds: readonly (readonly [
    string,
    () => void,
    { readonly staged: string; readonly file: string },
  ])[] = [
    [
      "an edit",
      () => writeFileSync(join(repo.root, "a.txt"), "of the user\n"),
      { staged: "landed\n", file: "of the user\n" },
    ],
    [
      "a staged edit",
      () => {
        writeFileSync(join(repo.root, "a.txt"), "staged\n");
        execFileSync("git", ["add", "a.txt"], { cwd: repo.root, env: repo.env });
      },
      { staged: "staged\n", file: "staged\n" },
    ],
    [
      "a staged edit with another one on top",
      () => {
        writeFileSync(join(repo.root, "a.txt"), "staged\n");
        execFileSync("git", ["add", "a.txt"], { cwd: repo.root, env: repo.env });
        writeFileSync(join(repo.root, "a.txt"), "on top\n");
      },
      { staged: "staged\n", file: "on top\n" },
    ],
  ];

  it.each(kinds)("GT-65 is kept: %s", async (_name, act, kept) => {
    const head = repo.commit({ "a.txt": "one\n", "b.txt": "one\n" });
    const git = open();
    const { branch } = await git.startBranch("run", "branch");
    meanwhile = act;
    const landed = await git.land(landRequest(branch, head, { "a.txt": "landed\n", "b.txt": "landed\n" }));
    expect(meanwhile).toBeNull();
    expect(landed).toMatchObject({ tree: "pending" });
    expect(landed.pending_files).toContain("a.txt");
    expect(repo.git("show", `${landed.sha}:a.txt`)).toBe("landed\n");
    expect(repo.git("show", ":a.txt")).toBe(kept.staged);
    expect(repo.read("a.txt")).toBe(kept.file);
    expect(["one\n", "landed\n"]).toContain(repo.read("b.txt"));
    await git.settleTree(branch);
    expect(repo.read("b.txt")).toBe("landed\n");
    expect(repo.read("a.txt")).toBe(kept.file);
    expect(repo.git("show", ":a.txt")).toBe(kept.staged);
  });
});
