import { afterEach, expect, it } from "vitest";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let folder: WorkspaceFolder | null = null;

afterEach(async () => {
  await folder?.dispose();
  folder = null;
});

it("ST-80 a second opening hands its calls to the first, hears when it ends, and takes over then", async () => {
  folder = await makeWorkspace({ "README.md": "# Two\n" });
  const first = await folder.open();
  let lost = false;
  let second = await folder.open({ onLost: () => (lost = true) });
  const text = "# ExecPlan: Two\n\n## Concrete Steps (Checklist)\n\n- [ ] Look at it\n";
  const { id } = await second.importPlan({ text, name: "two.md", format: "auto" });
  expect((await first.list()).plans.map((plan) => plan.id)).toEqual([id]);
  await expect(second.run({ approval: id })).rejects.toMatchObject({ code: "gate.notApproved" });
  await first.dispose();
  await expect.poll(() => lost).toBe(true);
  await second.dispose();
  second = await folder.open();
  expect((await second.list()).plans.map((plan) => plan.id)).toEqual([id]);
  await second.approve({ id });
  await second.dispose();
});
