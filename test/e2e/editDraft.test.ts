import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { openWorkbench } from "../editor/openWorkbench";
import type { Workbench } from "../editor/workbench";

let workbench: Workbench | undefined;

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench?.screenshot("failed-edit-draft");
  await workbench?.close();
  workbench = undefined;
});

function task(id: string, title: string): object {
  return { task_id: id, title, description: `${title}.`, task_type: "documentation", depends_on: [] };
}

const plan = {
  schema_version: 1,
  project_name: "Two notes",
  user_request_original: "Write two notes",
  phases: [
    {
      phase_id: "1",
      name: "Notes",
      milestones: [
        { milestone_id: "1.1", name: "All", tasks: [task("T-01", "First"), task("T-02", "Second")] },
      ],
    },
  ],
};

test("WV-43 a task of a draft opens in the plan document where it is written, from its row and from a finding", async () => {
  workbench = await openWorkbench();
  const { page, profile } = workbench;
  const file = path.join(profile, "notes.masterplan.json");
  await writeFile(file, JSON.stringify(plan));
  await workbench.openViewContainer("MasterPlan");
  await page.getByText("import a plan document").first().click();
  await workbench.chooseFile(file);
  await workbench.treeItem(/^T-02 .*, pending/u).waitFor();

  // Where the cursor stands, the editor's status bar says.
  const line = page.getByRole("button", { name: /^Ln \d+, Col \d+/u });
  await workbench.treeMenu(/^T-02 .*, pending/u, "Edit Plan as Document");
  await line.waitFor();
  await page.locator(".view-line", { hasText: '"task_id": "T-02"' }).waitFor();
  const second = await line.innerText();
  await workbench.runCommand("View: Close Editor");

  await workbench.webview().getByRole("button", { name: "Edit T-01 in the plan document" }).first().click();
  await page.locator(".view-line", { hasText: '"task_id": "T-01"' }).waitFor();
  const first = await line.innerText();
  const at = (text: string): number => Number(/Ln (\d+)/u.exec(text)?.[1]);
  expect(at(first)).toBeGreaterThan(1);
  expect(at(second)).toBeGreaterThan(at(first));
}, 180_000);
