import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunId } from "../../../src/core/ids";
import { isMasterPlanError } from "../../../src/core/errors";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { aPlan, aTask } from "../../support/builders";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let folder: WorkspaceFolder;

beforeEach(async () => {
  folder = await makeWorkspace({
    "write.mjs": "import { writeFileSync } from 'node:fs';\nwriteFileSync(process.argv[2], 'x\\n');\n",
  });
});

afterEach(async () => {
  await folder.dispose();
});

/** A run of two tasks whose first change waits for a review. */
async function waiting(masterPlan: MasterPlan): Promise<RunId> {
  const task = (id: string, file: string, after: readonly string[] = []) =>
    aTask(id, {
      executor: "command",
      commands: [["node", "write.mjs", file]],
      file_scope: { write: [file] },
      depends_on: [...after],
    });
  const text = JSON.stringify(aPlan([task("T1", "a.txt"), task("T2", "b.txt", ["T1"])]));
  const { id } = await masterPlan.importPlan({ text, name: "p.json", format: "auto" });
  const approval = await masterPlan.approve({ id });
  const { run } = await masterPlan.run({ approval: approval.id, review: "ask" });
  expect(await masterPlan.settled({ run })).toMatchObject({ status: "waiting" });
  return run;
}

describe("options of resume", () => {
  it("RS-5 a waiting run takes the options that resume names, here and in another process", async () => {
    const first = await folder.open();
    const run = await waiting(first);
    await first.dispose();
    const again = await folder.open();
    await again.resume({ run, options: { review: "accept", budget_usd: 7, concurrency: 2 } });
    expect(await again.settled({ run })).toMatchObject({ status: "completed" });
    expect((await again.status({ id: run })).tasks.map((task) => task.status)).toEqual(["done", "done"]);
    await again.dispose();
  });

  it("RS-5 in the same process, with options that stop it after a phase or are refused", async () => {
    const masterPlan = await folder.open();
    const run = await waiting(masterPlan);
    const refused = async (options: Parameters<MasterPlan["resume"]>[0]["options"]) =>
      masterPlan.resume({ run, ...(options !== undefined && { options }) }).then(
        () => "taken",
        (error: unknown) => (isMasterPlanError(error) ? error.code : "thrown"),
      );
    expect(await refused({ until_phase: "no such phase" })).toBe("usage.invalid");
    expect(await refused({ target: "detached" })).toBe("usage.invalid");
    await masterPlan.resume({ run, options: { review: "accept", until_phase: "P1" } });
    expect(await masterPlan.settled({ run })).toMatchObject({ status: "paused", reason: "until P1" });
    await masterPlan.dispose();
  });
});
