import { afterEach, beforeEach, expect, it } from "vitest";
import { isMasterPlanError } from "../../../src/core/errors";
import type { RunId } from "../../../src/core/ids";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { aPlan, aTask } from "../../support/builders";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let folder: WorkspaceFolder;
let masterPlan: MasterPlan;

beforeEach(async () => {
  folder = await makeWorkspace({
    "write.mjs": "import { writeFileSync } from 'node:fs';\nwriteFileSync(process.argv[2], 'x\\n');\n",
  });
  masterPlan = await folder.open();
});

afterEach(async () => {
  await masterPlan.dispose();
  await folder.dispose();
});

/** A run with a change to review, a task that failed and one in a person's hands. */
async function waiting(): Promise<RunId> {
  const plan = aPlan([
    aTask("T1", {
      executor: "command",
      commands: [["node", "write.mjs", "a.txt"]],
      file_scope: { write: ["a.txt"] },
    }),
    aTask("T2", { executor: "command", commands: [["nosuchprogram"]], file_scope: { write: ["b.txt"] } }),
    aTask("T3", { executor: "manual" }),
  ]);
  const text = JSON.stringify(plan);
  const { id } = await masterPlan.importPlan({ text, name: "p.json", format: "auto" });
  const approval = await masterPlan.approve({ id });
  const { run } = await masterPlan.run({ approval: approval.id, review: "ask" });
  await masterPlan.settled({ run });
  return run;
}

async function refusal(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (isMasterPlanError(error)) return error.code;
    throw error;
  }
  return "nothing";
}

it("AP-8 panic freezes what changes the workspace or starts work, and each refusal is kept", async () => {
  const run = await waiting();
  const plan = (await masterPlan.list()).runs[0]?.plan_id;
  await masterPlan.panic({ on: true });
  const before = await folder.git("rev-parse", "HEAD");
  const frozen = [
    () => masterPlan.resume({ run }),
    () => masterPlan.review({ run, task: "T1", decision: "accept" }),
    () => masterPlan.task({ run, task: "T2", action: "retry" }),
    () => masterPlan.task({ run, task: "T2", action: "fix" }),
    () => masterPlan.task({ run, task: "T3", action: "done" }),
  ];
  for (const work of frozen) expect(await refusal(work)).toBe("gate.frozen");
  const history = await masterPlan.history(plan === undefined ? {} : { id: plan });
  const kept = history.filter((row) => row.change_type === "run_refused");
  expect(kept.map((row) => row.new_value?.["code"])).toEqual(frozen.map(() => "gate.frozen"));
  await masterPlan.task({ run, task: "T2", action: "skip", reason: "Not needed" });
  await masterPlan.review({ run, task: "T1", decision: "reject", reason: "Not like this" });
  expect(await folder.git("rev-parse", "HEAD")).toBe(before);
  expect((await masterPlan.status({ id: run })).tasks.map((task) => task.status)).toEqual([
    "pending",
    "skipped",
    "in_progress",
  ]);
  await masterPlan.cancel({ run });
  expect((await masterPlan.status({ id: run })).status).toBe("cancelled");
  expect(await refusal(() => masterPlan.finishBranch({ run, how: "merge" }))).toBe("gate.frozen");
});
