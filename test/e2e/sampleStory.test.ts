import { readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openWorkbench } from "../editor/openWorkbench";
import type { Workbench } from "../editor/workbench";
import { git, rejectByMouse, welcome, welcomeSays } from "./pages";

const reason = "An unknown priority must be refused";

// One window for both: the story begins where a person has looked around in a window without a folder.
let workbench: Workbench;

beforeAll(async () => {
  workbench = await openWorkbench({ workspace: "none" });
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench.screenshot("failed-sample-story");
});

afterAll(() => workbench.close());

test("without a folder the view offers to open one, or the sample", async () => {
  await workbench.openViewContainer("MasterPlan");
  await welcomeSays(workbench, /Open a folder to plan work in it/u, ["Open Folder"]);
  await welcome(workbench).getByText("Open the sample plan").waitFor();
  await welcome(workbench).getByRole("button", { name: "Open Folder" }).click();
  const dialog = workbench.page.locator(".quick-input-widget input[type=text]").first();
  await dialog.waitFor();
  await workbench.page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
});

test("the sample story goes from a fresh profile to a proven commit within a minute", async () => {
  const { page } = workbench;
  const begun = performance.now();
  await workbench.openViewContainer("MasterPlan");
  await page.getByText("Open the sample plan").first().click();
  await workbench.webview().getByRole("button", { name: "Approve v1 and run" }).click();
  await workbench.treeItem(/^Review T-01/u).click();

  // The review lies in front of the plan page now.
  const review = workbench.webview();
  await review.getByText("attempt 1 of 3").waitFor();
  await review.getByText("recorded", { exact: true }).waitFor();
  await review.getByRole("button", { name: /^Accept\W+hunk 1 of 2/u }).click();
  await rejectByMouse(review, 2, reason);
  await review.getByRole("button", { name: /^Send back, keep/u }).click();

  await review.getByText("attempt 2 of 3").waitFor({ timeout: 60_000 });
  await review.getByText(reason).first().waitFor();
  await review.getByRole("button", { name: /^Accept all/u }).click();
  await workbench.treeItem(/^T-01 .*, done/u).waitFor({ timeout: 60_000 });
  const took = performance.now() - begun;

  // The one bound on time that the product promises: no key, no account, no network, no minute.
  expect(took).toBeLessThan(60_000);
  const samples = path.join(
    workbench.profile,
    "user",
    "User",
    "globalStorage",
    "masterplan.masterplan",
    "sample",
  );
  const folder = path.join(samples, readdirSync(samples)[0] ?? "");
  const log = git(folder, "log", "-1", "--format=%B", "--grep", "MasterPlan-Task: T-01");
  expect(log).toContain("MasterPlan-Task: T-01");
});
