import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunId } from "../../../src/core/ids";
import type { Task } from "../../../src/core/plan/plan";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { aPlan, aTask } from "../../support/builders";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let folder: WorkspaceFolder;
let masterPlan: MasterPlan;

/** Writes what it is told, and fails the check of the task it is part of. */
const writesTool = {
  "tools/write.mjs":
    "import { writeFileSync } from 'node:fs';\nwriteFileSync(process.argv[2], process.argv[3] + '\\n');\n",
  "a.txt": "one\n",
  "b.txt": "one\n",
};

beforeEach(async () => {
  folder = await makeWorkspace(writesTool);
  masterPlan = await folder.open();
});

afterEach(async () => {
  await masterPlan.dispose();
  await folder.dispose();
});

/** A command task that writes one line and is not satisfied with it. */
function failing(id: string, file: string, text: string, wanted: string, over: Partial<Task> = {}): Task {
  return aTask(id, {
    executor: "command",
    commands: [["node", "tools/write.mjs", file, text]],
    postconditions: [{ type: "pattern_present", path: file, pattern: wanted }],
    max_attempts: 1,
    ...over,
  });
}

async function started(tasks: readonly Task[]): Promise<RunId> {
  const text = JSON.stringify(aPlan(tasks));
  const { id } = await masterPlan.importPlan({ text, name: "p.json", format: "masterplan" });
  const { run } = await masterPlan.run({ approval: (await masterPlan.approve({ id })).id });
  await masterPlan.settled({ run });
  return run;
}

async function fix(run: RunId, task: string): Promise<string> {
  const { worktree } = await masterPlan.task({ run, task, action: "fix" });
  return worktree ?? "";
}

const done = (run: RunId, task: string) => masterPlan.task({ run, task, action: "done", note: "mended" });

/** The attempt that a pooled worktree is held for; null when it was given back. */
async function ownerOf(worktree: string): Promise<unknown> {
  const slot = path.join(path.dirname(worktree), "slot.json");
  return (JSON.parse(await readFile(slot, "utf8")) as { attempt: unknown }).attempt;
}

/** Another process over the same store; the first one's goodbye writes nothing. */
async function reopened(): Promise<void> {
  await masterPlan.dispose();
  masterPlan = await folder.open();
}

