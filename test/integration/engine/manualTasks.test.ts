import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { composeNode } from "../../../src/compose";
import type { Plan } from "../../../src/core/plan/plan";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { aPlan, aTask } from "../../support/builders";

let folder = "";
let workspace = "";
let masterPlan: MasterPlan;

const git = (...args: string[]) => execFileSync("git", args, { cwd: workspace, encoding: "utf8" }).trim();
const write = (file: string, text: string) => writeFileSync(path.join(workspace, file), text);

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "masterplan-manual-"));
  workspace = path.join(folder, "w");
  mkdirSync(workspace);
  git("init", "-q", "-b", "main");
  git("config", "user.name", "Ana");
  git("config", "user.email", "ana@example.test");
  write("a.txt", "one\n");
  write("b.txt", "one\n");
  git("add", ".");
  git("commit", "-qm", "start");
  masterPlan = await composeNode({
    workspace,
    storage: path.join(folder, "store"),
    language: "en",
    person: "Ana",
    models: () => ({ model: () => Promise.resolve(null), describe: () => Promise.resolve([]) }),
  });
});

afterEach(async () => {
  await masterPlan.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const manual = (id: string, over = {}) => aTask(id, { executor: "manual", ...over });

async function start(plan: Plan, options: { readonly concurrency?: number } = {}) {
  const { id } = await masterPlan.importPlan({
    text: JSON.stringify(plan),
    name: "p.json",
    format: "masterplan",
  });
  const approval = await masterPlan.approve({ id });
  const { run } = await masterPlan.run({ approval: approval.id, ...options });
  await masterPlan.settled({ run });
  return run;
}

describe("a manual task", () => {
  test("MT-1 stays in the person's hands when its change cannot be told apart from earlier edits", async () => {
    write("b.txt", "mine\n");
    const run = await start(aPlan([manual("A")]));
    write("b.txt", "mine and the task's\n");
    const done = () =>
      masterPlan.task({ run, task: "A", action: "done", note: "Read b.txt: my line and the task's" });
    await expect(done()).rejects.toMatchObject({
      code: "review.staleChange",
      message: expect.stringContaining("b.txt") as string,
    });
    expect((await masterPlan.status({ id: run })).tasks[0]).toMatchObject({ status: "in_progress" });
    expect(readFileSync(path.join(workspace, "b.txt"), "utf8")).toBe("mine and the task's\n");

    git("commit", "-qm", "mine", "b.txt");
    await expect(done()).rejects.toMatchObject({ code: "git.headMoved" });
    expect(await masterPlan.status({ id: run })).toMatchObject({ status: "paused", reason: "head_moved" });
    await masterPlan.resume({ run });
    await masterPlan.settled({ run });
    expect(await done()).toEqual({ status: "done" });
    expect(git("log", "--format=%s")).toBe("mine\nstart");
  });

  test("MT-2 lands only what changed since it was handed out, beside edits elsewhere in the same file", async () => {
    const lines = Array.from({ length: 20 }, (_, at) => `line ${at}`);
    write("a.txt", `${lines.join("\n")}\n`);
    git("commit", "-qam", "long");
    write("a.txt", `mine\n${lines.join("\n")}\n`);
    const run = await start(aPlan([manual("A")]));
    write("a.txt", `mine\n${lines.join("\n")}\nthe task's\n`);
    await masterPlan.task({ run, task: "A", action: "done", note: "added" });
    expect(git("show", "HEAD:a.txt")).toBe(`${lines.join("\n")}\nthe task's`);
    expect(readFileSync(path.join(workspace, "a.txt"), "utf8")).toContain("mine\n");
    expect(git("status", "--short")).toBe("M a.txt");
  });

  test("MT-3 is handed out with at most nineteen others, in plan order, and the next follows a sign-off", async () => {
    const run = await start(aPlan(Array.from({ length: 30 }, (_, at) => manual(`T${at}`))));
    const handed = async () =>
      (await masterPlan.status({ id: run })).waiting.flatMap((item) =>
        item.kind === "manual" ? item.task : [],
      );
    expect(await handed()).toEqual(Array.from({ length: 20 }, (_, at) => `T${at}`));
    const snapshots = git("for-each-ref", "--format=%(objectname)", "refs/masterplan").split("\n");
    expect(snapshots.length).toBeLessThan(6);
    await masterPlan.task({ run, task: "T3", action: "done", note: "Read a.txt: one line" });
    await masterPlan.resume({ run });
    await masterPlan.settled({ run });
    expect(await handed()).toHaveLength(20);
    expect((await handed()).at(-1)).toBe("T20");
  });

  test("MT-5 where no file changed and nothing proves it, is signed off only with what was looked at", async () => {
    const postconditions = [{ type: "pattern_present", path: "a.txt", pattern: "^one$" }];
    const run = await start(
      aPlan([
        manual("A"),
        manual("B", { postconditions }),
        manual("C"),
        manual("D", { status: "completed" }),
      ]),
    );
    const done = (task: string, note?: string) =>
      masterPlan.task({ run, task, action: "done", ...(note !== undefined && { note }) });
    const statuses = async () => (await masterPlan.status({ id: run })).tasks.map(({ status }) => status);
    const before = await statuses();
    expect(before).toEqual(["in_progress", "in_progress", "in_progress", "claimed"]);
    for (const task of ["A", "D"]) {
      for (const empty of [undefined, "", "  \n"]) {
        await expect(done(task, empty)).rejects.toMatchObject({
          code: "usage.invalid",
          message: `Signing ${task} off needs a note: no file changed, and no check proves it`,
          hint: "Say what you looked at: a file, an output or a link",
        });
      }
    }
    expect(await statuses()).toEqual(before);
    expect(await done("A", "Read a.txt: one line")).toEqual({ status: "done" });
    expect(await done("D", "Read b.txt: one line")).toEqual({ status: "done" });
    // A claim about the tree that holds, or a change, speaks for itself.
    expect(await done("B")).toEqual({ status: "done" });
    write("b.txt", "two\n");
    expect(await done("C")).toEqual({ status: "done" });
  });

  test("MT-4 taken over with fix waits for the person, by name", async () => {
    const failing = aTask("D", { executor: "command", commands: [["test", "-f", "flag"]], max_attempts: 1 });
    const run = await start(aPlan([failing]));
    const { worktree = "" } = await masterPlan.task({ run, task: "D", action: "fix" });
    expect((await masterPlan.status({ id: run })).waiting).toMatchObject([{ kind: "manual", task: "D" }]);
    writeFileSync(path.join(worktree, "flag"), "1");
    await masterPlan.task({ run, task: "D", action: "done", note: "mended" });
    await masterPlan.resume({ run });
    expect(await masterPlan.settled({ run })).toMatchObject({ status: "completed" });
    expect(git("show", "--format=", "--name-only", "HEAD")).toBe("flag");
  });
});

describe("a run that stopped", () => {
  test("RS-1 goes on from its latest open snapshot and from no other", async () => {
    const run = await start(aPlan([manual("A")]));
    await expect(masterPlan.resume({ run, snapshot: "s_none" })).rejects.toMatchObject({
      code: "usage.invalid",
    });
    await masterPlan.pause({ run });
    const first = (await masterPlan.status({ id: run })).snapshot ?? "";
    await masterPlan.resume({ run, snapshot: first });
    await masterPlan.settled({ run });
    await masterPlan.pause({ run });
    const { snapshot } = await masterPlan.status({ id: run });
    expect(snapshot).not.toBe(first);
    await expect(masterPlan.resume({ run, snapshot: first })).rejects.toThrow(snapshot);
    await masterPlan.resume({ run, ...(snapshot !== undefined && { snapshot }) });
    expect(await masterPlan.settled({ run })).toMatchObject({ status: "waiting" });
  });

  test("RS-2 does not take a detached HEAD for its own branch", async () => {
    const run = await start(aPlan([manual("A")]));
    git("checkout", "-q", "--detach", "main");
    await expect(masterPlan.resume({ run })).rejects.toMatchObject({ code: "git.headMoved" });
    git("checkout", "-q", "masterplan/sample");
    await masterPlan.resume({ run });
    expect(await masterPlan.settled({ run })).toMatchObject({ status: "waiting" });
  });

  test("RS-3 keeps its branch until it has ended, and its end is told from then on", async () => {
    const run = await start(aPlan([manual("A")]));
    await expect(masterPlan.finishBranch({ run, how: "drop" })).rejects.toMatchObject({
      code: "run.notActive",
    });
    write("a.txt", "two\n");
    await masterPlan.task({ run, task: "A", action: "done" });
    expect((await masterPlan.status({ id: run })).next_action).toMatch(/^Resume the run/u);
    await masterPlan.resume({ run });
    await masterPlan.settled({ run });
    expect((await masterPlan.status({ id: run })).next_action).toMatch(/^Merge/u);
    await masterPlan.finishBranch({ run, how: "merge" });
    expect((await masterPlan.status({ id: run })).next_action).toBe("Nothing to do: the work is done");
    await expect(masterPlan.finishBranch({ run, how: "drop" })).rejects.toMatchObject({
      code: "run.notActive",
    });
  });

  test("RS-4 that is cancelled has come to rest when that is recorded, and does not call the rest done", async () => {
    const slow = aTask("S", { executor: "command", commands: [["sleep", "60"]] });
    const { id } = await masterPlan.importPlan({
      text: JSON.stringify(aPlan([slow, manual("A", { depends_on: ["S"] })])),
      name: "p.json",
      format: "masterplan",
    });
    const { run } = await masterPlan.run({ approval: (await masterPlan.approve({ id })).id });
    await new Promise<void>((resolve) => {
      masterPlan.onEvent((event) => {
        if (event.type === "attempt.started") resolve();
      });
    });
    const settled = masterPlan.settled({ run });
    await masterPlan.cancel({ run, reason: "enough" });
    expect(await settled).toMatchObject({ status: "cancelled" });
    expect((await masterPlan.status({ id: run })).progress).toMatchObject({ done: 0, total: 2, percent: 0 });
  });
});
