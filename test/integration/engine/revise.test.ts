import { afterEach, beforeEach, expect, it } from "vitest";
import type { MasterPlan, PlanOutcome } from "../../../src/engine/masterPlan";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";
import { nodeTests } from "../../support/nodeTests";

let folder: WorkspaceFolder;
let masterPlan: MasterPlan;

beforeEach(async () => {
  folder = await makeWorkspace({ "package.json": JSON.stringify({ scripts: { test: nodeTests } }) });
  masterPlan = await folder.open();
});

afterEach(async () => {
  await masterPlan.dispose();
  await folder.dispose();
});

it("a request for changes makes the next version of the same plan and voids its approval", async () => {
  const first = draftOf(await masterPlan.plan({ request: "Add an export", offline: true }));
  const approval = await masterPlan.approve({ id: first.id, hash: first.hash });
  const second = draftOf(
    await masterPlan.plan({ request: "With a header line", offline: true, revises: first.id }),
  );
  expect([second.id, second.version]).toEqual([first.id, 2]);
  const { plans, approvals } = await masterPlan.list();
  expect(plans.map(({ id, status }) => [id, status])).toEqual([[first.id, "draft"]]);
  expect(approvals.find(({ id }) => id === approval.id)?.voided_at).not.toBeNull();
  const { plan } = await masterPlan.planVersion({ id: first.id });
  expect(plan.user_request_original).toBe("Add an export\n\nWith a header line");
  await expect(masterPlan.run({ approval: approval.id })).rejects.toMatchObject({
    code: "gate.staleApproval",
  });
});

function draftOf(outcome: PlanOutcome) {
  if ("questions" in outcome) throw new Error("The template planner asks nothing");
  return outcome;
}
