import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { openWorkbench } from "../editor/openWorkbench";
import type { Workbench } from "../editor/workbench";

let workbench: Workbench | undefined;

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench?.screenshot("failed-task-actions");
  await workbench?.close();
  workbench = undefined;
});

const waitForTask = 90_000;

function task(id: string, title: string, more: object): object {
  return {
    task_id: id,
    title,
    description: `${title}.`,
    task_type: "testing",
    depends_on: [],
    acceptance_criteria: [{ id: `${id}-A`, text: `${title} was done` }],
    ...more,
  };
}

const plan = {
  schema_version: 1,
  project_name: "Three kinds of step",
  user_request_original: "Check, look, and leave something out",
  phases: [
    {
      phase_id: "1",
      name: "Steps",
      milestones: [
        {
          milestone_id: "1.1",
          name: "All",
          tasks: [
            task("T-01", "Check the file", {
              executor: "command",
              commands: [["node", "check.cjs"]],
              max_attempts: 1,
            }),
            task("T-02", "Look at the list", { executor: "manual", depends_on: ["T-01"] }),
            task("T-03", "Tell the others", { executor: "manual", depends_on: ["T-02"] }),
          ],
        },
      ],
    },
  ],
};

/** Says that it began, waits for the word to go on, and fails unless everything is ready. */
function checkScript(go: string, ready: string): string {
  return `
    const { existsSync } = require("node:fs");
    console.log("looking for the list");
    const wait = setInterval(() => {
      if (!existsSync(${JSON.stringify(go)})) return;
      clearInterval(wait);
      if (existsSync(${JSON.stringify(ready)})) return console.log("the list is there");
      console.error("the list is missing");
      process.exitCode = 1;
    }, 50);
  `;
}

test("tasks are watched, tried again, signed off and skipped from the tree; filter and plan picker follow", async () => {
  workbench = await openWorkbench();
  const { page, workspace = "", profile } = workbench;
  const go = path.join(profile, "go");
  const ready = path.join(profile, "ready");
  await writeFile(path.join(workspace, "check.cjs"), checkScript(go, ready));
  const file = path.join(profile, "steps.masterplan.json");
  await writeFile(file, JSON.stringify(plan));

  // A document becomes a plan, from the link of the empty view.
  await workbench.openViewContainer("MasterPlan");
  await page.getByText("import a plan document").first().click();
  await workbench.chooseFile(file);
  await workbench.notification(/Imported 3 tasks/u).waitFor();
  await workbench.treeItem(/^T-01 .*, pending/u).waitFor();
  await page.getByRole("tab", { name: /MasterPlan.*1 waiting for you/u }).waitFor();

  const planPage = workbench.webview();
  await planPage.getByRole("button", { name: "Approve only" }).waitFor();
  await workbench.runCommand("MasterPlan: Approve Plan");
  await workbench.dialog().getByRole("button", { name: "Approve version 1" }).click();
  await workbench.runCommand("MasterPlan: Run Approved Plan");

  // What a command prints is seen while it runs: its end on the page, all of it in a channel that row and page lead to.
  // (The channel stays empty in this editor, whose native logger is not built.)
  await planPage.getByRole("heading", { name: "Running now" }).waitFor({ timeout: waitForTask });
  await planPage.locator(".output").getByText("looking for the list").waitFor({ timeout: waitForTask });
  await workbench.treeAction(/^T-01 .*, in progress/u, "Show Output");
  const shown = page.locator("option:checked", { hasText: "MasterPlan Commands" });
  const output = page.locator(".part.panel select").filter({ has: shown }).first();
  await output.waitFor();
  await workbench.execute("workbench.action.closePanel");
  await planPage.getByRole("button", { name: "Show output" }).click();
  await output.waitFor();
  await workbench.execute("workbench.action.closePanel");

  // The run comes to need a person while the window is behind others: it says so once.
  await workbench.execute("notifications.clearAll");
  await workbench.setInFront(false);
  await writeFile(go, "");
  await workbench.treeItem(/^T-01 .*, failed/u).waitFor({ timeout: waitForTask });
  const told = workbench.notification(/T-01/u);
  await told.waitFor();
  await told.getByRole("button", { name: "Open" }).click();
  await page.getByRole("tab", { name: /T-01\.md/u }).waitFor();
  await workbench.setInFront(true);

  await writeFile(ready, "");
  await workbench.treeAction(/^T-01 .*, failed/u, "Try Task Again");
  await workbench.treeItem(/^T-01 .*, done/u).waitFor({ timeout: waitForTask });

  // With the window in front, the view alone says what waits.
  await workbench.treeItem(/^T-02 .*, in progress/u).waitFor({ timeout: waitForTask });
  await page.getByRole("tab", { name: /MasterPlan.*1 waiting for you/u }).waitFor();
  expect(await workbench.notification(/T-02/u).count()).toBe(0);
  await workbench.treeAction(/^T-02 .*, in progress/u, "Sign Off as Done...");
  await workbench.answer("I looked at the list");
  await workbench.treeItem(/^T-02 .*, done/u).waitFor({ timeout: waitForTask });

  await workbench.treeItem(/^T-03 .*, in progress/u).waitFor({ timeout: waitForTask });
  await workbench.treeMenu(/^T-03 .*, in progress/u, "Skip Task...");
  await workbench.answer("Nobody to tell");
  await workbench.treeItem(/^T-03 .*, skipped/u).waitFor({ timeout: waitForTask });
  await page.getByRole("button", { name: /MasterPlan, 2 of 2 tasks done, 0 waiting/u }).waitFor();

  await workbench.runCommand("MasterPlan: Filter Tasks by Status...");
  const statuses = page.locator(".quick-input-list .monaco-list-row");
  await statuses.filter({ hasText: /^skipped$/u }).waitFor();
  await page.locator(".quick-input-header [role=checkbox]").first().click();
  await statuses.filter({ hasText: /^skipped$/u }).click();
  await page.keyboard.press("Enter");
  await workbench.treeItem(/^T-01/u).waitFor({ state: "detached" });
  await workbench.treeItem(/^T-03 .*, skipped/u).waitFor();
  await page.locator(".part.sidebar").getByText("Only tasks that are: skipped").waitFor();
  await workbench.runCommand("MasterPlan: Filter Tasks by Status...");
  await page.locator(".quick-input-header [role=checkbox]").first().click();
  await page.keyboard.press("Enter");
  await workbench.treeItem(/^T-01 .*, done/u).waitFor();

  // A second plan comes in hand; the picker gives the first one back, and the tree follows.
  await workbench.runCommand("MasterPlan: New Plan Without a Model...");
  await workbench.answer("Tidy up the list");
  await workbench.webview().getByRole("heading", { level: 1, name: "Tidy up the list" }).waitFor();
  await workbench.treeItem(/, pending/u).waitFor();
  expect(await workbench.treeItem(/^T-03 Tell the others/u).count()).toBe(0);
  await workbench.runAndPick("MasterPlan: Select Plan...", "Three kinds of step");
  // A phase that is completed comes back folded.
  await workbench.treeItem("Phase Steps, 2 of 2 tasks done").click();
  await workbench.treeItem(/^T-03 Tell the others, skipped/u).waitFor();
  await page.getByRole("button", { name: /MasterPlan, 2 of 2 tasks done/u }).waitFor();
}, 300_000);
