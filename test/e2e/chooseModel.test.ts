import { afterEach, expect, test } from "vitest";
import { fakeLanguageModel, openWorkbench } from "../editor/openWorkbench";
import type { Workbench } from "../editor/workbench";
import { startScriptedModelServer } from "../support/scriptedModelServer";
import { startTunnelProxy } from "../support/tunnelProxy";
import { chooseEndpoint } from "./pages";

let workbench: Workbench | undefined;
const servers: { close(): Promise<void> }[] = [];

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench?.screenshot("failed-choose-model");
  await workbench?.close();
  workbench = undefined;
  for (const server of servers.splice(0)) await server.close();
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
  workbench = await openWorkbench();
  await workbench.openViewContainer("MasterPlan");

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
});

test("a model of the editor is chosen, asked for one word, and used", async () => {
  workbench = await openWorkbench({ extensions: [fakeLanguageModel] });
  await workbench.openViewContainer("MasterPlan");
  await workbench.execute("fakelm.script", [[{ text: "ready" }]]);
  await workbench.page.getByRole("button", { name: "Choose a Model" }).first().click();
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
  workbench = await openWorkbench({ settings: { "http.proxy": proxy.url, "http.proxySupport": "override" } });
  await workbench.openViewContainer("MasterPlan");
  await workbench.page.getByRole("button", { name: "Choose a Model" }).first().click();
  await chooseEndpoint(workbench, "http://models.invalid/v1", "sk-for-the-endpoint");
  await workbench.notification("scripted (http://models.invalid) answered in").waitFor();
  expect(server.requests[0]?.headers.authorization).toBe("Bearer sk-for-the-endpoint");
  expect(JSON.stringify(proxy.headers)).not.toContain("sk-for-the-endpoint");
});
