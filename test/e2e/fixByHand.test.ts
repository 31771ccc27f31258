import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { openWorkbench } from "../editor/openWorkbench";
import type { Workbench } from "../editor/workbench";
import { chooseDocument, planDocument } from "./pages";

let workbench: Workbench | undefined;

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench?.screenshot("failed-fix-by-hand");
  await workbench?.close();
  workbench = undefined;
});

const waitForTask = 90_000;

const plan = planDocument("One list", [
  {
    task_id: "T-01",
    title: "Write the list",
    description: "Write the whole list.",
    task_type: "documentation",
    depends_on: [],
    executor: "command",
    commands: [["cp", "package.json", "list.txt"]],
    postconditions: [{ type: "pattern_present", path: "list.txt", pattern: "^the whole list$" }],
    checks: [],
    max_attempts: 1,
  },
]);

test("a failed task is fixed in a folder that opens in a window of its own, and signed off from the tree", async () => {
  workbench = await openWorkbench();
  const { page, workspace = "" } = workbench;
  await workbench.openViewContainer("MasterPlan");
  await page.getByText("import a plan document").first().click();
  await chooseDocument(workbench, plan);
  await workbench.treeItem(/^T-01 .*, pending/u).waitFor();
  await workbench.runCommand("MasterPlan: Approve Plan");
  await workbench.dialog().getByRole("button", { name: "Approve version 1" }).click();
  await workbench.runCommand("MasterPlan: Run Approved Plan");
  await workbench.treeItem(/^T-01 .*, failed/u).waitFor({ timeout: waitForTask });

  await workbench.treeMenu(/^T-01 .*, failed/u, "Fix Task by Hand");
  const told = workbench.notification(/T-01: the folder to mend it in starts with the change of attempt 1/u);
  await told.waitFor({ timeout: waitForTask });
  await workbench.treeItem(/^T-01 .*, in progress/u).waitFor();
  await page.getByRole("treeitem", { name: /^Mend T-01 Write the list in \// }).waitFor();

  // The row opens the folder, and so does the palette; what the last attempt wrote lies there already.
  const window = page.context().waitForEvent("page");
  await workbench.treeAction(/^T-01 .*, in progress/u, "Open Folder of the Fix");
  const other = await window;
  const folder = decodeURIComponent(new URL(other.url()).searchParams.get("folder") ?? "");
  await other.close();
  expect(await workbench.offers("MasterPlan: Open Folder of the Fix")).toBe(true);
  expect(await readFile(path.join(folder, "list.txt"), "utf8")).toContain('"name"');

  await writeFile(path.join(folder, "list.txt"), "the whole list\n");
  await workbench.treeAction(/^T-01 .*, in progress/u, "Sign Off as Done...");
  await workbench.answer("Wrote it myself");
  await workbench.treeItem(/^T-01 .*, done/u).waitFor({ timeout: waitForTask });
  expect(await readFile(path.join(workspace, "list.txt"), "utf8")).toBe("the whole list\n");
}, 300_000);
