import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunId } from "../../../src/core/ids";
import type { Plan } from "../../../src/core/plan/plan";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { aPlan, aTask } from "../../support/builders";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let folder: WorkspaceFolder;
let masterPlan: MasterPlan;

beforeEach(async () => {
  folder = await makeWorkspace({ "README.md": "# Records\n" });
  masterPlan = await folder.open();
});

afterEach(async () => {
  await masterPlan.dispose();
  await folder.dispose();
});

async function started(plan: Plan): Promise<RunId> {
  const text = JSON.stringify(plan);
  const { id } = await masterPlan.importPlan({ text, name: "p.json", format: "auto" });
  const approval = await masterPlan.approve({ id });
  return (await masterPlan.run({ approval: approval.id, review: "ask" })).run;
}

async function eventsOf(run: RunId, type: string) {
  return (await masterPlan.log({ run })).filter((event) => event.type === type);
}

describe("what the record of a run says", () => {
  it("RV-11 names nobody as the reviewer of a command that changed no file, and asks for no review", async () => {
    const run = await started(
      aPlan([
        aTask("T1", {
          executor: "command",
          commands: [["node", "--version"]],
          acceptance_criteria: ["The answer looks right"],
        }),
      ]),
    );
    await masterPlan.settled({ run });
    expect((await masterPlan.status({ id: run })).tasks[0]).toMatchObject({ status: "done" });
    expect(await eventsOf(run, "review.requested")).toEqual([]);
    const decided = await eventsOf(run, "review.decided");
    expect(decided.map((event) => [event["by"], event["reason"]])).toEqual([
      ["executor", "nothing to review: the commands changed no file"],
    ]);
  });

  it("RN-11 a command's step is told after it ended, with what came of it", async () => {
    const run = await started(
      aPlan([
        aTask("T1", {
          executor: "command",
          commands: [
            ["node", "--version"],
            ["node", "-e", "process.exit(3)"],
          ],
          max_attempts: 1,
        }),
      ]),
    );
    await masterPlan.settled({ run });
    const steps = await eventsOf(run, "attempt.step");
    expect(steps.map((event) => [event["text"], event["ok"]])).toEqual([
      ["node --version", true],
      ["node -e process.exit(3)", false],
    ]);
  });

  it("RN-12 a program that is not there is tried once, said in one sentence, and left to a person", async () => {
    const run = await started(
      aPlan([aTask("T1", { executor: "command", commands: [["nosuchprogram", "-x"]], max_attempts: 3 })]),
    );
    expect(await masterPlan.settled({ run })).toMatchObject({ status: "waiting" });
    expect((await eventsOf(run, "attempt.started")).length).toBe(1);
    const sentence = "nosuchprogram was not found: install it, or name another program in the plan";
    const failed = (await eventsOf(run, "task.status")).filter((event) => event["to"] === "failed");
    expect(failed.map((event) => event["reason"])).toEqual([sentence]);
    expect(await eventsOf(run, "attempt.feedback")).toEqual([]);
    const { waiting } = await masterPlan.status({ id: run });
    expect(waiting.map((item) => item.kind)).toEqual(["failed"]);
    expect(waiting[0]?.text).toContain(sentence);
    expect(JSON.stringify(await masterPlan.log({ run }))).not.toContain("final:");
  });
});
