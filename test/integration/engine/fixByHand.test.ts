import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { failing, FixBench, ownerOf } from "../../support/fixBench";

let bench: FixBench;

beforeEach(async () => {
  bench = await FixBench.open();
});

afterEach(async () => {
  await bench.dispose();
});

describe("a task that is fixed by hand", () => {
  it("FX-1 opens a worktree that starts with what the last attempt changed, and takes the result as the change", async () => {
    const run = await bench.started([failing("T1", "a.txt", "two", "^three$")]);
    const place = await bench.masterPlan.task({ run, task: "T1", action: "fix" });
    expect(place).toMatchObject({ status: "in_progress", starts_with: 1, in_the_way: [] });
    const worktree = place.worktree ?? "";
    expect(path.relative(bench.folder.workspace, worktree)).toMatch(/^\.\./u);
    expect(await readFile(path.join(worktree, "a.txt"), "utf8")).toBe("two\n");

    const status = await bench.masterPlan.status({ id: run });
    expect(status.waiting).toMatchObject([{ kind: "manual", task: "T1", worktree }]);
    expect(status.waiting[0]?.text).toContain(worktree);
    expect(status.tasks[0]).toMatchObject({ by_hand: true, worktree });

    await writeFile(path.join(worktree, "a.txt"), "three\n");
    await writeFile(path.join(worktree, "new.txt"), "new\n");
    expect(await readFile(path.join(bench.folder.workspace, "a.txt"), "utf8")).toBe("one\n");
    expect(await bench.done(run, "T1")).toEqual({ status: "done" });
    expect(await bench.masterPlan.settled({ run })).toMatchObject({ status: "completed" });
    expect(await bench.folder.git("show", "--format=%s", "--name-only", "HEAD")).toBe(
      "Task T1\n\na.txt\nnew.txt\n",
    );
    expect(await readFile(path.join(bench.folder.workspace, "a.txt"), "utf8")).toBe("three\n");
    expect(await bench.folder.git("status", "--porcelain")).toBe("");
  });

  it("FX-2 starts from the tree alone when that change does not fit, and names what is in the way", async () => {
    const run = await bench.started([failing("T1", "a.txt", "two", "^three$")]);
    await bench.folder.write("a.txt", "mine\n");
    const place = await bench.masterPlan.task({ run, task: "T1", action: "fix" });
    expect(place).toMatchObject({ starts_with: null, in_the_way: ["a.txt"] });
    const worktree = place.worktree ?? "";
    expect(await readFile(path.join(worktree, "a.txt"), "utf8")).toBe("mine\n");
    await writeFile(path.join(worktree, "a.txt"), "three\n");

    // What the person edits in their own tree is never overwritten, and the fix stays theirs.
    await expect(bench.done(run, "T1")).rejects.toMatchObject({
      code: "git.dirtyFile",
      hint: expect.stringContaining(worktree) as string,
    });
    expect((await bench.masterPlan.status({ id: run })).waiting).toMatchObject([
      { kind: "manual", worktree },
    ]);
    expect(await readFile(path.join(bench.folder.workspace, "a.txt"), "utf8")).toBe("mine\n");

    // Their edits are undone: the folder was made on top of them, so it is made anew with the fix in it.
    await bench.folder.git("checkout", "--quiet", "a.txt");
    const stale = await bench.done(run, "T1").catch((error: unknown) => error);
    expect(stale).toMatchObject({ code: "review.staleChange", details: { in_the_way: ["a.txt"] } });
    const again = (await bench.masterPlan.status({ id: run })).tasks[0]?.worktree ?? "";
    expect(await readFile(path.join(again, "a.txt"), "utf8")).toBe("three\n");
    expect(await bench.done(run, "T1")).toEqual({ status: "done" });
    expect(await bench.folder.git("show", "HEAD:a.txt")).toBe("three\n");
  });

  it("FX-3 stays in the same worktree while its checks fail, and says what failed", async () => {
    const run = await bench.started([failing("T1", "a.txt", "two", "^three$")]);
    const worktree = await bench.fix(run, "T1");
    await writeFile(path.join(worktree, "b.txt"), "also\n");
    await expect(bench.done(run, "T1")).rejects.toMatchObject({
      code: "review.notVerified",
      message: expect.stringContaining("a.txt has no match for ^three$") as string,
      hint: expect.stringContaining(worktree) as string,
    });
    const status = await bench.masterPlan.status({ id: run });
    expect(status.tasks[0]).toMatchObject({ status: "in_progress", worktree });
    expect(status.tasks[0]?.feedback.at(-1)).toContain("^three$");
    expect(await readFile(path.join(worktree, "b.txt"), "utf8")).toBe("also\n");
    await writeFile(path.join(worktree, "a.txt"), "three\n");
    expect(await bench.done(run, "T1")).toEqual({ status: "done" });
    expect(await bench.folder.git("show", "--format=", "--name-only", "HEAD")).toBe("a.txt\nb.txt\n");
  });

  it("FX-4 keeps what was edited when the process ends in between and the run is resumed", async () => {
    const run = await bench.started([failing("T1", "a.txt", "two", "^three$")]);
    const worktree = await bench.fix(run, "T1");
    await writeFile(path.join(worktree, "a.txt"), "three\n");
    await bench.reopen();
    await bench.masterPlan.resume({ run });
    expect(await bench.masterPlan.settled({ run })).toMatchObject({ status: "waiting" });
    expect((await bench.masterPlan.status({ id: run })).waiting).toMatchObject([
      { kind: "manual", worktree },
    ]);
    expect(await readFile(path.join(worktree, "a.txt"), "utf8")).toBe("three\n");
    expect(await bench.done(run, "T1")).toEqual({ status: "done" });
    expect(await bench.folder.git("show", "HEAD:a.txt")).toBe("three\n");
  });

  it("FX-5 gives the worktree back when it lands, is skipped or is cancelled; what was given up starts the next fix", async () => {
    const run = await bench.started([
      failing("T1", "a.txt", "two", "^three$"),
      failing("T2", "b.txt", "two", "^3$"),
    ]);
    const worktree = await bench.fix(run, "T1");
    expect(await ownerOf(worktree)).toMatch(/^t_/u);
    await writeFile(path.join(worktree, "a.txt"), "half way\n");
    await bench.masterPlan.task({ run, task: "T1", action: "skip", reason: "later" });
    expect(await ownerOf(worktree)).toBeNull();

    const place = await bench.masterPlan.task({ run, task: "T1", action: "fix" });
    expect(place).toMatchObject({ starts_with: 2 });
    const second = place.worktree ?? "";
    expect(await readFile(path.join(second, "a.txt"), "utf8")).toBe("half way\n");
    await writeFile(path.join(second, "a.txt"), "three\n");
    await bench.done(run, "T1");
    expect(await ownerOf(second)).toBeNull();

    const other = await bench.fix(run, "T2");
    await bench.masterPlan.cancel({ run });
    expect(await ownerOf(other)).toBeNull();
  });

  it("FX-5 keeps all that the person wrote when it is given up, and nothing that the attempt wrote out of its scope", async () => {
    await bench.folder.write(
      "tools/stray.mjs",
      "import { writeFileSync } from 'node:fs';\nfor (const name of ['a.txt', 'stray.txt']) writeFileSync(name, 'two\\n');\n",
    );
    await bench.folder.git("add", "--all");
    await bench.folder.git("commit", "--quiet", "--message", "Tool");
    const run = await bench.started([
      failing("T1", "a.txt", "two", "^three$", {
        commands: [["node", "tools/stray.mjs"]],
        file_scope: { write: ["a.txt"] },
      }),
    ]);
    const worktree = await bench.fix(run, "T1");
    expect(existsSync(path.join(worktree, "stray.txt"))).toBe(false);
    await writeFile(path.join(worktree, "a.txt"), "three\n");
    await writeFile(path.join(worktree, ".gitattributes"), "*.bin binary\n");
    expect(await bench.done(run, "T1")).toEqual({ status: "in_review" });
    await writeFile(path.join(worktree, "b.txt"), "after the word\n");
    await bench.masterPlan.task({ run, task: "T1", action: "skip", reason: "later" });
    const second = await bench.fix(run, "T1");
    for (const [name, text] of [
      ["a.txt", "three\n"],
      [".gitattributes", "*.bin binary\n"],
      ["b.txt", "after the word\n"],
    ] as const)
      expect(await readFile(path.join(second, name), "utf8")).toBe(text);
  });

  it("FX-9 asked for again it is the same worktree, and another with the same start when that is gone", async () => {
    const run = await bench.started([failing("T1", "a.txt", "two", "^three$")]);
    const worktree = await bench.fix(run, "T1");
    await writeFile(path.join(worktree, "b.txt"), "mine\n");
    expect(await bench.fix(run, "T1")).toBe(worktree);
    expect(await readFile(path.join(worktree, "b.txt"), "utf8")).toBe("mine\n");

    await rm(path.dirname(worktree), { recursive: true });
    await expect(bench.done(run, "T1")).rejects.toMatchObject({ code: "git.failed" });
    const place = await bench.masterPlan.task({ run, task: "T1", action: "fix" });
    expect(place).toMatchObject({ status: "in_progress", starts_with: 1 });
    await writeFile(path.join(place.worktree ?? "", "a.txt"), "three\n");
    expect(await bench.done(run, "T1")).toEqual({ status: "done" });
  });

  it("FX-10 a commit that the person makes in the worktree hides nothing of their work", async () => {
    const run = await bench.started([failing("T1", "a.txt", "two", "^three$")]);
    const worktree = await bench.fix(run, "T1");
    await writeFile(path.join(worktree, "a.txt"), "three\n");
    const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
    execFileSync("git", ["add", "--all"], { cwd: worktree });
    execFileSync("git", [...identity, "commit", "--quiet", "--message", "wip"], { cwd: worktree });
    expect(await bench.done(run, "T1")).toEqual({ status: "done" });
    expect(await bench.folder.git("show", "HEAD:a.txt")).toBe("three\n");
    expect(await bench.folder.git("log", "--format=%s")).toBe("Task T1\nStart\n");
  });

  it("FX-11 works in a folder without git", async () => {
    await bench.dispose();
    bench = await FixBench.open({ git: false });
    const run = await bench.started([failing("T1", "a.txt", "two", "^three$")]);
    const worktree = await bench.fix(run, "T1");
    expect(await readFile(path.join(worktree, "a.txt"), "utf8")).toBe("two\n");
    await writeFile(path.join(worktree, "a.txt"), "three\n");
    expect(await bench.done(run, "T1")).toEqual({ status: "done" });
    expect(await readFile(path.join(bench.folder.workspace, "a.txt"), "utf8")).toBe("three\n");
    expect(existsSync(path.join(bench.folder.workspace, ".git"))).toBe(false);
  });
});
