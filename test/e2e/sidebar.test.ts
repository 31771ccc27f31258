import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { fakeLanguageModel, openWorkbench } from "../editor/openWorkbench";
import type { Workbench } from "../editor/workbench";
import { startScriptedModelServer } from "../support/scriptedModelServer";
import { startTunnelProxy } from "../support/tunnelProxy";
import { chooseDocument, chooseEndpoint, planDocument, welcome, welcomeSays } from "./pages";

// One window, as a person meets it the first time: each test leaves it without a plan and without a choice that matters
// to the next, until the last one brings a plan and works with its tasks.
let workbench: Workbench;
const servers: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  workbench = await openWorkbench({ extensions: [fakeLanguageModel] });
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench.screenshot("failed-sidebar");
  await workbench.execute("notifications.clearAll");
  for (const server of servers.splice(0)) await server.close();
});

afterAll(() => workbench.close());

test("a fresh window shows MasterPlan in the activity bar, and asks for nothing", async () => {
  await workbench.openViewContainer("MasterPlan");
  await workbench.page.getByRole("button", { name: "New Plan" }).first().waitFor();
  // A command that is answered proves that the host part was loaded and started.
  await workbench.execute("masterplan.refresh");
  expect(await workbench.notification(/MasterPlan/u).count()).toBe(0);
});

test("without a model the view offers to choose one, and what works without; with one it asks for a plan", async () => {
  const { page } = workbench;
  await welcomeSays(workbench, /No model is chosen/u, ["Choose a Model"]);
  for (const link of ["New plan without a model", "import a plan document", "open the sample plan"])
    await welcome(workbench).getByText(link).waitFor();
  await welcome(workbench).getByText("New plan without a model").click();
  await page.locator(".quick-input-title").filter({ hasText: "New plan without a model" }).waitFor();
  await page.keyboard.press("Escape");

  await workbench.setSetting("masterplan.provider.baseUrl", "http://127.0.0.1:9/v1");
  await workbench.setSetting("masterplan.provider.model", "scripted");
  await workbench.setSetting("masterplan.provider.kind", "openai-compatible");
  await welcomeSays(workbench, /Say what should be different/u, ["New Plan"]);
  await welcome(workbench).getByRole("button", { name: "New Plan" }).click();
  await page.locator(".quick-input-title").filter({ hasText: "New plan" }).waitFor();
  await page.keyboard.press("Escape");
  expect(
    await welcome(workbench)
      .getByText(/No model is chosen/u)
      .count(),
  ).toBe(0);

  for (const name of ["baseUrl", "model", "kind"])
    await workbench.setSetting(`masterplan.provider.${name}`, undefined);
  await welcomeSays(workbench, /No model is chosen/u, ["Choose a Model"]);
});

test("choosing an endpoint asks it for one word: the answer, a refused key, an unknown model and a dead address are told", async () => {
  let refuse: { status: number; message: string } | null = null;
  const server = await startScriptedModelServer(() =>
    refuse === null
      ? { text: "ready" }
      : { kind: "status", status: refuse.status, body: { error: { message: refuse.message } } },
  );
  servers.push(server);
  const origin = new URL(server.baseUrl).origin;
  await workbench.page.getByRole("button", { name: "Choose a Model" }).first().click();
  await chooseEndpoint(workbench, server.baseUrl, "sk-right");
  await workbench.notification(`scripted (${origin}) answered in`).waitFor();
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]?.headers.authorization).toBe("Bearer sk-right");
  await workbench.execute("notifications.clearAll");

  refuse = { status: 401, message: "No such key" };
  await workbench.runCommand("MasterPlan: Choose a Model...");
  await chooseEndpoint(workbench, server.baseUrl, "sk-wrong");
  // A toast may give way to others; the list keeps them all.
  await workbench.execute("notifications.showList");
  const told = workbench.notification(
    `scripted (${origin}): The provider refused the key (401): No such key`,
  );
  await told.getByText("The choice is kept").waitFor();

  // The next step is a button: what was put right meanwhile is tried again.
  refuse = { status: 404, message: "There is no model scripted" };
  await told.getByRole("button", { name: "Try again" }).click();
  await workbench.notification(/does not know this address or model.*There is no model scripted/u).waitFor();
  await workbench.execute("notifications.clearAll");

  await workbench.runCommand("MasterPlan: Choose a Model...");
  await chooseEndpoint(workbench, "http://127.0.0.1:9/v1", "");
  const dead = workbench.notification(
    /http:\/\/127\.0\.0\.1:9 cannot be reached.*Check that the server runs/u,
  );
  await dead.getByRole("button", { name: "Choose another model" }).click();
  await workbench.page.locator(".quick-input-title").filter({ hasText: "Choose a model" }).waitFor();
  await workbench.page.keyboard.press("Escape");
});

test("a model of the editor is chosen, asked for one word, and used", async () => {
  await workbench.execute("fakelm.script", [[{ text: "ready" }]]);
  await workbench.runCommand("MasterPlan: Choose a Model...");
  await workbench.pick("Fake 1");
  await workbench.notification(/^fakelm\/fake-1 answered in/u).waitFor();
  const requests = (await workbench.execute("fakelm.requests")) as { messages: { text: string }[] }[];
  expect(requests.map(({ messages }) => messages[0]?.text)).toEqual(["Answer with the one word: ready"]);
});

test("models are reached through the editor's proxy, which sees no key", async () => {
  const server = await startScriptedModelServer(() => ({ text: "ready" }));
  servers.push(server);
  const proxy = await startTunnelProxy({ port: Number(new URL(server.baseUrl).port) });
  servers.push(proxy);
  await workbench.setSetting("http.proxySupport", "override");
  await workbench.setSetting("http.proxy", proxy.url);
  await workbench.runCommand("MasterPlan: Choose a Model...");
  await chooseEndpoint(workbench, "http://models.invalid/v1", "sk-for-the-endpoint");
  await workbench.notification("scripted (http://models.invalid) answered in").waitFor();
  expect(server.requests[0]?.headers.authorization).toBe("Bearer sk-for-the-endpoint");
  expect(JSON.stringify(proxy.headers)).not.toContain("sk-for-the-endpoint");
  for (const name of ["proxy", "proxySupport"]) await workbench.setSetting(`http.${name}`, undefined);
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

const plan = planDocument("Three kinds of step", [
  task("T-01", "Check the file", {
    executor: "command",
    commands: [["node", "check.cjs"]],
    max_attempts: 1,
  }),
  task("T-02", "Look at the list", { executor: "manual", depends_on: ["T-01"] }),
  task("T-03", "Tell the others", { executor: "manual", depends_on: ["T-02"] }),
]);

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
  const { page, workspace = "", profile } = workbench;
  const go = path.join(profile, "go");
  const ready = path.join(profile, "ready");
  await writeFile(path.join(workspace, "check.cjs"), checkScript(go, ready));

  // A document becomes a plan, from the link of the empty view.
  await welcome(workbench).getByText("Import a plan document").click();
  await chooseDocument(workbench, plan);
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
  // Rows are used again: they may hold hidden words of the list before.
  const skipped = page.locator(".quick-input-list .monaco-list-row .label-name").getByText("skipped");
  await skipped.waitFor();
  await page.locator(".quick-input-header [role=checkbox]").first().click();
  await skipped.click();
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
