import { afterEach, expect, test } from "vitest";
import { openWorkbench } from "../editor/openWorkbench";
import type { Workbench } from "../editor/workbench";
import { chooseDocument, planDocument } from "./pages";

let workbench: Workbench | undefined;

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench?.screenshot("failed-other-plan-in-hand");
  await workbench?.close();
  workbench = undefined;
});

const waitForTask = 90_000;

const plan = planDocument("Look at the list", [
  {
    task_id: "T-01",
    title: "Look",
    description: "Look at the list.",
    task_type: "testing",
    executor: "manual",
    depends_on: [],
  },
]);

test("WV-38 another plan in hand hides nothing of the run that is open, and one click gives its plan back", async () => {
  workbench = await openWorkbench();
  const { page } = workbench;
  await workbench.openViewContainer("MasterPlan");
  await page.getByText("import a plan document").first().click();
  await chooseDocument(workbench, plan);
  // A lone milestone has a row of its own, open from the start.
  await workbench.treeItem("Milestone All, 0 of 1 tasks done").waitFor();
  await workbench.treeItem(/^T-01 .*, pending/u).waitFor();
  await workbench.webview().getByRole("button", { name: "Approve v1 and run" }).click();
  await workbench.treeItem(/^T-01 .*, in progress/u).waitFor({ timeout: waitForTask });

  await workbench.runCommand("MasterPlan: New Plan Without a Model...");
  await workbench.answer("Tidy up the list");
  await workbench.webview().getByRole("heading", { level: 1, name: "Tidy up the list" }).waitFor();
  await workbench.treeItem(/, pending/u).waitFor();
  const waits = workbench.treeItem(/^Do T-01 Look by hand/u);
  await waits.waitFor();
  // The manual task of the open run, and the approval of the plan in hand.
  await page.getByRole("tab", { name: /MasterPlan.*2 waiting for you/u }).waitFor();
  await page.getByRole("button", { name: /MasterPlan, .*2 waiting/u }).waitFor();

  // The open run can be paused, and a second run is refused by the name of the first.
  await workbench.runCommand("MasterPlan: Pause Run");
  await workbench.treeItem(/^The run is paused/u).waitFor();
  await workbench.runCommand("MasterPlan: Resume Run");
  await workbench.treeItem(/^The run is paused/u).waitFor({ state: "detached" });
  await workbench.webview().getByRole("button", { name: "Approve v1 and run" }).click();
  await workbench.webview().getByText("The run of Look at the list, version 1, is waiting").waitFor();

  await waits.click();
  await page.getByRole("tab", { name: /T-01\.md/u }).waitFor();
  await workbench.treeItem(/^T-01 .*, in progress/u).waitFor();
  await workbench.treeAction(/^T-01 .*, in progress/u, "Sign Off as Done...");
  await workbench.answer("Read list.txt: three lines");
  await workbench.treeItem(/^T-01 .*, done/u).waitFor({ timeout: waitForTask });
  expect(await workbench.treeItem(/^Do T-01 Look by hand/u).count()).toBe(0);
}, 240_000);
