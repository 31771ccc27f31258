import { afterEach, expect, test } from "vitest";
import type { Locator } from "playwright-core";
import { openWorkbench } from "../editor/openWorkbench";
import type { Workbench } from "../editor/workbench";

let workbench: Workbench | undefined;

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench?.screenshot("failed-welcome-views");
  await workbench?.close();
  workbench = undefined;
});

/** What the empty plan view says. */
function welcome(window: Workbench): Locator {
  return window.page.locator(".part.sidebar .welcome-view-content:visible");
}

async function says(window: Workbench, sentence: RegExp, buttons: readonly string[]): Promise<void> {
  await welcome(window).getByText(sentence).first().waitFor();
  const shown = welcome(window).locator("a.monaco-button:visible");
  await shown.first().waitFor();
  expect(await shown.allInnerTexts()).toEqual(buttons);
}

test("without a folder the view offers to open one, or the sample", async () => {
  workbench = await openWorkbench({ workspace: "none" });
  await workbench.openViewContainer("MasterPlan");
  await says(workbench, /Open a folder to plan work in it/u, ["Open Folder"]);
  await welcome(workbench).getByText("Open the sample plan").waitFor();
  await welcome(workbench).getByRole("button", { name: "Open Folder" }).click();
  await workbench.page.locator(".quick-input-widget input[type=text]").first().waitFor();
});

test("without a model the view offers to choose one, and what works without; with one it asks for a plan", async () => {
  workbench = await openWorkbench();
  const { page } = workbench;
  await workbench.openViewContainer("MasterPlan");
  await says(workbench, /No model is chosen/u, ["Choose a Model"]);
  for (const link of ["New plan without a model", "import a plan document", "open the sample plan"])
    await welcome(workbench).getByText(link).waitFor();
  await welcome(workbench).getByText("New plan without a model").click();
  await page.locator(".quick-input-title").filter({ hasText: "New plan without a model" }).waitFor();
  await page.keyboard.press("Escape");

  await workbench.setSetting("masterplan.provider.baseUrl", "http://127.0.0.1:9/v1");
  await workbench.setSetting("masterplan.provider.model", "scripted");
  await workbench.setSetting("masterplan.provider.kind", "openai-compatible");
  await says(workbench, /Say what should be different/u, ["New Plan"]);
  await welcome(workbench).getByRole("button", { name: "New Plan" }).click();
  await page.locator(".quick-input-title").filter({ hasText: "New plan" }).waitFor();
  await page.keyboard.press("Escape");
  expect(
    await welcome(workbench)
      .getByText(/No model is chosen/u)
      .count(),
  ).toBe(0);
});

test("in Restricted Mode the view says what does not happen, and leads to the editor's own page", async () => {
  workbench = await openWorkbench({ trust: false });
  await workbench.openViewContainer("MasterPlan");
  await says(workbench, /This workspace is not trusted/u, ["Manage Workspace Trust"]);
  await welcome(workbench).getByRole("button", { name: "Manage Workspace Trust" }).click();
  await workbench.page.locator(".workspace-trust-editor").waitFor();
});
