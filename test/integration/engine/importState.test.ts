import { readdir } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { MasterPlan, PlanView } from "../../../src/engine/masterPlan";
import { aPlan, aTask } from "../../support/builders";
import { shopFiles } from "../../support/shopWorkspace";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let there: WorkspaceFolder;
let here: WorkspaceFolder;
let other: MasterPlan;
let masterPlan: MasterPlan;
let file: string;

beforeEach(async () => {
  there = await makeWorkspace(shopFiles);
  here = await makeWorkspace(shopFiles);
  other = await there.open();
  masterPlan = await here.open();
  file = path.join(there.home, "state.export");
});

afterEach(async () => {
  await other.dispose();
  await masterPlan.dispose();
  await there.dispose();
  await here.dispose();
});

async function draft(on: MasterPlan, name: string): Promise<PlanView["id"]> {
  const tasks = [aTask("A", { executor: "command", commands: [["sh", "-c", "echo x > out.txt"]] })];
  const text = JSON.stringify(aPlan(tasks, { project_name: name }));
  return (await on.importPlan({ text, name: "p.json", format: "masterplan" })).id;
}

it("IM-1 a state is not replaced while a run here has not ended, and is kept beside when it is", async () => {
  await draft(other, "There");
  await other.stateExport({ path: file });
  const id = await draft(masterPlan, "Here");
  const { run } = await masterPlan.run({ approval: (await masterPlan.approve({ id })).id });
  await masterPlan.settled({ run });
  await expect(masterPlan.stateImport({ path: file })).rejects.toMatchObject({
    code: "run.alreadyActive",
    message: expect.stringContaining(run),
  });
  expect((await masterPlan.list()).plans.map((plan) => plan.title)).toEqual(["Here"]);
  await masterPlan.cancel({ run });
  const before = await readdir(path.join(here.home, "store"));
  await expect(masterPlan.stateImport({ path: path.join(here.home, "missing") })).rejects.toMatchObject({
    code: "usage.invalid",
  });
  expect(await readdir(path.join(here.home, "store")), "a refusal leaves nothing behind").toEqual(before);
  const { kept } = await masterPlan.stateImport({ path: file });
  expect((await masterPlan.list()).plans.map((plan) => plan.title)).toEqual(["There"]);
  expect(await readdir(path.dirname(kept))).toContain(path.basename(kept));
  await masterPlan.stateImport({ path: kept });
  expect(
    (await masterPlan.list()).plans.map((plan) => plan.title),
    "the way back",
  ).toEqual(["Here"]);
});

it("IM-1 a run that begins while a state is being imported is neither replaced nor left half begun", async () => {
  await draft(other, "There");
  await other.stateExport({ path: file });
  const id = await draft(masterPlan, "Here");
  const approval = (await masterPlan.approve({ id })).id;
  const [imported, begun] = await Promise.allSettled([
    masterPlan.stateImport({ path: file }),
    masterPlan.run({ approval }),
  ]);
  expect([imported.status, begun.status].sort()).toEqual(["fulfilled", "rejected"]);
  const { runs, plans } = await masterPlan.list();
  const replaced = imported.status === "fulfilled";
  expect([plans.map((plan) => plan.title), runs.length]).toEqual(replaced ? [["There"], 0] : [["Here"], 1]);
  await masterPlan.dispose();
  masterPlan = await here.open();
  expect((await masterPlan.list()).runs).toHaveLength(replaced ? 0 : 1);
  expect(await masterPlan.verify()).toMatchObject({ ok: true });
});

it("IM-2 a run that was under way arrives interrupted, and goes on once its plan is approved here", async () => {
  const tasks = [
    aTask("A", { executor: "manual" }),
    aTask("B", { executor: "command", commands: [["sh", "-c", "echo x > out.txt"]], depends_on: ["A"] }),
  ];
  const text = JSON.stringify(aPlan(tasks));
  const { id } = await other.importPlan({ text, name: "p.json", format: "masterplan" });
  const { run } = await other.run({ approval: (await other.approve({ id })).id, target: "current" });
  const exported = other.stateExport({ path: file });
  await exported;
  await other.settled({ run });
  await masterPlan.stateImport({ path: file });
  expect(await masterPlan.status({ id: run })).toMatchObject({ status: "paused" });
  expect((await masterPlan.list()).approvals.map((one) => one.voided_reason)).toEqual([
    "The state was imported: what was approved elsewhere is approved here once more",
  ]);
  await expect(masterPlan.resume({ run })).rejects.toMatchObject({ code: "gate.staleApproval" });
  await expect(
    masterPlan.task({ run, task: "A", action: "skip", reason: "not needed" }),
  ).rejects.toMatchObject({ code: "gate.staleApproval" });
  const again = await masterPlan.approve({ id });
  expect(again.id).toMatch(/^a_/u);
  await masterPlan.resume({ run });
  expect((await masterPlan.settled({ run })).status).toBe("waiting");
});

it("IM-3 an approval that was given elsewhere lets nothing run here", async () => {
  const id = await draft(other, "There");
  const approval = await other.approve({ id });
  await other.stateExport({ path: file });
  await masterPlan.stateImport({ path: file });
  await expect(masterPlan.run({ approval: approval.id })).rejects.toMatchObject({
    code: "gate.staleApproval",
  });
  const view = (await masterPlan.show({ id })) as PlanView;
  expect([view.status, view.approval]).toEqual(["draft", null]);
  await masterPlan.dispose();
  masterPlan = await here.open();
  const { run } = await masterPlan.run({ approval: (await masterPlan.approve({ id })).id, review: "accept" });
  expect((await masterPlan.settled({ run })).status).toBe("completed");
  await masterPlan.dispose();
  masterPlan = await here.open();
  expect((await masterPlan.list()).approvals.filter((one) => one.voided_at === null)).toHaveLength(1);
});
