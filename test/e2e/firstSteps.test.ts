import { afterEach, expect, test } from "vitest";
import type { Locator } from "playwright-core";
import { openWorkbench } from "../editor/openWorkbench";
import type { Workbench } from "../editor/workbench";
import { sampleRequest, sampleResponder } from "../support/sampleScript";
import {
  saidIn,
  ScriptFailure,
  startScriptedModelServer,
  type ScriptedModelServer,
} from "../support/scriptedModelServer";
import { chooseEndpoint } from "./pages";

let workbench: Workbench | undefined;
const servers: ScriptedModelServer[] = [];

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench?.screenshot("failed-first-steps");
  await workbench?.close();
  workbench = undefined;
  for (const server of servers.splice(0)) await server.close();
});

const key = "sk-only-for-this-origin";
const waitForTask = 90_000;

test("every button of the walkthrough does what it says, a key goes only where it was entered for, and the native diff opens", async () => {
  const respond = sampleResponder();
  const server = await startScriptedModelServer((request) => {
    if (request.headers.authorization !== `Bearer ${key}`) throw new ScriptFailure("The key is missing");
    // Whoever chooses a model asks it for one word.
    if (saidIn(request).includes("the one word")) return { text: "ready" };
    return respond(request);
  });
  const stranger = await startScriptedModelServer(() => ({
    kind: "status",
    status: 401,
    body: { error: { message: "No key" } },
  }));
  servers.push(server, stranger);
  workbench = await openWorkbench({ width: 1600, height: 900 });
  const { page } = workbench;

  // From the empty view: an endpoint, its key, its model.
  await workbench.openViewContainer("MasterPlan");
  await page.getByRole("button", { name: "Choose a Model" }).first().click();
  await chooseEndpoint(workbench, stranger.baseUrl, "");
  await page.getByRole("button", { name: "New Plan", exact: true }).first().click();
  await workbench.answer("Anything");
  await workbench.notification(/401|refused|key/iu).waitFor({ timeout: waitForTask });
  await workbench.execute("notifications.clearAll");

  await openStep(workbench, "Choose a model");
  await stepButton(workbench, "Choose a Model").click();
  await chooseEndpoint(workbench, server.baseUrl, key);

  await openStep(workbench, "Plan something of yours");
  await stepButton(workbench, "Import Plan").click();
  await page.locator(".quick-input-title").filter({ hasText: "Import a plan document" }).waitFor();
  await page.keyboard.press("Escape");
  await stepButton(workbench, "New Plan").click();
  await workbench.answer(sampleRequest);
  const plan = workbench.webview();
  await plan.getByRole("heading", { level: 1, name: sampleRequest }).waitFor({ timeout: 60_000 });
  expect(server.failures).toEqual([]);

  // The first change, in the editor's own diff: one file by its hunk, then all of them.
  await plan.getByRole("button", { name: "Approve v1 and run" }).click();
  await workbench.treeItem(/^Review T-01/u).click({ timeout: waitForTask });
  const review = workbench.webview();
  await review
    .getByRole("button", { name: /^Open in editor/u })
    .first()
    .click();
  const sides = page.locator(".editor-instance .diff-editor, .monaco-diff-editor").first();
  await sides.locator(".editor.original .view-lines").getByText("export interface Todo {").waitFor();
  await sides.locator(".editor.modified .view-lines").getByText("export type Priority").first().waitFor();
  expect(await sides.locator(".editor.original .view-lines").getByText("Priority").count()).toBe(0);
  await page.getByRole("tab", { name: /Review T-01/u }).click();
  await review.getByRole("button", { name: "Open all in editor" }).click();
  await page.locator(".multiDiffEntry").getByText("todo.ts").first().waitFor();

  await openStep(workbench, "Set your limits");
  await stepButton(workbench, "Open Settings").click();
  await page.locator(".settings-editor").getByText("Per Run").first().waitFor();
  await workbench.closeModalEditor();

  // Last, because it opens another folder in this window.
  await openStep(workbench, "See it work");
  await stepButton(workbench, "Open the Sample Plan").click();
  const sample = workbench.webview();
  await sample.getByRole("button", { name: "Approve v1 and run" }).waitFor({ timeout: 60_000 });
  expect(stranger.requests.length).toBeGreaterThan(0);
  for (const request of stranger.requests) expect(request.headers.authorization ?? "").not.toContain(key);
  expect(server.failures).toEqual([]);
}, 300_000);

/** Opens one step of the walkthrough as a person does: the walkthrough from the palette, the step by a click. */
async function openStep(window: Workbench, title: string): Promise<void> {
  const { page } = window;
  await window.runCommand("Welcome: Open Walkthrough...");
  await window.pick("Get started with MasterPlan");
  await page.locator(".gettingStartedContainer .step-title").filter({ hasText: title }).first().click();
  await page.locator(".getting-started-step.expanded .step-title").filter({ hasText: title }).waitFor();
}

function stepButton(window: Workbench, name: string): Locator {
  return window.page.locator(".getting-started-step.expanded").getByRole("button", { name, exact: true });
}
