import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, truncate } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeTree } from "../../../src/adapters/node/files/removeTree";
import type { Plan } from "../../../src/core/plan/plan";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { aPlan, aTask } from "../../support/builders";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let folder: WorkspaceFolder;
let masterPlan: MasterPlan;

beforeEach(async () => {
  folder = await makeWorkspace({ "a.txt": "one\n" });
  masterPlan = await folder.open();
});

afterEach(async () => {
  await masterPlan.dispose();
  await folder.dispose();
});

async function start(plan: Plan) {
  const { id } = await masterPlan.importPlan({
    text: JSON.stringify(plan),
    name: "p.json",
    format: "masterplan",
  });
  const { run } = await masterPlan.run({ approval: (await masterPlan.approve({ id })).id, review: "accept" });
  await masterPlan.settled({ run });
  return run;
}

const shell = (id: string, line: string) =>
  aTask(id, { executor: "command", commands: [["sh", "-c", line]], max_attempts: 1 });

/** Each step is taken from where the last one led, so no path that is used is long. */
const deep = (from: string) =>
  `cd "${from}"; name=$(printf 'd%.0s' $(seq 200)); for step in $(seq 30); do mkdir $name; cd -P $name; done; echo two > f`;

describe("what a command leaves in its worktree", () => {
  it.each([
    ["a file larger than the memory that is read at once", "truncate -s 3G big.bin", "3222 MB"],
    ["a file that no record holds", "head -c 30000000 /dev/zero > big.bin", "the largest file is big.bin"],
    [
      "files that no record holds together",
      "for n in 1 2 3; do head -c 9000000 /dev/zero > big$n; done",
      "27 MB",
    ],
    [
      "more files than anybody looks at",
      "mkdir many; cd many; seq 10001 | xargs touch",
      "10001 files, expected at most 10000",
    ],
  ])("HS-2 fails its attempt by name and stops nobody else: %s", async (_, line, said) => {
    const run = await start(aPlan([shell("A", line), shell("B", "echo two > a.txt")]));
    const { tasks } = await masterPlan.status({ id: run });
    expect(tasks.map((task) => task.status)).toEqual(["failed", "done"]);
    expect(tasks[0]?.reason).toContain("What was changed is too much for a review");
    expect(tasks[0]?.reason).toContain(said);
    expect(tasks[0]?.reason).toContain("a line in .gitignore");
  });

  it.each([
    ["in the worktree", "."],
    ["in its temporary folder", "$TMPDIR"],
  ])("HS-2 is taken away, however deep its folders are %s", async (_, place) => {
    const run = await start(aPlan([shell("A", deep(place)), shell("B", "echo two > a.txt")]));
    const { tasks } = await masterPlan.status({ id: run });
    expect(tasks.map((task) => task.status)).toEqual(["done", "done"]);
    const slots = path.join(folder.home, "store/git/worktrees");
    for (const slot of await readdir(slots)) {
      const left = await readdir(path.join(slots, slot, "project"));
      expect(left.filter((name) => name !== ".git")).toEqual(["a.txt"]);
    }
  });

  it("HS-2 is taken away each time, whatever is still being removed when it is looked at", async () => {
    for (let number = 0; number < 8; number += 1) {
      const tree = path.join(folder.home, "tree");
      await mkdir(tree);
      execFileSync("sh", ["-c", deep(tree)]);
      await removeTree(tree);
      expect(existsSync(tree)).toBe(false);
    }
  });

  it("HS-2 fails its attempt when names are no text, because checks would see what cannot land", async () => {
    const line = "echo two > a.txt; echo x > \"$(printf 'bad\\377name')\"; test -f bad*name";
    const run = await start(aPlan([shell("A", line), shell("B", "echo two > a.txt")]));
    const { tasks } = await masterPlan.status({ id: run });
    expect(tasks.map((task) => task.status)).toEqual(["failed", "done"]);
    expect(tasks[0]?.reason).toContain("names are not valid UTF-8: bad\ufffdname. Have the task");
  });

  it("HS-2 is refused at the sign-off of work by hand in the same words", async () => {
    const run = await start(aPlan([aTask("A", { executor: "manual" })]));
    await folder.write("big.bin", "");
    await truncate(path.join(folder.workspace, "big.bin"), 30_000_000);
    await expect(masterPlan.task({ run, task: "A", action: "done" })).rejects.toMatchObject({
      code: "git.tooLarge",
      message: expect.stringContaining("big.bin") as string,
    });
    expect((await masterPlan.status({ id: run })).tasks[0]).toMatchObject({ status: "in_progress" });
  });
});
