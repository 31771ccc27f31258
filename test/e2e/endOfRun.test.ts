import { stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import type { FrameLocator } from "playwright-core";
import { openWorkbench } from "../editor/openWorkbench";
import type { Workbench } from "../editor/workbench";
import { runCli } from "./pages";

let workbench: Workbench | undefined;

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench?.screenshot("failed-end-of-run");
  await workbench?.close();
  workbench = undefined;
});

const waitForTask = 90_000;
const reason = "The list is not readable on paper";

const plan = {
  schema_version: 1,
  project_name: "A readable list",
  user_request_original: "Make the list readable",
  acceptance_criteria: ["A stranger can read the list"],
  phases: [
    {
      phase_id: "1",
      name: "Look",
      milestones: [
        {
          milestone_id: "1.1",
          name: "All",
          tasks: [
            {
              task_id: "T-01",
              title: "Look at the list",
              description: "Look at the list.",
              task_type: "testing",
              depends_on: [],
              executor: "manual",
              acceptance_criteria: [{ id: "T-01-A", text: "The list was looked at" }],
            },
          ],
        },
      ],
    },
  ],
};

test("the end of a run is refused with a reason and then confirmed on the plan page; storage is looked at and cleaned", async () => {
  workbench = await openWorkbench();
  const { page, workspace = "", profile } = workbench;
  const file = path.join(profile, "readable.masterplan.json");
  await writeFile(file, JSON.stringify(plan));
  const imported = runCli(workbench, workspace, "import", file, "--json");
  const { id } = JSON.parse(imported.out) as { readonly id: string };
  await workbench.openViewContainer("MasterPlan");
  await workbench.treeItem(/^T-01 .*, pending/u).waitFor();
  await workbench.execute("masterplan.openPlan", id);
  const planPage = workbench.webview();
  await planPage.getByRole("button", { name: "Approve v1 and run" }).click();
  await workbench.treeItem(/^T-01 .*, in progress/u).waitFor({ timeout: waitForTask });
  await workbench.treeAction(/^T-01 .*, in progress/u, "Sign Off as Done...");
  await workbench.answer("I looked at the list");

  // Nothing but a person's word stands between the run and its end.
  const gate = planPage.locator(".waiting-item");
  await gate.getByText("A stranger can read the list").first().waitFor({ timeout: waitForTask });
  expect(runStatus(workbench, workspace)).not.toBe("completed");

  await gate.getByRole("button", { name: /^No-go…/u }).click();
  const send = gate.getByRole("button", { name: "Say no-go" });
  await send.waitFor();
  expect(await isDisabled(send)).toBe(true);
  await planPage.locator("#no-go-text textarea").fill("   ");
  expect(await isDisabled(send)).toBe(true);
  await planPage.locator("#no-go-text textarea").fill(reason);
  await send.click();
  await planPage.getByText(reason).first().waitFor({ timeout: waitForTask });
  await page.getByText(/^1\/1 · paused/u).waitFor({ state: "attached", timeout: waitForTask });
  expect(runStatus(workbench, workspace)).toBe("paused");
  await workbench.runCommand("MasterPlan: Import All State...");
  await workbench.notification(/has not ended in this workspace/u).waitFor();
  await workbench.execute("notifications.clearAll");

  // What it complained about is mended: the run goes on, and asks again.
  await footer(planPage).getByRole("button", { name: "Resume" }).click();
  await gate.getByText("A stranger can read the list").first().waitFor({ timeout: waitForTask });
  await gate.getByRole("button", { name: /^Go\b/u }).click();
  await page.getByText(/^1\/1 · completed/u).waitFor({ state: "attached", timeout: waitForTask });
  await planPage.getByText(/^Confirmed by /u).waitFor();
  expect(runStatus(workbench, workspace)).toBe("completed");

  await storageIsLookedAt(workbench);
  await stateGoesThroughAFile(workbench, workspace);
}, 300_000);