describe("a task that is fixed by hand", () => {
  it("FX-1 opens a worktree that starts with what the last attempt changed, and takes the result as the change", async () => {
    const run = await started([failing("T1", "a.txt", "two", "^three$")]);
    const place = await masterPlan.task({ run, task: "T1", action: "fix" });
    expect(place).toMatchObject({ status: "in_progress", starts_with: 1, in_the_way: [] });
    const worktree = place.worktree ?? "";
    expect(path.relative(folder.workspace, worktree)).toMatch(/^\.\./u);
    expect(await readFile(path.join(worktree, "a.txt"), "utf8")).toBe("two\n");

    const status = await masterPlan.status({ id: run });
    expect(status.waiting).toMatchObject([{ kind: "manual", task: "T1", worktree }]);
    expect(status.waiting[0]?.text).toContain(worktree);
    expect(status.tasks[0]).toMatchObject({ by_hand: true, worktree });

    await writeFile(path.join(worktree, "a.txt"), "three\n");
    await writeFile(path.join(worktree, "new.txt"), "new\n");
    expect(await readFile(path.join(folder.workspace, "a.txt"), "utf8")).toBe("one\n");
    expect(await done(run, "T1")).toEqual({ status: "done" });
    expect(await masterPlan.settled({ run })).toMatchObject({ status: "completed" });
    expect(await folder.git("show", "--format=%s", "--name-only", "HEAD")).toBe(
      "Task T1\n\na.txt\nnew.txt\n",
    );
    expect(await readFile(path.join(folder.workspace, "a.txt"), "utf8")).toBe("three\n");
    expect(await folder.git("status", "--porcelain")).toBe("");
  });

  it("FX-2 starts from the tree alone when that change does not fit, and names what is in the way", async () => {
    const run = await started([failing("T1", "a.txt", "two", "^three$")]);
    await folder.write("a.txt", "mine\n");
    const place = await masterPlan.task({ run, task: "T1", action: "fix" });
    expect(place).toMatchObject({ starts_with: null, in_the_way: ["a.txt"] });
    const worktree = place.worktree ?? "";
    expect(await readFile(path.join(worktree, "a.txt"), "utf8")).toBe("mine\n");
    await writeFile(path.join(worktree, "a.txt"), "three\n");

    // What the person edits in their own tree is never overwritten, and the fix stays theirs.
    await expect(done(run, "T1")).rejects.toMatchObject({
      code: "git.dirtyFile",
      hint: expect.stringContaining(worktree) as string,
    });
    expect((await masterPlan.status({ id: run })).waiting).toMatchObject([{ kind: "manual", worktree }]);
    expect(await readFile(path.join(folder.workspace, "a.txt"), "utf8")).toBe("mine\n");

    // Their edits are undone: the folder was made on top of them, so it is made anew with the fix in it.
    await folder.git("checkout", "--quiet", "a.txt");
    const stale = await done(run, "T1").catch((error: unknown) => error);
    expect(stale).toMatchObject({ code: "review.staleChange", details: { in_the_way: ["a.txt"] } });
    const again = (await masterPlan.status({ id: run })).tasks[0]?.worktree ?? "";
    expect(await readFile(path.join(again, "a.txt"), "utf8")).toBe("three\n");
    expect(await done(run, "T1")).toEqual({ status: "done" });
    expect(await folder.git("show", "HEAD:a.txt")).toBe("three\n");
  });

  it("FX-3 stays in the same worktree while its checks fail, and says what failed", async () => {
    const run = await started([failing("T1", "a.txt", "two", "^three$")]);
    const worktree = await fix(run, "T1");
    await writeFile(path.join(worktree, "b.txt"), "also\n");
    await expect(done(run, "T1")).rejects.toMatchObject({
      code: "review.notVerified",
      message: expect.stringContaining("a.txt has no match for ^three$") as string,
      hint: expect.stringContaining(worktree) as string,
    });
    const status = await masterPlan.status({ id: run });
    expect(status.tasks[0]).toMatchObject({ status: "in_progress", worktree });
    expect(status.tasks[0]?.feedback.at(-1)).toContain("^three$");
    expect(await readFile(path.join(worktree, "b.txt"), "utf8")).toBe("also\n");
    await writeFile(path.join(worktree, "a.txt"), "three\n");
    expect(await done(run, "T1")).toEqual({ status: "done" });
    expect(await folder.git("show", "--format=", "--name-only", "HEAD")).toBe("a.txt\nb.txt\n");
  });

  it("FX-4 keeps what was edited when the process ends in between and the run is resumed", async () => {
    const run = await started([failing("T1", "a.txt", "two", "^three$")]);
    const worktree = await fix(run, "T1");
    await writeFile(path.join(worktree, "a.txt"), "three\n");
    await reopened();
    await masterPlan.resume({ run });
    expect(await masterPlan.settled({ run })).toMatchObject({ status: "waiting" });
    expect((await masterPlan.status({ id: run })).waiting).toMatchObject([{ kind: "manual", worktree }]);
    expect(await readFile(path.join(worktree, "a.txt"), "utf8")).toBe("three\n");
    expect(await done(run, "T1")).toEqual({ status: "done" });
    expect(await folder.git("show", "HEAD:a.txt")).toBe("three\n");
  });

  it("FX-5 gives the worktree back when it lands, is skipped or is cancelled; what was given up starts the next fix", async () => {
    const run = await started([
      failing("T1", "a.txt", "two", "^three$"),
      failing("T2", "b.txt", "two", "^3$"),
    ]);
    const worktree = await fix(run, "T1");
    expect(await ownerOf(worktree)).toMatch(/^t_/u);
    await writeFile(path.join(worktree, "a.txt"), "half way\n");
    await masterPlan.task({ run, task: "T1", action: "skip", reason: "later" });
    expect(await ownerOf(worktree)).toBeNull();

    const place = await masterPlan.task({ run, task: "T1", action: "fix" });
    expect(place).toMatchObject({ starts_with: 2 });
    const second = place.worktree ?? "";
    expect(await readFile(path.join(second, "a.txt"), "utf8")).toBe("half way\n");
    await writeFile(path.join(second, "a.txt"), "three\n");
    await done(run, "T1");
    expect(await ownerOf(second)).toBeNull();

    const other = await fix(run, "T2");
    await masterPlan.cancel({ run });
    expect(await ownerOf(other)).toBeNull();
  });

  it("FX-6 is merged onto what landed in the meantime, and its checks run again on that", async () => {
    await folder.write("a.txt", "one\n2\n3\n4\n5\n");
    await folder.git("commit", "--quiet", "--all", "--message", "Longer");
    const run = await started([
      failing("T1", "b.txt", "two", "^three$", { checks: [] }),
      aTask("T2", { executor: "manual" }),
    ]);
    const worktree = await fix(run, "T1");
    await folder.write("a.txt", "one\n2\n3\n4\nfive\n");
    await done(run, "T2");
    await writeFile(path.join(worktree, "a.txt"), "1\n2\n3\n4\n5\n");
    await writeFile(path.join(worktree, "b.txt"), "three\n");
    expect(await done(run, "T1")).toEqual({ status: "done" });
    expect(await folder.git("show", "HEAD:a.txt")).toBe("1\n2\n3\n4\nfive\n");
    const log = await masterPlan.log({ run });
    const checks = log.filter((event) => event.type === "check.finished" && event["task"] === "T1");
    expect(checks.filter((event) => String(event["check"]).includes("pattern_present"))).toHaveLength(3);
  });

  it("FX-7 goes on in a worktree on top of the branch when both changed the same place", async () => {
    const run = await started([
      failing("T1", "b.txt", "two", "^three$"),
      aTask("T2", { executor: "manual" }),
    ]);
    const worktree = await fix(run, "T1");
    await folder.write("a.txt", "by the other task\n");
    await done(run, "T2");
    await writeFile(path.join(worktree, "a.txt"), "by the fix\n");
    await writeFile(path.join(worktree, "b.txt"), "three\n");
    const refusal = await done(run, "T1").catch((error: unknown) => error);
    const status = await masterPlan.status({ id: run });
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
    expect(await done(run, "T1")).toEqual({ status: "done" });
    expect(await folder.git("show", "HEAD:a.txt")).toBe("by the other task\nby the fix\n");
  });

  it("FX-8 waits for a review when it touches what is accepted by name only", async () => {
    const run = await started([failing("T1", "a.txt", "two", "^three$")]);
    const worktree = await fix(run, "T1");
    await writeFile(path.join(worktree, "a.txt"), "three\n");
    await writeFile(path.join(worktree, ".gitattributes"), "*.bin binary\n");
    expect(await done(run, "T1")).toEqual({ status: "in_review" });
    const status = await masterPlan.status({ id: run });
    expect(status.waiting).toMatchObject([{ kind: "review", task: "T1" }]);
    expect(status.tasks[0]?.reason).toContain(".gitattributes is a protected file");
    expect(await folder.git("log", "--format=%s")).toBe("Start\n");

    // Between the two words the person may go on editing: signing off again takes what lies there then.
    await reopened();
    await masterPlan.resume({ run });
    await masterPlan.settled({ run });
    await writeFile(path.join(worktree, "b.txt"), "more\n");
    expect(await done(run, "T1")).toEqual({ status: "in_review" });
    await masterPlan.review({
      run,
      task: "T1",
      decision: "accept",
      hunks: (await masterPlan.changeSet({ run, task: "T1" })).change.files.flatMap((file) =>
        file.hunks.map((hunk) => hunk.number),
      ),
      protected_files: [".gitattributes"],
    });
    expect(await folder.git("show", "--format=", "--name-only", "HEAD")).toBe(
      ".gitattributes\na.txt\nb.txt\n",
    );
    expect(await ownerOf(worktree)).toBeNull();
  });

  it("FX-9 asked for again it is the same worktree, and another with the same start when that is gone", async () => {
    const run = await started([failing("T1", "a.txt", "two", "^three$")]);
    const worktree = await fix(run, "T1");
    await writeFile(path.join(worktree, "b.txt"), "mine\n");
    expect(await fix(run, "T1")).toBe(worktree);
    expect(await readFile(path.join(worktree, "b.txt"), "utf8")).toBe("mine\n");

    await rm(path.dirname(worktree), { recursive: true });
    await expect(done(run, "T1")).rejects.toMatchObject({ code: "git.failed" });
    const place = await masterPlan.task({ run, task: "T1", action: "fix" });
    expect(place).toMatchObject({ status: "in_progress", starts_with: 1 });
    await writeFile(path.join(place.worktree ?? "", "a.txt"), "three\n");
    expect(await done(run, "T1")).toEqual({ status: "done" });
  });

  it("FX-10 a commit that the person makes in the worktree hides nothing of their work", async () => {
    const run = await started([failing("T1", "a.txt", "two", "^three$")]);
    const worktree = await fix(run, "T1");
    await writeFile(path.join(worktree, "a.txt"), "three\n");
    const { execFileSync } = await import("node:child_process");
    const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
    execFileSync("git", ["add", "--all"], { cwd: worktree });
    execFileSync("git", [...identity, "commit", "--quiet", "--message", "wip"], { cwd: worktree });
    expect(await done(run, "T1")).toEqual({ status: "done" });
    expect(await folder.git("show", "HEAD:a.txt")).toBe("three\n");
    expect(await folder.git("log", "--format=%s")).toBe("Task T1\nStart\n");
  });

  it("FX-11 works in a folder without git", async () => {
    await masterPlan.dispose();
    await folder.dispose();
    folder = await makeWorkspace(writesTool, { git: false });
    masterPlan = await folder.open();
    const run = await started([failing("T1", "a.txt", "two", "^three$")]);
    const worktree = await fix(run, "T1");
    expect(await readFile(path.join(worktree, "a.txt"), "utf8")).toBe("two\n");
    await writeFile(path.join(worktree, "a.txt"), "three\n");
    expect(await done(run, "T1")).toEqual({ status: "done" });
    expect(await readFile(path.join(folder.workspace, "a.txt"), "utf8")).toBe("three\n");
    expect(existsSync(path.join(folder.workspace, ".git"))).toBe(false);
  });
});
