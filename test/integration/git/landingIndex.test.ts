import { execFileSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recordRow } from "../../support/hostileRows";
import { landRequest } from "../../support/landRequest";
import { TempRepo } from "../../support/tempRepo";

let repo: TempRepo;

beforeEach(() => {
  repo = new TempRepo();
});

afterEach(() => repo.dispose());

/** The index that the adapter keeps from one landing to the next. */
function keptIndex(): string {
  const scratch = join(repo.storage, "git", "scratch");
  const name = readdirSync(scratch).find((entry) => entry.endsWith("-landing"));
  if (name === undefined) throw new Error("No index was kept");
  return join(scratch, name);
}

describe("the index kept between landings", () => {
  it("GT-62 cannot bring anything into a commit that was not asked for", async () => {
    const head = repo.commit({ "a.txt": "one\n", "b.txt": "one\n" });
    const git = repo.open();
    const { branch } = await git.startBranch("run", "branch");
    const first = await git.land(landRequest(branch, head, { "a.txt": "two\n" }));

    writeFileSync(join(repo.root, "evil.txt"), "evil\n");
    const id = repo.git("hash-object", "-w", "evil.txt").trim();
    const env = { ...process.env, GIT_INDEX_FILE: keptIndex() };
    execFileSync("git", ["update-index", "--add", "--cacheinfo", `100644,${id},.github/workflows/evil.yml`], {
      cwd: repo.root,
      env,
    });
    execFileSync("git", ["update-index", "--force-remove", "b.txt"], { cwd: repo.root, env });
    repo.git("clean", "-fdq");
    expect(execFileSync("git", ["ls-files"], { cwd: repo.root, env, encoding: "utf8" })).toContain(
      "evil.yml",
    );

    const second = await git.land(landRequest(branch, first.sha, { "a.txt": "three\n" }));
    expect(repo.git("diff", "--name-status", first.sha, second.sha)).toBe("M\ta.txt\n");
    const tree = repo.git("ls-tree", "-r", "--name-only", second.sha);
    recordRow({ name: "GT-62 a planted entry in the kept index", unreviewed: tree.includes("evil") ? 1 : 0 });
    expect(tree).toBe("a.txt\nb.txt\n");
    expect(repo.status()).toBe("");
  });

  it("GT-62 is not used on a branch that moved or when it is damaged, and landing goes on without it", async () => {
    const head = repo.commit({ "a.txt": "one\n" });
    const git = repo.open();
    const { branch } = await git.startBranch("run", "branch");
    await git.land(landRequest(branch, head, { "a.txt": "two\n" }));
    const own = repo.commit({ "own.txt": "the user's\n" });
    const third = await git.land(landRequest(branch, own, { "a.txt": "three\n" }));
    expect(repo.git("diff", "--name-status", own, third.sha)).toBe("M\ta.txt\n");
    writeFileSync(keptIndex(), "no index at all");
    const fourth = await git.land(landRequest(branch, third.sha, { "b.txt": "b\n" }));
    expect(repo.git("diff", "--name-status", third.sha, fourth.sha)).toBe("A\tb.txt\n");
    const fifth = await git.land(landRequest(branch, fourth.sha, { "crlf.txt": "a\r\nb\r\n" }));
    expect(repo.git("diff", "--name-status", fourth.sha, fifth.sha)).toBe("A\tcrlf.txt\n");
    expect(repo.status()).toBe("");
  });
});
