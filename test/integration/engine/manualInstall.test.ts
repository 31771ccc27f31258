import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RunId } from "../../../src/core/ids";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { aPlan, aTask } from "../../support/builders";
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
import { listing } from "../../support/tempRepo";
import type { WorkspaceFolder } from "../../support/workspaceFolder";

let made: MadePackages;
let folder: WorkspaceFolder;
let masterPlan: MasterPlan;
let head: string;
let packages: unknown;

beforeAll(async () => {
  made = await makePackages();
});

afterAll(() => made.dispose());

beforeEach(async () => {
  folder = await makePackageWorkspace(made, {});
  head = await folder.git("rev-parse", "HEAD");
  packages = listing(path.join(folder.workspace, "node_modules"));
  masterPlan = await folder.open();
});

afterEach(async () => {
  await masterPlan.dispose();
  await folder.dispose();
});

const withDependencies = (...names: readonly string[]) =>
  folder.write("package.json", json({ ...manifest, dependencies: vendored(...names) }));

async function start(
  grants: readonly string[] = [],
  options: { readonly target?: "detached" } = {},
): Promise<RunId> {
  const text = JSON.stringify(aPlan([aTask("T-1", { executor: "manual", checks: ["test"] })]));
  const { id } = await masterPlan.importPlan({ text, name: "p.json", format: "masterplan" });
  const { run } = await masterPlan.run({
    approval: (await masterPlan.approve({ id, grants })).id,
    ...options,
  });
  await masterPlan.settled({ run });
  return run;
}

const signOff = (run: RunId) => masterPlan.task({ run, task: "T-1", action: "done" });
const accept = (run: RunId, ...protected_files: string[]) =>
  masterPlan.review({ run, task: "T-1", decision: "accept", protected_files });
const landed = async (branch = "HEAD") =>
  (await folder.git("diff", "--name-only", head.trim(), branch)).split("\n").filter(Boolean);
const user = (file: string) => readFileSync(path.join(folder.workspace, file), "utf8");

async function evidence(run: RunId) {
  const { tasks } = await masterPlan.status({ id: run });
  return tasks[0]?.evidence.map(({ check, status }) => `${check} ${status}`) ?? [];
}

describe("a manifest that a person changed in their own tree", () => {
  it("DI-12 is installed in a worktree at sign-off, before the checks, and never in their folder", async () => {
    const run = await start();
    await withDependencies("old", "left");
    expect(await signOff(run)).toEqual({ status: "in_review" });
    const said = await evidence(run);
    expect(said).toContain("test passed");
    expect(said.indexOf(`install ${install.join(" ")} passed`)).toBeGreaterThan(-1);
    expect(said.indexOf("test passed")).toBeGreaterThan(said.indexOf(`install ${install.join(" ")} passed`));
    expect(listing(path.join(folder.workspace, "node_modules"))).toEqual(packages);
    expect(await landed(), "the lock file that the install wrote waits to be looked at").toEqual([]);

    const { change } = await masterPlan.changeSet({ run, task: "T-1" });
    expect(change.files.map((file) => file.path)).toEqual(["package-lock.json", "package.json"]);
    await expect(accept(run, "package.json")).rejects.toMatchObject({ code: "review.protectedFile" });
    await masterPlan.review({ run, task: "T-1", decision: "reject", reason: "Let me look at it again" });
    await masterPlan.settled({ run });
    expect((await masterPlan.status({ id: run })).tasks[0], "sent back, it is theirs").toMatchObject({
      status: "in_progress",
    });
    expect(await signOff(run)).toEqual({ status: "in_review" });
    await accept(run, "package.json", "package-lock.json");
    expect((await masterPlan.settled({ run })).status).toBe("completed");
    expect(await landed()).toEqual(["package-lock.json", "package.json"]);
    expect(user("package-lock.json"), "the lock file followed in their tree").toContain("left-1.0.0.tgz");
    expect(await folder.git("status", "--porcelain")).toBe("");
    expect(listing(path.join(folder.workspace, "node_modules"))).toEqual(packages);
  });

  it("DI-12 lands at once where they installed it themselves, or where the approval names the lock file", async () => {
    const run = await start();
    await withDependencies("old", "left");
    npm(folder.workspace, install.slice(1));
    const own = user("package-lock.json");
    expect(await signOff(run)).toEqual({ status: "done" });
    expect(await evidence(run)).toContain("test passed");
    expect(await landed()).toEqual(["package-lock.json", "package.json"]);
    expect(user("package-lock.json")).toBe(own);
    await masterPlan.settled({ run });
    await masterPlan.finishBranch({ run, how: "merge" });

    head = await folder.git("rev-parse", "HEAD");
    const granted = await start(["protected:package-lock.json"]);
    await withDependencies("old", "left", "right");
    expect(await signOff(granted)).toEqual({ status: "done" });
    expect(await landed()).toEqual(["package-lock.json", "package.json"]);
    expect(existsSync(path.join(folder.workspace, "node_modules/right"))).toBe(false);
  });

  it("DI-12 stays in their hands when the install or a check after it fails, and nothing lands", async () => {
    const run = await start();
    await withDependencies("old", "gone");
    await expect(signOff(run)).rejects.toMatchObject({
      code: "review.notVerified",
      message: expect.stringContaining("gone-1.0.0.tgz") as string,
      hint: expect.stringContaining("sign off again") as string,
    });
    expect((await masterPlan.status({ id: run })).tasks[0]).toMatchObject({ status: "in_progress" });
    expect(await landed()).toEqual([]);
    await folder.write("check.mjs", "process.exit(1);\n");
    await withDependencies("old", "left");
    await expect(signOff(run)).rejects.toMatchObject({ code: "review.notVerified" });
    expect((await masterPlan.status({ id: run })).tasks[0]).toMatchObject({ status: "in_progress" });
    await folder.git("checkout", "check.mjs");
    expect(await signOff(run)).toEqual({ status: "in_review" });
  });

  it("DI-12 lands a lock file without what they had not committed before", async () => {
    const { name, ...rest } = manifest;
    const mine = (...names: readonly string[]) =>
      json({ name, devDependencies: vendored("right"), ...rest, dependencies: vendored(...names) });
    await folder.write("package.json", mine("old"));
    npm(folder.workspace, install.slice(1));
    const run = await start();
    await folder.write("package.json", mine("old", "left"));
    expect(await signOff(run)).toEqual({ status: "in_review" });
    await accept(run, "package.json", "package-lock.json");
    for (const file of ["package.json", "package-lock.json"]) {
      const text = await folder.git("show", `HEAD:${file}`);
      expect(text).toContain("left-1.0.0.tgz");
      expect(text).not.toContain("right-1.0.0.tgz");
    }
    expect(user("package.json")).toContain("right-1.0.0.tgz");
    expect(user("package-lock.json"), "their own edits are not overwritten").toContain("right-1.0.0.tgz");
  });

  it("DI-12 is installed on top of the branch where the run leaves their tree alone", async () => {
    const run = await start(["protected:package-lock.json"], { target: "detached" });
    await withDependencies("old", "left");
    expect(await signOff(run)).toEqual({ status: "done" });
    expect(await landed("masterplan/sample")).toEqual(["package-lock.json", "package.json"]);
    expect(user("package-lock.json")).not.toContain("left-1.0.0.tgz");
  });
});
