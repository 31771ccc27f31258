import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PlanId } from "../../../src/core/ids";
import type { Plan } from "../../../src/core/plan/plan";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { aPlan, aTask } from "../../support/builders";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let folder: WorkspaceFolder;
let masterPlan: MasterPlan;

beforeEach(async () => {
  folder = await makeWorkspace({ "README.md": "# Sample\n" });
  masterPlan = await folder.open();
});

afterEach(async () => {
  await masterPlan.dispose();
  await folder.dispose();
});

const manual = (id: string) => aTask(id, { executor: "manual" });

async function imported(plan: Plan): Promise<PlanId> {
  return (await masterPlan.importPlan({ text: JSON.stringify(plan), name: "p.json", format: "auto" })).id;
}

async function edit(id: PlanId, change: (plan: Plan) => Plan, summary: string): Promise<void> {
  const { plan } = await masterPlan.planVersion({ id });
  await masterPlan.edit({ id, text: JSON.stringify(change(plan)), summary });
}

function withTasks(plan: Plan, tasks: Plan["phases"][number]["milestones"][number]["tasks"]): Plan {
  const [phase] = plan.phases;
  const [milestone] = phase?.milestones ?? [];
  if (phase === undefined || milestone === undefined) throw new Error("the plan has one milestone");
  return { ...plan, phases: [{ ...phase, milestones: [{ ...milestone, tasks }] }] };
}

describe("the history of a plan", () => {
  it("PL-20 names each version and each node it changes, with the old and the new value", async () => {
    const id = await imported(aPlan([manual("A"), manual("B")]));
    await edit(id, (plan) => ({ ...withTasks(plan, [manual("A")]), project_name: "New name" }), "Less");
    await edit(
      id,
      (plan) => ({
        ...plan,
        phases: [
          ...plan.phases,
          {
            phase_id: "P9",
            name: "Nine",
            milestones: [{ milestone_id: "M9", name: "Last", tasks: [manual("Z")] }],
          },
        ],
      }),
      "More",
    );
    const rows = await masterPlan.history({ id });
    const told = rows.map((row) => [
      row.change_type,
      row.phase_id ?? row.milestone_id ?? row.task_id,
      row.previous_value,
      row.new_value,
    ]);
    expect(told).toEqual([
      ["created", null, null, expect.objectContaining({ version: 1 })],
      ["version_created", null, { version: 1 }, { version: 2, hash: expect.any(String) }],
      ["plan_updated", null, { project_name: "Sample" }, { project_name: "New name" }],
      ["task_removed", "B", expect.objectContaining({ task_id: "B", title: "Task B" }), null],
      ["version_created", null, { version: 2 }, { version: 3, hash: expect.any(String) }],
      ["phase_added", "P9", null, { phase_id: "P9", name: "Nine" }],
      ["milestone_added", "M9", null, { milestone_id: "M9", name: "Last" }],
      ["task_added", "Z", null, expect.objectContaining({ task_id: "Z", title: "Task Z" })],
    ]);
    const versions = await Promise.all([1, 2, 3].map((version) => masterPlan.planVersion({ id, version })));
    expect(versions.map((version) => version.change_type)).toEqual([
      "initial",
      "scope_reduction",
      "modification",
    ]);
    expect(rows[1]?.change_description).toBe("Version 2: Less");
  });

  it("PL-19 changing a task whose work is done makes the version a refactoring", async () => {
    const id = await imported(aPlan([manual("A")]));
    const approval = await masterPlan.approve({ id });
    const { run } = await masterPlan.run({ approval: approval.id });
    await masterPlan.settled({ run });
    await masterPlan.task({ run, task: "A", action: "done", note: "Looked" });
    expect((await masterPlan.settled({ run })).status).toBe("completed");
    await edit(id, (plan) => withTasks(plan, [{ ...manual("A"), title: "Another" }]), "Again");
    expect((await masterPlan.planVersion({ id })).change_type).toBe("refactoring");
  });
});
