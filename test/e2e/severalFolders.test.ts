import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { openWorkbench } from "../editor/openWorkbench";
import { createProfile } from "../editor/profile.mjs";
import type { Workbench } from "../editor/workbench";
import { createSample } from "../sample/createSample.mjs";
import { nodeTests } from "../support/nodeTests";

let workbench: Workbench | undefined;
let profile: Awaited<ReturnType<typeof createProfile>> | undefined;

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench?.screenshot("failed-several-folders");
  await workbench?.close();
  await profile?.remove();
  workbench = undefined;
  profile = undefined;
});

test("in a window with several folders a plan belongs to the folder that was picked", async () => {
  profile = await createProfile();
  const todo = await createSample(path.join(profile.folder, "todo"));
  const other = path.join(profile.folder, "other");
  await mkdir(other);
  const manifest = { name: "other", scripts: { test: nodeTests } };
  await writeFile(path.join(other, "package.json"), JSON.stringify(manifest));
  const file = path.join(profile.folder, "both.code-workspace");
  await writeFile(file, JSON.stringify({ folders: [{ path: todo }, { path: other }] }));

  workbench = await openWorkbench({ profile, workspace: file });
  const { page } = workbench;
  await workbench.openViewContainer("MasterPlan");
  await page.getByText("This window has several folders").waitFor();

  // A command that needs a folder asks which; giving no answer does nothing.
  await workbench.runCommand("MasterPlan: New Plan Without a Model...");
  await page.locator(".quick-input-title").filter({ hasText: "Which folder?" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Select a Folder" }).click();
  await workbench.pick("other");
  await page.getByRole("button", { name: "Choose a Model" }).waitFor();
  await page
    .getByRole("heading", { name: /Plan of other/u })
    .first()
    .waitFor();

  await workbench.runCommand("MasterPlan: New Plan Without a Model...");
  await workbench.answer("Tidy up the other folder");
  await workbench.treeItem(/, pending/u).waitFor();

  await workbench.runAndPick("MasterPlan: Select Workspace Folder...", "todo");
  await page
    .getByRole("heading", { name: /Plan of todo/u })
    .first()
    .waitFor();
  await page.getByRole("button", { name: "Choose a Model" }).waitFor();
  expect(await workbench.treeItem(/, pending/u).count()).toBe(0);

  await workbench.runAndPick("MasterPlan: Select Workspace Folder...", "other");
  await workbench.treeItem(/, pending/u).waitFor();
}, 180_000);
