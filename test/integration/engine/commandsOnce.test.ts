import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RunId } from "../../../src/core/ids";
import type { Plan } from "../../../src/core/plan/plan";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { aPlan, aTask } from "../../support/builders";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let folder: WorkspaceFolder;
let marks: string;

beforeEach(async () => {
  folder = await makeWorkspace({
    // Leaves a mark outside the workspace, then a file inside it, and ends when it is allowed to.
    "tools/mark.mjs": [
      "import { appendFileSync, existsSync, writeFileSync } from 'node:fs';",
      "appendFileSync(process.argv[2], 'ran\\n');",
      "writeFileSync('deployed.txt', 'version 1\\n');",
      "while (process.argv[3] !== undefined && !existsSync(process.argv[3])) await new Promise((r) => setTimeout(r, 10));",
    ].join("\n"),
  });
  marks = path.join(folder.home, "marks");
  await writeFile(marks, "");
});

afterEach(async () => {
  await folder.dispose();
});

function plan(argv: readonly string[]): Plan {
  return aPlan([
    aTask("T1", { executor: "command", task_type: "deployment", commands: [["node", ...argv]] }),
  ]);
}

async function started(masterPlan: MasterPlan, argv: readonly string[]): Promise<RunId> {
  const text = JSON.stringify(plan(argv));
  const { id } = await masterPlan.importPlan({ text, name: "p.json", format: "auto" });
  const approval = await masterPlan.approve({ id });
  return (await masterPlan.run({ approval: approval.id, review: "accept" })).run;
}

async function timesRun(): Promise<number> {
  return (await readFile(marks, "utf8")).split("\n").filter((line) => line === "ran").length;
}

describe("commands with effects", () => {
  it("RC-2 an interruption after the commands ended does not run them again: their result is taken up", async () => {
    const masterPlan = await folder.open();
    // Ends the process's work the moment the receipt is durable, as a crash between receipt and review does.
    const stopped = new Promise<RunId>((resolve) => {
      masterPlan.onEvent((event) => {
        if (event.type === "check.finished") resolve(event.run as RunId);
      });
    });
    const run = await started(masterPlan, ["tools/mark.mjs", marks]);
    await stopped;
    await masterPlan.dispose();
    expect(await timesRun()).toBe(1);
    const again = await folder.open();
    const before = await again.status({ id: run });
    if (before.status !== "completed") {
      await again.resume({ run });
      expect(await again.settled({ run })).toMatchObject({ status: "completed" });
    }
    expect(await timesRun()).toBe(1);
    expect(await folder.git("show", "HEAD:deployed.txt")).toBe("version 1\n");
    const steps = (await again.log({ run })).filter((event) => event.type === "attempt.step");
    expect(steps.map((event) => String(event["text"])).join("\n")).toContain("nothing was run again");
    await again.dispose();
  });

  it("RC-3 stopped in the middle of a command, its outcome is unknown and a person decides", async () => {
    const masterPlan = await folder.open();
    const run = await started(masterPlan, ["tools/mark.mjs", marks, path.join(folder.home, "go")]);
    await vi.waitUntil(async () => (await timesRun()) === 1, { timeout: 20_000, interval: 10 });
    await masterPlan.pause({ run, now: true });
    await masterPlan.resume({ run });
    expect(await masterPlan.settled({ run })).toMatchObject({ status: "waiting" });
    const { waiting, tasks } = await masterPlan.status({ id: run });
    expect(waiting.map((item) => [item.kind, item.task])).toEqual([["unknown_outcome", "T1"]]);
    expect(waiting[0]?.text).toContain("stopped by you while it ran: node tools/mark.mjs");
    expect(tasks[0]).toMatchObject({ status: "blocked" });
    expect(await timesRun()).toBe(1);
    await writeFile(path.join(folder.home, "go"), "");
    await masterPlan.task({ run, task: "T1", action: "retry" });
    expect(await masterPlan.settled({ run })).toMatchObject({ status: "completed" });
    expect(await timesRun()).toBe(2);
    await masterPlan.dispose();
  });

  it("RC-6 a pause lets a command come to its end and keeps what it did", async () => {
    const masterPlan = await folder.open();
    const go = path.join(folder.home, "go");
    const run = await started(masterPlan, ["tools/mark.mjs", marks, go]);
    await vi.waitUntil(async () => (await timesRun()) === 1, { timeout: 20_000, interval: 10 });
    const paused = masterPlan.pause({ run });
    await writeFile(go, "");
    await paused;
    expect(await masterPlan.settled({ run })).toMatchObject({ status: "paused", reason: "user" });
    const passed = (await masterPlan.log({ run })).filter((event) => event.type === "check.finished");
    expect(passed[0]).toMatchObject({ status: "passed" });
    expect((await masterPlan.status({ id: run })).tasks[0]).toMatchObject({ status: "in_review" });
    await masterPlan.resume({ run });
    expect(await masterPlan.settled({ run })).toMatchObject({ status: "completed" });
    expect(await timesRun()).toBe(1);
    expect(await folder.git("show", "HEAD:deployed.txt")).toBe("version 1\n");
    await masterPlan.dispose();
  });

  it("RC-7 to be told to stop at once overtakes a pause that waits for a command", async () => {
    const masterPlan = await folder.open();
    const run = await started(masterPlan, ["tools/mark.mjs", marks, path.join(folder.home, "go")]);
    await vi.waitUntil(async () => (await timesRun()) === 1, { timeout: 20_000, interval: 10 });
    const paused = masterPlan.pause({ run });
    await masterPlan.pause({ run, now: true });
    await paused;
    expect((await masterPlan.status({ id: run })).status).toBe("paused");
    await masterPlan.cancel({ run });
    await masterPlan.dispose();
  });

  it("RC-4 what the commands did is not put over a file that changed since: a person decides", async () => {
    // Once the command has run, its check goes on until this process ends: the attempt is cut short for certain. The
    // next one's checks are not held, so that a product which goes on by itself is seen to end, not to hang.
    const held = path.join(folder.home, "held");
    await writeFile(held, "");
    await folder.write("package.json", JSON.stringify({ scripts: { test: "node tools/check.mjs" } }));
    await folder.write(
      "tools/check.mjs",
      [
        "import { existsSync } from 'node:fs';",
        `const isHeld = () => existsSync('deployed.txt') && existsSync(${JSON.stringify(held)});`,
        "while (isHeld()) await new Promise((next) => setTimeout(next, 20));",
      ].join("\n"),
    );
    const masterPlan = await folder.open();
    const receipt = new Promise<string>((resolve) => {
      masterPlan.onEvent((event) => {
        if (event.type === "check.finished") resolve("the command's receipt");
      });
    });
    const run = await started(masterPlan, ["tools/mark.mjs", marks]);
    const ended = masterPlan.settled({ run }).then(({ status }) => `the end of the run: ${status}`);
    expect(await Promise.race([receipt, ended])).toBe("the command's receipt");
    await masterPlan.dispose();
    await rm(held);
    await folder.write("deployed.txt", "mine\n");

    const again = await folder.open();
    await again.resume({ run });
    expect(await again.settled({ run })).toMatchObject({ status: "waiting" });
    const { waiting } = await again.status({ id: run });
    const asked = waiting.map((item) => [item.kind, item.task]);
    expect(asked, "deployed.txt changed after the command, so nothing is put over it").toEqual([
      ["unknown_outcome", "T1"],
    ]);
    expect(await timesRun()).toBe(1);
    expect(await readFile(path.join(folder.workspace, "deployed.txt"), "utf8")).toBe("mine\n");
    await again.dispose();
  });
});
