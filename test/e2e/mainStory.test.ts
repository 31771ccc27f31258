import { execFileSync } from "node:child_process";
import { afterEach, expect, test } from "vitest";
import { openWorkbench } from "../editor/openWorkbench";
import type { Workbench } from "../editor/workbench";
import { nodeBinary } from "../start/paths.mjs";
import { sampleRequest, sampleResponder } from "../support/sampleScript";
import {
  demand,
  saidIn,
  startScriptedModelServer,
  type ScriptedModelServer,
} from "../support/scriptedModelServer";
import { git, rejectByKeyboard, rejectByMouse } from "./pages";

const byMouse = "Refuse an unknown priority by its name";
const byKeyboard = "Keep the list of priorities in one place";
const waitForTask = 90_000;

let workbench: Workbench | undefined;
let server: ScriptedModelServer | undefined;

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench?.screenshot("failed-main-story");
  await workbench?.close();
  await server?.close();
  workbench = undefined;
  server = undefined;
});

test("a request becomes a plan, is approved, carried out, reviewed and committed, and survives a reload", async () => {
  const respond = sampleResponder();
  let toldAgain = false;
  server = await startScriptedModelServer((request) => {
    if (saidIn(request).includes("## Feedback on earlier attempts")) {
      demand(request, byMouse, byKeyboard, "T-01");
      toldAgain = true;
    }
    return respond(request);
  });
  workbench = await openWorkbench({
    env: { MASTERPLAN_BASE_URL: server.baseUrl, MASTERPLAN_MODEL: "scripted" },
  });
  const { page, workspace = "" } = workbench;
  await workbench.openViewContainer("MasterPlan");

  await page.getByRole("button", { name: "New Plan", exact: true }).first().click();
  await workbench.answer(sampleRequest);
  const plan = workbench.webview();
  await plan.getByRole("heading", { level: 1, name: sampleRequest }).waitFor({ timeout: 60_000 });
  await plan.getByText("draft", { exact: true }).waitFor();
  await plan.getByRole("heading", { name: "What approval allows" }).waitFor();
  expect(await page.getByRole("treeitem", { name: /^T-0\d .*, pending/u }).count()).toBe(5);

  await plan.getByRole("button", { name: "Approve v1 and run" }).click();
  await workbench.treeItem(/^Review T-01/u).click({ timeout: waitForTask });
  const review = workbench.webview();
  await review.getByText("attempt 1 of 3").waitFor();
  await rejectByMouse(review, 2, byMouse);
  await rejectByKeyboard(workbench, review, 1, byKeyboard);
  await review.getByRole("button", { name: "Send back with reasons" }).click();

  await review.getByText("attempt 2 of 3").waitFor({ timeout: waitForTask });
  await review.getByText(byKeyboard).first().waitFor();
  expect(server.failures).toEqual([]);
  expect(toldAgain).toBe(true);
  await review.getByRole("button", { name: /^Accept all/u }).click();
  await workbench.treeItem(/^T-01 .*, done/u).waitFor({ timeout: waitForTask });

  // The others are accepted in further ways: on the row, hunk by hunk with keys and commands, and from the palette.
  await workbench.treeItem(/^T-02 .*, in review/u).waitFor({ timeout: waitForTask });
  await workbench.treeAction(/^T-02 .*, in review/u, "Accept Change");
  await workbench.treeItem(/^T-02 .*, done/u).waitFor({ timeout: waitForTask });

  await workbench.treeItem(/^Review T-03/u).click({ timeout: waitForTask });
  const third = workbench.webview();
  await third.getByRole("heading", { level: 1, name: /^T-03/u }).waitFor();
  for (const [index, hunk] of (await third.locator("[data-hunk]").all()).entries()) {
    await hunk.focus();
    if (index === 0) await workbench.runCommand("MasterPlan: Accept Hunk");
    else await page.keyboard.press("a");
    await hunk.locator(".decision.accepted").waitFor();
  }
  await workbench.runCommand("MasterPlan: Send Review");
  await workbench.treeItem(/^T-03 .*, done/u).waitFor({ timeout: waitForTask });

  await workbench.treeItem(/^T-04 .*, in review/u).waitFor({ timeout: waitForTask });
  await workbench.runCommand("MasterPlan: Accept Change");
  await workbench.treeItem(/^T-04 .*, done/u).waitFor({ timeout: waitForTask });

  await workbench.treeItem(/^T-05 .*, in review/u).waitFor({ timeout: waitForTask });
  await workbench.treeMenu(/^T-05 .*, in review/u, "Accept Change");
  await workbench.treeItem(/^T-05 .*, done/u).waitFor({ timeout: waitForTask });
  await page.getByRole("button", { name: /MasterPlan, 5 of 5 tasks done/u }).waitFor();

  await workbench.runCommand("MasterPlan: Open Plan Page");
  await workbench.webview().getByText("completed", { exact: true }).first().waitFor();
  // The parts of a plan are completed before its run is: the checks of the whole plan come last.
  await page.getByText(/^5\/5 · completed/u).waitFor({ state: "attached", timeout: waitForTask });
  expect(server.failures).toEqual([]);

  const commits = git(workspace, "log", "--format=%(trailers:key=MasterPlan-Task,valueonly,separator=)");
  expect(commits.trim().split("\n").filter(Boolean)).toEqual(["T-05", "T-04", "T-03", "T-02", "T-01"]);
  expect(git(workspace, "status", "--porcelain")).toBe("");
  execFileSync(nodeBinary(), ["--test", "test/*.test.ts"], { cwd: workspace, stdio: "pipe" });

  await workbench.reload();
  await workbench.openViewContainer("MasterPlan");
  // Phases that are completed come back folded.
  await workbench.treeItem("Phase Priorities, 2 of 2 tasks done").click();
  await workbench.treeItem("Phase Export, 3 of 3 tasks done").click();
  for (const task of ["T-01", "T-02", "T-03", "T-04", "T-05"]) {
    await workbench.treeItem(new RegExp(`^${task} .*, done`, "u")).waitFor();
  }
  await page.getByRole("button", { name: /MasterPlan, 5 of 5 tasks done/u }).waitFor();
  // The page that was in front comes back by itself, with the report of the run.
  const restored = workbench.webview();
  await restored.getByRole("heading", { level: 1, name: sampleRequest }).waitFor();
  await restored.getByText("completed", { exact: true }).first().waitFor();

  // The work comes home: the run's branch is merged into the one that the person was on.
  const tip = git(workspace, "rev-parse", "HEAD");
  await restored.getByRole("button", { name: "Merge", exact: true }).click();
  await restored.getByRole("group", { name: /^Finish the branch/u }).waitFor({ state: "detached" });
  await restored.locator(".figures").getByText("merged", { exact: true }).waitFor();
  expect(git(workspace, "branch", "--show-current").trim()).toBe("main");
  git(workspace, "merge-base", "--is-ancestor", tip.trim(), "main");
}, 400_000);
