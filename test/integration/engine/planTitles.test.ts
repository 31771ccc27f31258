import { afterEach, beforeEach, expect, it } from "vitest";
import type { PlanId } from "../../../src/core/ids";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let folder: WorkspaceFolder;
let masterPlan: MasterPlan;

beforeEach(async () => {
  folder = await makeWorkspace({ "README.md": "# Titles\n" });
  masterPlan = await folder.open();
});

afterEach(async () => {
  await masterPlan.dispose();
  await folder.dispose();
});

const titles = async (): Promise<readonly string[]> =>
  (await masterPlan.list()).plans.map((plan) => plan.title);

it("PL-18 plans of one name are told apart wherever they are listed, and keep their title when they are edited", async () => {
  const request = "Tidy up the list";
  const ids: PlanId[] = [];
  for (let count = 0; count < 3; count += 1) {
    const made = await masterPlan.plan({ request, offline: true });
    if ("questions" in made) throw new Error("Nothing is asked without a model");
    ids.push(made.id);
  }
  expect(await titles()).toEqual([request, `${request} (2)`, `${request} (3)`]);

  const [, second, third] = ids;
  if (second === undefined || third === undefined) throw new Error("There are not three plans");
  const { text } = await masterPlan.exportPlan({ id: second, format: "masterplan" });
  const plan = JSON.parse(text) as Record<string, unknown>;
  expect(plan["project_name"]).toBe(request);
  await masterPlan.edit({ id: second, text: JSON.stringify({ ...plan, objective: "Something else" }) });
  expect(await titles()).toEqual([request, `${request} (2)`, `${request} (3)`]);
  await masterPlan.edit({ id: second, text: JSON.stringify({ ...plan, project_name: "Sort the list" }) });
  expect(await titles()).toEqual([request, "Sort the list", `${request} (3)`]);

  expect((await masterPlan.status({ id: second })).title).toBe("Sort the list");
  expect(await masterPlan.show({ id: third })).toMatchObject({ title: `${request} (3)` });
  expect((await masterPlan.status({ id: third })).title).toBe(`${request} (3)`);
});
