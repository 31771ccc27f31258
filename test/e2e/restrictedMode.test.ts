import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { openWorkbench } from "../editor/openWorkbench";
import { createProfile } from "../editor/profile.mjs";
import type { Workbench } from "../editor/workbench";
import { createSample } from "../sample/createSample.mjs";
import { root } from "../start/paths.mjs";
import { git, runCli, welcome, welcomeSays } from "./pages";

let workbench: Workbench | undefined;
let profile: Awaited<ReturnType<typeof createProfile>> | undefined;

afterEach(async () => {
  await workbench?.close();
  await profile?.remove();
  workbench = undefined;
  profile = undefined;
});

test("Restricted Mode: the view says what does not happen, and leads to the editor's own page", async () => {
  workbench = await openWorkbench({ trust: false });
  await workbench.openViewContainer("MasterPlan");
  await welcomeSays(workbench, /This workspace is not trusted/u, ["Manage Workspace Trust"]);
  await welcome(workbench).getByRole("button", { name: "Manage Workspace Trust" }).click();
  await workbench.page.locator(".workspace-trust-editor").waitFor();
});

test("Restricted Mode: an approved plan can be read, and nothing runs", async () => {
  profile = await createProfile();
  const workspace = await createSample(path.join(profile.folder, "todo"));
  const place = { profile: profile.folder };
  const file = path.join(root, "media", "sample", "plan.masterplan.json");
  const { id } = JSON.parse(runCli(place, workspace, "import", file, "--json").out) as {
    readonly id: string;
  };
  expect(runCli(place, workspace, "approve", id, "--json").code).toBe(0);

  workbench = await openWorkbench({ profile, workspace, trust: false });
  await workbench.openViewContainer("MasterPlan");
  await workbench.treeItem(/^T-01 .*, pending/u).waitFor();
  await workbench.execute("masterplan.openPlan", id);
  const page = workbench.webview();
  await page.getByText("Add a priority to todos").first().waitFor();

  expect(await workbench.execute("masterplan.runPlan")).not.toMatchObject({ run: expect.anything() });
  await workbench.notification(/not trusted, so nothing can run/u).waitFor();
  await page.getByRole("button", { name: /^Run v1/u }).click();
  await page.getByText(/not trusted, so nothing can run/u).waitFor();
  expect(git(workspace, "branch", "--format=%(refname:short)").trim()).toBe("main");
  await workbench.treeItem(/^T-01 .*, pending/u).waitFor();
});
