import { access, mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { reportText } from "../../../src/cli/text/statusText";
import type { Plan } from "../../../src/core/plan/plan";
import { createTranslate } from "../../../src/core/translate";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { aPlan, aTask } from "../../support/builders";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let folder: WorkspaceFolder;
let masterPlan: MasterPlan;

beforeEach(async () => {
  folder = await makeWorkspace({ "README.md": "# Shop\n" });
  const other = path.join(folder.home, "other");
  await mkdir(other);
  const git = (...args: string[]) => folder.git("-C", other, ...args);
  await git("init", "-q");
  await git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "Start");
  await folder.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other, "sub");
  await folder.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
  await folder.git("add", "--all");
  await folder.git("commit", "-qm", "Submodule");
  await folder.write("vendored/v.txt", "mine\n");
  await folder.git("-C", path.join(folder.workspace, "vendored"), "init", "-q");
  masterPlan = await folder.open();
});

afterEach(async () => {
  await masterPlan.dispose();
  await folder.dispose();
});

async function approved(plan: Plan): Promise<string> {
  const { id } = await masterPlan.importPlan({
    text: JSON.stringify(plan),
    name: "p.json",
    format: "masterplan",
  });
  return (await masterPlan.approve({ id })).id;
}

const shell = (script: string) =>
  aTask("A", { executor: "command", commands: [["sh", "-c", script]], max_attempts: 1 });

const inSubmodule =
  "The attempt changed what is in the submodule sub, whose folder is empty in a worktree. Nothing in a submodule is part of a run, not even what a command checks out there: take that command out";

describe("a task and the repositories inside the user's", () => {
  it.each([
    [
      "mkdir -p vendored; echo task > vendored/v.txt; echo task > vendored/n.txt",
      "reaches into vendored, which is a repository of its own. Work in a nested repository",
    ],
    ["echo task > sub/new.txt", inSubmodule],
    ["rm -rf sub; echo task > sub", inSubmodule],
    ["git init -q sub; echo task > a.txt", inSubmodule],
  ])(
    "NR-1 fails when it changes something in another repository, with the next step: %s",
    async (script, said) => {
      const before = await folder.git("status", "--porcelain");
      const { run } = await masterPlan.run({
        approval: await approved(aPlan([shell(script)])),
        review: "accept",
      });
      await masterPlan.settled({ run });
      const { tasks } = await masterPlan.status({ id: run });
      expect(tasks.map((task) => task.status)).toEqual(["failed"]);
      expect(tasks[0]?.reason).toContain(said);
      expect(await folder.git("status", "--porcelain")).toBe(before);
      expect(await readFile(path.join(folder.workspace, "vendored/v.txt"), "utf8")).toBe("mine\n");
      expect(await readdir(path.join(folder.workspace, "sub"))).toEqual([".git"]);
      expect(await folder.git("ls-tree", "-r", "--name-only", "HEAD")).not.toContain("vendored");
      const { preflight } = await masterPlan.report({ run });
      expect(preflight?.repository).toMatchObject({
        submodules: ["sub"],
        nested_repositories: ["vendored"],
        lfs: true,
      });
      const text = reportText(await masterPlan.report({ run }), createTranslate({}), 200);
      expect(text).toContain("Repositories inside this one, in which no task changes anything: vendored");
      expect(text).toContain("Submodules, in which no task changes anything: sub");
      expect(text).toContain("Some files are kept by Git LFS");
    },
  );

  it("NR-1 fails as well when it changes a file that Git LFS keeps and that no plan named", async () => {
    const task = shell("echo task > big.bin");
    const { run } = await masterPlan.run({ approval: await approved(aPlan([task])), review: "accept" });
    await masterPlan.settled({ run });
    const { tasks } = await masterPlan.status({ id: run });
    expect(tasks.map(({ status, reason }) => [status, reason])).toEqual([
      ["failed", "big.bin is kept by Git LFS; no task changes it"],
    ]);
  });

  it.each([
    ["vendored/v.txt", "vendored/v.txt lies in vendored, a git repository of its own"],
    ["sub/new.txt", "sub/new.txt lies in the submodule sub"],
    ["art/big.bin", "art/big.bin is kept by Git LFS"],
  ])("NR-2 does not start a plan that writes %s", async (file, reason) => {
    const branch = await folder.git("branch", "--show-current");
    const task = { ...shell("true"), expected_outputs: { files: [file] } };
    const approval = await approved(aPlan([task]));
    await expect(masterPlan.run({ approval })).rejects.toMatchObject({
      message: expect.stringContaining(reason),
    });
    expect((await masterPlan.list()).runs).toEqual([]);
    expect(await folder.git("branch", "--show-current")).toBe(branch);
    const byHand = await approved(aPlan([{ ...task, executor: "manual", commands: undefined } as never]));
    const { run } = await masterPlan.run({ approval: byHand });
    expect((await masterPlan.settled({ run })).status).toBe("waiting");
  });

  it("NR-2 says that the checkout is sparse or detached, and refuses what cannot work there", async () => {
    await folder.git("checkout", "-q", "--detach");
    const approval = await approved(aPlan([shell("true")]));
    await expect(masterPlan.run({ approval, target: "current" })).rejects.toMatchObject({
      message: expect.stringContaining("detached HEAD"),
    });
    expect((await masterPlan.list()).runs).toEqual([]);
    await folder.git("sparse-checkout", "set", "--cone", "docs");
    const { run } = await masterPlan.run({ approval });
    await masterPlan.settled({ run });
    const { preflight, preflight_rows: rows } = await masterPlan.report({ run });
    expect(preflight?.repository).toMatchObject({ detached: true, sparse: true });
    const said = rows.map(({ text }) => text).join("\n");
    expect(said).toContain("No branch was checked out (detached HEAD)");
    expect(said).toContain("The checkout is sparse");
    await expect(access(path.join(folder.workspace, "docs"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});
