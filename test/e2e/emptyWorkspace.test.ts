import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { fakeLanguageModel, openWorkbench } from "../editor/openWorkbench";
import type { Workbench } from "../editor/workbench";
import { startScriptedModelServer } from "../support/scriptedModelServer";
import { startTunnelProxy } from "../support/tunnelProxy";
import { chooseEndpoint, welcome, welcomeSays } from "./pages";

// One window, as a person meets it the first time: each test leaves it without a plan and without a choice that matters to the next.
let workbench: Workbench;
const servers: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  workbench = await openWorkbench({ extensions: [fakeLanguageModel] });
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench.screenshot("failed-empty-workspace");
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
});
