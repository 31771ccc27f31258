import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { PlanId, RunId } from "../../../src/core/ids";
import type { Plan, Task } from "../../../src/core/plan/plan";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import type { PublicEvent } from "../../../src/engine/publicEvent";
import { aPlan, aTask } from "../../support/builders";
import { listing } from "../../support/tempRepo";
import {
  install,
  json,
  makePackages,
  makePackageWorkspace,
  manifest,
  npm,
  vendored,
  type MadePackages,
} from "../../support/packageWorkspace";
import type { WorkspaceFolder } from "../../support/workspaceFolder";

let made: MadePackages;
let folder: WorkspaceFolder;
let masterPlan: MasterPlan;

beforeAll(async () => {
  made = await makePackages();
});

afterAll(() => made.dispose());

beforeEach(async () => {
  folder = await makePackageWorkspace(made, {
    "add.mjs": script(vendored("old", "left")),
    "addTo.mjs": `import { writeFileSync } from "node:fs";
const name = process.argv[2];
const dependencies = { [name]: "file:../../vendor/" + name + "-1.0.0.tgz" };
writeFileSync("packages/" + name + "/package.json", JSON.stringify({ name: "p-" + name, version: "1.0.0", dependencies }));
`,
    "break.mjs": script(vendored("gone")),
  });
  masterPlan = await folder.open();
});

afterEach(async () => {
  await masterPlan.dispose();
  await folder.dispose();
});

/** A program that changes the dependencies in the manifest, as an edit of a task would. */
function script(dependencies: Readonly<Record<string, string>>): string {
  const text = JSON.stringify(json({ ...manifest, dependencies }));
  return `import { writeFileSync } from "node:fs";\nwriteFileSync("package.json", ${text});\n`;
}

function edit(file: string, over: Partial<Task> = {}): Task {
  return aTask("T-1", { executor: "command", commands: [["node", file]], checks: ["test"], ...over });
}

async function start(plan: Plan, grants: readonly string[], review: "ask" | "accept"): Promise<RunId> {
  const { id } = await masterPlan.importPlan({
    text: JSON.stringify(plan),
    name: "x.masterplan.json",
    format: "masterplan",
  });
  return (await masterPlan.run({ approval: await approved(id, grants), review })).run;
}

async function approved(id: PlanId, grants: readonly string[]) {
  return (await masterPlan.approve({ id, grants })).id;
}

async function evidence(run: RunId) {
  const { tasks } = await masterPlan.status({ id: run });
  return tasks[0]?.evidence.map((one) => [one.check, one.status]) ?? [];
}

function accept(run: RunId, ...protected_files: string[]) {
  return masterPlan.review({ run, task: "T-1", decision: "accept", protected_files });
}

const both = ["protected:package.json", "protected:package-lock.json"];