/** Budget and retention stand in the list and lead to their settings; cleaning up asks first and says what went. */
async function storageIsLookedAt(window: Workbench): Promise<void> {
  const { page } = window;
  const rows = page.locator(".quick-input-list .monaco-list-row");
  await window.setSetting("masterplan.storage.maxMegabytes", 100);
  await window.setSetting("masterplan.storage.keepRunsDays", 30);
  await window.runCommand("MasterPlan: Show Storage Location and Size");
  await rows.filter({ hasText: /Budget.*\d [kM]B of 100\.0 MB used/u }).waitFor();
  await rows.filter({ hasText: "kept for 30 days" }).click();
  await page.locator(".settings-editor").getByText("Keep Runs Days").first().waitFor();
  await window.closeModalEditor();

  await window.runAndPick(
    "MasterPlan: Show Storage Location and Size",
    "Remove transcripts, diffs and outputs...",
  );
  await window.dialog().getByRole("button", { name: "Remove" }).click();
  await window.notification(/Stored files removed: \d+; bytes freed: \d+/u).waitFor();
  await window.execute("notifications.clearAll");

  await window.runAndPick("MasterPlan: Show Storage Location and Size", "Remove old runs...");
  await window.answer("0");
  await window.notification(/Runs removed: 0; bytes freed: \d+/u).waitFor();
  await window.execute("notifications.clearAll");

  await window.runAndPick("MasterPlan: Show Storage Location and Size", "Verify stored state");
  await window.notification(/The stored state is whole/u).waitFor();
}

/** What is exported comes back after the plan was lost, what it replaces is kept, and who may not write is told why. */
async function stateGoesThroughAFile(window: Workbench, workspace: string): Promise<void> {
  const storage = "MasterPlan: Show Storage Location and Size";
  const file = path.join(window.profile, "all.mpstate");
  await window.execute("notifications.clearAll");
  await window.runAndPick(storage, "Export all state...");
  await window.saveAs(file);
  await window.notification(/\d+ bytes written/u).waitFor();
  expect((await stat(file)).size).toBeGreaterThan(1000);

  runCli(window, workspace, "plan", "Print the list", "--offline");
  expect(planTitles(window, workspace)).toEqual(["A readable list", "Print the list"]);
  await window.runCommand("MasterPlan: Import All State...");
  await window.chooseFile(file);
  await window
    .dialog()
    .getByText(/takes the place of the plans here \(2\)/u)
    .waitFor();
  await window.dialog().getByRole("button", { name: "Cancel" }).click();
  expect(planTitles(window, workspace)).toHaveLength(2);

  await window.execute("notifications.clearAll");
  await window.runAndPick(storage, "Import all state...");
  await window.chooseFile(file);
  await window.dialog().getByRole("button", { name: "Replace" }).click();
  const told = window.notification(/What was here before is kept in /u);
  await told.waitFor();
  const kept = /kept in (.*\.masterplan-state)/u.exec(await told.innerText())?.[1] ?? "";
  expect((await stat(kept)).size).toBeGreaterThan(1000);
  expect(planTitles(window, workspace)).toEqual(["A readable list"]);
  await window.treeItem("Phase Look, 1 of 1 tasks done").waitFor();
  expect(await window.page.locator(".webview.ready").count(), "pages of what was replaced").toBe(0);

  expect(runCli(window, workspace, "state", "take-over").code).toBe(0);
  // The window learns with its next change that it lost the right to write, and from then on says so at once.
  for (const answered of [true, false]) {
    await window.execute("notifications.clearAll");
    await window.runCommand("MasterPlan: Import All State...");
    if (answered) {
      await window.chooseFile(file);
      await window.dialog().getByRole("button", { name: "Replace" }).click();
    }
    await window.notification(/Plans can only be read here: /u).waitFor();
  }
  expect(planTitles(window, workspace)).toEqual(["A readable list"]);
}

function planTitles(window: Workbench, workspace: string): readonly string[] {
  const listing = JSON.parse(runCli(window, workspace, "list", "--json").out) as {
    readonly plans: readonly { readonly title: string }[];
  };
  return listing.plans.map((one) => one.title);
}

function footer(planPage: FrameLocator) {
  return planPage.locator("footer.action-bar");
}

async function isDisabled(button: ReturnType<FrameLocator["locator"]>): Promise<boolean> {
  return button.evaluate((node) => (node as HTMLButtonElement).disabled);
}

/** The status of the only run, as the command line tells it. */
function runStatus(window: Workbench, workspace: string): string {
  const listing = JSON.parse(runCli(window, workspace, "list", "--json").out) as {
    readonly runs: readonly { readonly status: string }[];
  };
  return listing.runs.map((run) => run.status).join();
}
