import { readFile, readlink, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { aTask } from "../../support/builders";
import { failing, FixBench, ownerOf } from "../../support/fixBench";

let bench: FixBench;

beforeEach(async () => {
  bench = await FixBench.open();
});

afterEach(async () => {
  await bench.dispose();
});

describe("the landing of a fix", () => {
  it("FX-6 is merged onto what landed in the meantime, and its checks run again on that", async () => {
    await bench.folder.write("a.txt", "one\n2\n3\n4\n5\n");
    await bench.folder.git("commit", "--quiet", "--all", "--message", "Longer");
    const run = await bench.started([
      failing("T1", "b.txt", "two", "^three$", { checks: [] }),
      aTask("T2", { executor: "manual" }),
    ]);
    const worktree = await bench.fix(run, "T1");
    await bench.folder.write("a.txt", "one\n2\n3\n4\nfive\n");
    await bench.done(run, "T2");
    await writeFile(path.join(worktree, "a.txt"), "1\n2\n3\n4\n5\n");
    await writeFile(path.join(worktree, "b.txt"), "three\n");
    expect(await bench.done(run, "T1")).toEqual({ status: "done" });
    expect(await bench.folder.git("show", "HEAD:a.txt")).toBe("1\n2\n3\n4\nfive\n");
    const log = await bench.masterPlan.log({ run });
    const checks = log.filter((event) => event.type === "check.finished" && event["task"] === "T1");
    expect(checks.filter((event) => String(event["check"]).includes("pattern_present"))).toHaveLength(3);
  });

  it("FX-6 goes on from a commit of the person's own, once they say so", async () => {
    const run = await bench.started([failing("T1", "a.txt", "two", "^three$")]);
    const worktree = await bench.fix(run, "T1");
    await writeFile(path.join(worktree, "a.txt"), "three\n");
    await bench.folder.write("b.txt", "mine\n");
    await bench.folder.git("commit", "--quiet", "--all", "--message", "Mine");
    await expect(bench.done(run, "T1")).rejects.toMatchObject({
      code: "git.headMoved",
      hint: expect.stringContaining(worktree) as string,
    });
    expect(await bench.masterPlan.status({ id: run })).toMatchObject({
      status: "paused",
      reason: "head_moved",
    });
    await bench.masterPlan.resume({ run });
    await bench.masterPlan.settled({ run });
    expect(await readFile(path.join(worktree, "a.txt"), "utf8")).toBe("three\n");
    expect(await bench.done(run, "T1")).toEqual({ status: "done" });
    expect(await bench.folder.git("log", "--format=%s")).toBe("Task T1\nMine\nStart\n");
    expect(await readFile(path.join(bench.folder.workspace, "b.txt"), "utf8")).toBe("mine\n");
  });

  it("FX-7 goes on in a worktree on top of the branch when both changed the same place", async () => {
    const run = await bench.started([
      failing("T1", "b.txt", "two", "^three$"),
      aTask("T2", { executor: "manual" }),
    ]);
    const worktree = await bench.fix(run, "T1");
    await bench.folder.write("a.txt", "by the other task\n");
    await bench.done(run, "T2");
    await writeFile(path.join(worktree, "a.txt"), "by the fix\n");
    await writeFile(path.join(worktree, "b.txt"), "three\n");
    const refusal = await bench.done(run, "T1").catch((error: unknown) => error);
    const status = await bench.masterPlan.status({ id: run });
    const moved = status.tasks[0]?.worktree ?? "";
    expect(refusal).toMatchObject({
      code: "review.staleChange",
      hint: expect.stringContaining(moved) as string,
      details: { worktree: moved, in_the_way: ["a.txt"] },
    });
    expect(status.tasks[0]).toMatchObject({ status: "in_progress", by_hand: true });
    expect(await ownerOf(worktree)).toBeNull();
    // The person's own words are all there; what lies under them is what the branch has.
    expect(await readFile(path.join(moved, "a.txt"), "utf8")).toBe("by the fix\n");
    expect(await readFile(path.join(moved, "b.txt"), "utf8")).toBe("three\n");
    await writeFile(path.join(moved, "a.txt"), "by the other task\nby the fix\n");
    expect(await bench.done(run, "T1")).toEqual({ status: "done" });
    expect(await bench.folder.git("show", "HEAD:a.txt")).toBe("by the other task\nby the fix\n");
  });

  it("FX-8 waits for a review when it touches what is accepted by name only", async () => {
    const run = await bench.started([failing("T1", "a.txt", "two", "^three$")]);
    const worktree = await bench.fix(run, "T1");
    await writeFile(path.join(worktree, "a.txt"), "three\n");
    await writeFile(path.join(worktree, ".gitattributes"), "*.bin binary\n");
    expect(await bench.done(run, "T1")).toEqual({ status: "in_review" });
    const status = await bench.masterPlan.status({ id: run });
    expect(status.waiting).toMatchObject([{ kind: "review", task: "T1" }]);
    expect(status.tasks[0]?.reason).toContain(".gitattributes is a protected file");
    expect(await bench.folder.git("log", "--format=%s")).toBe("Start\n");

    // Between the two words the person may go on editing: signing off again takes what lies there then.
    await bench.reopen();
    await bench.masterPlan.resume({ run });
    await bench.masterPlan.settled({ run });
    await writeFile(path.join(worktree, "b.txt"), "more\n");
    expect(await bench.done(run, "T1")).toEqual({ status: "in_review" });
    await bench.masterPlan.review({
      run,
      task: "T1",
      decision: "accept",
      hunks: (await bench.masterPlan.changeSet({ run, task: "T1" })).change.files.flatMap((file) =>
        file.hunks.map((hunk) => hunk.number),
      ),
      protected_files: [".gitattributes"],
    });
    expect(await bench.folder.git("show", "--format=", "--name-only", "HEAD")).toBe(
      ".gitattributes\na.txt\nb.txt\n",
    );
    expect(await ownerOf(worktree)).toBeNull();
  });

  it("FX-8 lands a link that was accepted by name as a link", async () => {
    const run = await bench.started([failing("T1", "a.txt", "two", "^three$")]);
    const worktree = await bench.fix(run, "T1");
    await writeFile(path.join(worktree, "a.txt"), "three\n");
    await symlink("a.txt", path.join(worktree, "link"));
    expect(await bench.done(run, "T1")).toEqual({ status: "in_review" });
    await bench.masterPlan.review({ run, task: "T1", decision: "accept", protected_files: ["link"] });
    expect(await bench.folder.git("ls-tree", "--format=%(objectmode) %(path)", "HEAD", "link")).toBe(
      "120000 link\n",
    );
    expect(await readlink(path.join(bench.folder.workspace, "link"))).toBe("a.txt");
    expect(await bench.folder.git("status", "--porcelain")).toBe("");
  });

  it("FX-14 lands nothing that was edited while it was being checked", async () => {
    const touch = path.join(bench.folder.home, "touch");
    await bench.folder.write("package.json", JSON.stringify({ scripts: { test: "node tools/touch.mjs" } }));
    await bench.folder.write(
      "tools/touch.mjs",
      [
        "import { appendFileSync, existsSync, rmSync } from 'node:fs';",
        `const touch = ${JSON.stringify(touch)};`,
        "if (existsSync(touch)) { rmSync(touch); appendFileSync('a.txt', 'unseen\\n'); }",
      ].join("\n"),
    );
    await bench.folder.git("add", "--all");
    await bench.folder.git("commit", "--quiet", "--message", "Checks");
    const run = await bench.started([failing("T1", "a.txt", "two", "^three$")]);
    const worktree = await bench.fix(run, "T1");
    await writeFile(path.join(worktree, "a.txt"), "three\n");
    await writeFile(touch, "");
    await expect(bench.done(run, "T1")).rejects.toMatchObject({
      code: "review.staleChange",
      message: "a.txt changed while it was being checked",
    });
    expect(await bench.folder.git("log", "--format=%s")).toBe("Checks\nStart\n");
    expect(await bench.done(run, "T1")).toEqual({ status: "done" });
    expect(await bench.folder.git("show", "HEAD:a.txt")).toBe("three\nunseen\n");
  });
});