describe("a change of the manifest", () => {
  it("DI-1 that was granted by name is installed in the worktree before the checks, as evidence, and not in the user's folder", async () => {
    const before = listing(path.join(folder.workspace, "node_modules"));
    const run = await start(aPlan([edit("add.mjs")]), ["protected:package.json"], "ask");
    expect((await masterPlan.settled({ run })).status).toBe("waiting");
    const said = await evidence(run);
    expect(said).toContainEqual([`install ${install.join(" ")}`, "passed"]);
    expect(said).toContainEqual(["test", "passed"]);
    const { change } = await masterPlan.changeSet({ run, task: "T-1" });
    expect(change.files.map((file) => file.path)).toEqual(["package-lock.json", "package.json"]);
    await accept(run, "package-lock.json");
    expect((await masterPlan.settled({ run })).status).toBe("completed");
    expect(await folder.git("show", "HEAD:package-lock.json")).toContain("left-1.0.0.tgz");
    expect(listing(path.join(folder.workspace, "node_modules"))).toEqual(before);
  });

  it("DI-2 that nobody accepted installs and runs nothing; accepting it by name installs and checks before it lands", async () => {
    const head = await folder.git("rev-parse", "HEAD");
    const run = await start(aPlan([edit("add.mjs", { checks: [] })]), [], "ask");
    await masterPlan.settled({ run });
    const open = await evidence(run);
    expect(open).toContainEqual(["install", "not_verified"]);
    expect(open.map(([name]) => name)).not.toContain("test");
    const events: PublicEvent[] = [];
    masterPlan.onEvent((event) => events.push(event));
    await expect(accept(run, "package.json")).rejects.toMatchObject({ code: "review.protectedFile" });
    expect(await folder.git("rev-parse", "HEAD")).toBe(head);
    await accept(run, "package.json", "package-lock.json");
    expect((await masterPlan.settled({ run })).status).toBe("completed");
    expect(await folder.git("log", "--format=%s", `${head.trim()}..HEAD`)).toBe("Task T-1\n");
    const checks = (await evidence(run)).map(([check, status]) => `${check} ${status}`);
    expect(checks).toContain("test passed");
    expect(checks.indexOf(`install ${install.join(" ")} passed`)).toBeGreaterThan(-1);
    const said = events.filter((event) => event.type === "log").map((event) => JSON.stringify(event));
    expect(said.join("\n")).toContain(install.join(" "));
  });

  it("DI-9 brings the lock file that its install wrote into the change, to be accepted by name, and both land together", async () => {
    const before = await folder.git("show", "HEAD:package-lock.json");
    const run = await start(aPlan([edit("add.mjs", { file_scope: { write: ["package.json"] } })]), [], "ask");
    await masterPlan.settled({ run });
    expect((await masterPlan.changeSet({ run, task: "T-1" })).change.files.map(({ path }) => path)).toEqual([
      "package.json",
    ]);
    await expect(accept(run, "package.json")).rejects.toThrow("package-lock.json");
    expect(await folder.git("show", "HEAD:package-lock.json")).toBe(before);

    const { change } = await masterPlan.changeSet({ run, task: "T-1" });
    expect(change.files.map(({ path, out_of_scope: out, protected: own }) => [path, out, own])).toEqual([
      ["package-lock.json", false, true],
      ["package.json", false, true],
    ]);
    await expect(accept(run, "package.json")).rejects.toMatchObject({ code: "review.protectedFile" });
    await accept(run, "package.json", "package-lock.json");
    expect((await masterPlan.settled({ run })).status).toBe("completed");
    const tree = mkdtempSync(path.join(tmpdir(), "masterplan-landed-"));
    try {
      await folder.git("worktree", "add", "--quiet", "--detach", tree, "HEAD");
      // Refuses to go on when manifest and lock file do not belong together.
      npm(tree, ["ci", "--ignore-scripts"]);
      expect(readFileSync(path.join(tree, "node_modules/left/index.js"), "utf8")).toContain("left works");
    } finally {
      await folder.git("worktree", "remove", "--force", tree);
    }
  });

  it("DI-9 writes the lock file anew when the branch moved in the same place, and lands it where the approval names it", async () => {
    const plan = aPlan(
      ["left", "right"].map((name) =>
        aTask(`T-${name}`, {
          executor: "command",
          commands: [["node", "addTo.mjs", name]],
          file_scope: { write: [`packages/${name}/package.json`] },
        }),
      ),
    );
    const grants = [
      "protected:packages/left/package.json",
      "protected:packages/right/package.json",
      "protected:package-lock.json",
    ];
    const run = await start(plan, grants, "ask");
    await masterPlan.settled({ run });
    const { tasks } = await masterPlan.status({ id: run });
    expect(tasks.map(({ status }) => status)).toEqual(["in_review", "in_review"]);
    await masterPlan.review({ run, task: "T-left", decision: "accept" });
    await masterPlan.review({ run, task: "T-right", decision: "accept" });
    expect((await masterPlan.settled({ run })).status).toBe("completed");
    const lock = await folder.git("show", "HEAD:package-lock.json");
    expect(lock).toContain("left-1.0.0.tgz");
    expect(lock).toContain("right-1.0.0.tgz");
    const { change } = await masterPlan.changeSet({ run, task: "T-right" });
    expect(JSON.stringify(change)).toContain("right-1.0.0.tgz");
    expect(JSON.stringify(change), "what the branch has already is no part of it").not.toContain(
      "left-1.0.0",
    );
  });

  it("FX-15 made by hand in a fix waits for a review by name, and lands with the lock file like any other", async () => {
    const run = await start(aPlan([edit("gone.mjs", { checks: [], max_attempts: 1 })]), [], "ask");
    await masterPlan.settled({ run });
    const { worktree = "" } = await masterPlan.task({ run, task: "T-1", action: "fix" });
    execFileSync(process.execPath, ["add.mjs"], { cwd: worktree });
    expect(await masterPlan.task({ run, task: "T-1", action: "done" })).toEqual({ status: "in_review" });
    expect(await evidence(run)).toContainEqual(["install", "not_verified"]);
    await expect(accept(run, "package.json")).rejects.toThrow("package-lock.json");
    await accept(run, "package.json", "package-lock.json");
    expect((await masterPlan.settled({ run })).status).toBe("completed");
    expect(await folder.git("show", "--format=", "--name-only", "HEAD")).toBe(
      "package-lock.json\npackage.json\n",
    );
    expect((await evidence(run)).map(([check, status]) => `${check} ${status}`)).toContain("test passed");
  });

  it("DI-3 whose install fails fails the attempt with what the tool said", async () => {
    const run = await start(aPlan([edit("break.mjs", { max_attempts: 1 })]), both, "accept");
    await masterPlan.settled({ run });
    const { tasks } = await masterPlan.status({ id: run });
    expect(tasks[0]?.status).toBe("failed");
    expect(tasks[0]?.evidence.at(-1)).toMatchObject({ layer: "install", status: "failed", command: install });
    expect(tasks[0]?.feedback.join("\n")).toContain("gone-1.0.0.tgz");
  });

  it("DI-4 that landed is installed for the later tasks of the run as well, though the user's folder lacks it", async () => {
    const later = aTask("T-2", {
      executor: "command",
      commands: [["node", "check.mjs"]],
      depends_on: ["T-1"],
    });
    const run = await start(aPlan([edit("add.mjs"), later]), both, "accept");
    expect((await masterPlan.settled({ run })).status).toBe("completed");
  });
});

