import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RunId } from "../../../src/core/ids";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { aPlan, aTask } from "../../support/builders";
import { FullDisk } from "../../support/fullDisk";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let folder: WorkspaceFolder;
let disk: FullDisk;
let masterPlan: MasterPlan;
let begun: string;
let go: string;
const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);

beforeEach(async () => {
  unhandled.length = 0;
  process.on("unhandledRejection", note);
  folder = await makeWorkspace({
    // Says that it has begun, and ends when it is allowed to.
    "tools/wait.mjs": [
      "import { existsSync, writeFileSync } from 'node:fs';",
      "writeFileSync(process.argv[2], '');",
      "while (!existsSync(process.argv[3])) await new Promise((r) => setTimeout(r, 10));",
      "writeFileSync('made.txt', 'made\\n');",
    ].join("\n"),
  });
  begun = path.join(folder.home, "begun");
  go = path.join(folder.home, "go");
  disk = new FullDisk();
  masterPlan = await folder.open({ disk });
});

afterEach(async () => {
  disk.full = "no";
  await masterPlan.dispose();
  process.off("unhandledRejection", note);
  await folder.dispose();
});

/** A run whose first task is in the middle of its command. */
async function underWay(): Promise<RunId> {
  const plan = aPlan([
    aTask("T1", { executor: "command", commands: [["node", "tools/wait.mjs", begun, go]] }),
    aTask("T2", { executor: "manual", depends_on: ["T1"] }),
  ]);
  const { id } = await masterPlan.importPlan({ text: JSON.stringify(plan), name: "p.json", format: "auto" });
  const approval = await masterPlan.approve({ id });
  const { run } = await masterPlan.run({ approval: approval.id, review: "accept" });
  await vi.waitUntil(() => existsSync(begun), { timeout: 20_000, interval: 10 });
  return run;
}

describe("a disk that fills up while a run is under way", () => {
  it("RC-5 is told as such, and the run pauses with the first chance to record it", async () => {
    const run = await underWay();
    disk.full = "all";
    await writeFile(go, "");
    await expect(masterPlan.settled({ run })).rejects.toMatchObject({ code: "store.full" });
    const stuck = await masterPlan.status({ id: run });
    expect([stuck.status, stuck.reason, stuck.next_action]).toEqual([
      "running",
      expect.stringContaining("store.full: The disk is full"),
      expect.stringContaining("free some space"),
    ]);
    await expect(masterPlan.resume({ run })).rejects.toMatchObject({ code: "store.full" });
    await expect(masterPlan.cancel({ run })).rejects.toMatchObject({ code: "store.full" });
    disk.full = "no";
    expect(await masterPlan.settled({ run })).toEqual({
      status: "paused",
      reason: expect.stringContaining("store.full: The disk is full"),
    });
    await masterPlan.resume({ run });
    // Its receipt was lost with the disk, so a person says whether the command runs again.
    expect(await masterPlan.settled({ run })).toMatchObject({ status: "waiting" });
    expect((await masterPlan.status({ id: run })).waiting.map((item) => item.kind)).toEqual([
      "unknown_outcome",
    ]);
    await masterPlan.task({ run, task: "T1", action: "retry" });
    expect(await masterPlan.settled({ run })).toMatchObject({ status: "waiting" });
    expect((await masterPlan.status({ id: run })).tasks.map((task) => task.status)).toEqual([
      "done",
      "in_progress",
    ]);
    await masterPlan.cancel({ run });
    expect((await masterPlan.status({ id: run })).status).toBe("cancelled");
    expect(unhandled).toEqual([]);
  });

  it("RC-5 a pause that could not be recorded is recorded by itself as soon as there is room", async () => {
    const run = await underWay();
    disk.full = "all";
    await writeFile(go, "");
    await expect(masterPlan.settled({ run })).rejects.toMatchObject({ code: "store.full" });
    const paused = new Promise<void>((resolve) => {
      masterPlan.onEvent((event) => {
        if (event.type === "run.paused") resolve();
      });
    });
    disk.full = "no";
    await paused;
    expect(await masterPlan.status({ id: run })).toMatchObject({ status: "paused" });
    await masterPlan.cancel({ run });
    expect((await masterPlan.status({ id: run })).status).toBe("cancelled");
    expect(unhandled).toEqual([]);
  });

  it("RC-5 a pause by a person stops the work even when it cannot be saved, and is kept as theirs", async () => {
    const run = await underWay();
    disk.full = "all";
    await expect(masterPlan.pause({ run, now: true })).rejects.toMatchObject({ code: "store.full" });
    disk.full = "no";
    expect(await masterPlan.settled({ run })).toEqual({ status: "paused", reason: "user" });
    await masterPlan.cancel({ run });
    expect((await masterPlan.status({ id: run })).status).toBe("cancelled");
    expect(unhandled).toEqual([]);
  });

  it("RC-5 a file that finds no room pauses the run as a full disk does", async () => {
    const run = await underWay();
    disk.full = "blobs";
    await writeFile(go, "");
    expect(await masterPlan.settled({ run })).toEqual({
      status: "paused",
      reason: expect.stringContaining("store.full: The disk is full"),
    });
    disk.full = "no";
    await masterPlan.resume({ run });
    expect(await masterPlan.settled({ run })).toMatchObject({ status: "waiting" });
    expect(unhandled).toEqual([]);
  });
});
