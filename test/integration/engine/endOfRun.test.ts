import { afterEach, describe, expect, it } from "vitest";
import type { PlanId } from "../../../src/core/ids";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import type { WaitingItem } from "../../../src/engine/runReports";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let folder: WorkspaceFolder | null = null;
let masterPlan: MasterPlan | null = null;

afterEach(async () => {
  await masterPlan?.dispose();
  await folder?.dispose();
  masterPlan = folder = null;
});

const command = {
  task_id: "T1",
  title: "Look",
  description: "Look at it",
  task_type: "testing",
  executor: "command",
  commands: [["node", "--version"]],
  depends_on: [],
};

async function approved(root: object, milestone: object) {
  folder = await makeWorkspace({
    "package.json": JSON.stringify({ name: "end", private: true, scripts: { lint: "node --version" } }),
  });
  masterPlan = await folder.open();
  const plan = {
    schema_version: 1,
    project_name: "End",
    user_request_original: "End well",
    ...root,
    phases: [
      {
        phase_id: "P1",
        name: "All",
        milestones: [{ milestone_id: "M1", name: "All", tasks: [command], ...milestone }],
      },
    ],
  };
  const text = JSON.stringify(plan);
  const draft = await masterPlan.importPlan({ text, name: "end.masterplan.json", format: "auto" });
  const { id: approval } = await masterPlan.approve({ id: draft.id, hash: draft.hash });
  return { masterPlan, approval, plan: draft.id };
}

async function atRest(engine: MasterPlan, run: Awaited<ReturnType<MasterPlan["run"]>>["run"]) {
  const { status } = await engine.settled({ run });
  return { status, waiting: (await engine.status({ id: run })).waiting };
}

function endItem(waiting: readonly WaitingItem[], plan: PlanId): WaitingItem | undefined {
  return waiting.find((item) => item.kind === "gate" && item.phase === plan);
}

describe("the end of a run", () => {
  it("EN-1 waits for a person's word on what no check proves, and keeps it", async () => {
    const made = await approved(
      {
        acceptance_criteria: ["Reads well", { text: "Lints", check: "lint" }],
        quality_gates: [{ gate: "Budget", expectation: "The owner agrees to the cost" }],
        documentation_updates: ["README.md"],
      },
      { acceptance_criteria: ["Feels right", { text: "Node answers", check: "node --version" }] },
    );
    const { run } = await made.masterPlan.run({ approval: made.approval, by: "Ada" });
    const first = await atRest(made.masterPlan, run);
    expect(first.status).toBe("waiting");
    expect(endItem(first.waiting, made.plan)?.criteria).toEqual([
      "Feels right",
      "Reads well",
      "The owner agrees to the cost",
      "Document: README.md",
    ]);

    await expect(made.masterPlan.gate({ run, phase: made.plan, go: false })).rejects.toMatchObject({
      code: "usage.invalid",
    });
    await made.masterPlan.gate({ run, phase: made.plan, go: false, reason: "README.md is old" });
    expect((await made.masterPlan.status({ id: run })).status).toBe("paused");
    await made.masterPlan.resume({ run });
    expect(endItem((await atRest(made.masterPlan, run)).waiting, made.plan)).toBeDefined();

    await made.masterPlan.gate({ run, phase: made.plan, go: true, reason: "Read all of it", by: "Bea" });
    expect((await atRest(made.masterPlan, run)).status).toBe("completed");
    const { signed_off: word } = await made.masterPlan.report({ run });
    expect(word).toMatchObject({ by: "Bea", note: "Read all of it" });
    expect(word?.criteria).toHaveLength(4);
    await expect(made.masterPlan.gate({ run, phase: made.plan, go: true })).rejects.toMatchObject({
      code: "review.notOpen",
    });
  });

  it("EN-2 needs nobody when every criterion is proved", async () => {
    const made = await approved({ acceptance_criteria: [{ text: "Lints", check: "lint" }] }, {});
    const { run } = await made.masterPlan.run({ approval: made.approval });
    expect((await atRest(made.masterPlan, run)).status).toBe("completed");
    expect((await made.masterPlan.report({ run })).signed_off).toBeNull();
  });

  it("EN-3 is signed off in the name of whoever started a run that accepts by itself", async () => {
    const made = await approved({ acceptance_criteria: ["Reads well"] }, {});
    const { run } = await made.masterPlan.run({ approval: made.approval, review: "accept", by: "Cai" });
    expect((await atRest(made.masterPlan, run)).status).toBe("completed");
    expect((await made.masterPlan.report({ run })).signed_off).toMatchObject({
      by: "Cai (review=accept)",
      criteria: ["Reads well"],
    });
  });

  it("EN-4 a run is not removed while its branch is brought to its end, and nothing is done for one that is gone", async () => {
    const change = [["node", "-e", "require('node:fs').appendFileSync('README.md', 'x')"]];
    const made = await approved({}, { tasks: [{ ...command, commands: change }] });
    const engine = made.masterPlan;
    const first = await engine.run({ approval: made.approval, review: "accept" });
    expect((await atRest(engine, first.run)).status).toBe("completed");
    // The latest run of a plan stays, so that there must be another.
    const again = await engine.approve({ id: made.plan });
    const second = await engine.run({ approval: again.id, review: "accept" });
    expect((await atRest(engine, second.run)).status).toBe("completed");

    expect(await engine.status({ id: first.run })).toMatchObject({ branch_open: true });
    await engine.finishBranch({ run: first.run, how: "keep" });
    expect(await engine.status({ id: first.run })).toMatchObject({ branch_open: true, branch_end: "keep" });
    expect((await engine.status({ id: first.run })).next_action).toMatch(/^The branch of the run is kept/u);
    const [finished, purged] = await Promise.all([
      engine.finishBranch({ run: first.run, how: "squash" }),
      engine.purge({ runs_older_than_ms: 0 }),
    ]);
    expect([finished.sha, purged.runs]).toEqual([expect.stringMatching(/^[0-9a-f]{40}$/u), 1]);
    const head = await folder?.git("rev-parse", "main");
    expect(head?.trim()).toBe(finished.sha);
    await expect(engine.finishBranch({ run: first.run, how: "drop" })).rejects.toMatchObject({
      code: "run.unknown",
    });
    await expect(engine.rollback({ run: first.run, task: "T1" })).rejects.toMatchObject({
      code: "run.unknown",
    });
    expect(await folder?.git("rev-parse", "main")).toBe(head);
  });
});