describe("a package manager in a worktree", () => {
  it("DI-5 cannot write into the user's packages through the links it is given", async () => {
    const user = path.join(folder.workspace, "node_modules");
    const before = listing(user);
    const control = mkdtempSync(path.join(tmpdir(), "masterplan-linked-"));
    try {
      const copy = path.join(control, "user");
      execFileSync("cp", ["-r", folder.workspace, copy]);
      const tree = path.join(control, "tree");
      mkdirSync(path.join(tree, "node_modules"), { recursive: true });
      for (const name of ["package.json", "package-lock.json", "vendor"])
        execFileSync("cp", ["-r", path.join(copy, name), tree]);
      for (const name of ["old", ".package-lock.json"])
        symlinkSync(path.join(copy, "node_modules", name), path.join(tree, "node_modules", name));
      const theirs = listing(path.join(copy, "node_modules"));
      npm(tree, ["install", "left@file:vendor/left-1.0.0.tgz", "--no-audit", "--no-fund"]);
      expect(
        listing(path.join(copy, "node_modules")),
        "control: plain links are written through",
      ).not.toEqual(theirs);
    } finally {
      rmSync(control, { recursive: true });
    }
    const add = ["npm", "install", "left@file:vendor/left-1.0.0.tgz", "--no-audit", "--no-fund", "--offline"];
    const task = edit("", { commands: [add, ["node", "check.mjs"]] });
    const run = await start(aPlan([task]), both, "accept");
    expect((await masterPlan.settled({ run })).status).toBe("completed");
    expect(listing(user)).toEqual(before);
    expect(readFileSync(path.join(folder.workspace, "package.json"), "utf8")).toContain("left-1.0.0.tgz");
  });
});
