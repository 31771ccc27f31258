import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { composeNode } from "../../../src/compose";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { createSample } from "../../sample/createSample.mjs";
import { sampleRequest } from "../../support/sampleScript";
import { startScriptedModelServer, type ScriptedModelServer } from "../../support/scriptedModelServer";

let folder = "";
let server: ScriptedModelServer;
let masterPlan: MasterPlan;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "masterplan-request-"));
  server = await startScriptedModelServer(() => ({ text: '{"schema_version": 1, "phases": []}' }));
  masterPlan = await composeNode({
    workspace: await createSample(path.join(folder, "todo")),
    storage: path.join(folder, "store"),
    language: "en",
    person: "Ada",
    model: { baseUrl: server.baseUrl, model: "scripted" },
  });
});

afterEach(async () => {
  await masterPlan.dispose();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

test("a request whose answer comes back wrong three times leaves nothing behind", async () => {
  const failure = masterPlan.plan({ request: sampleRequest, no_discovery: true });
  await expect(failure).rejects.toMatchObject({
    code: "model.badAnswer",
    message: expect.stringMatching(/masterplan.*\/project_name|\/phases/u) as string,
  });
  expect(server.requests.length).toBeLessThanOrEqual(3);
  expect((await masterPlan.list()).plans).toEqual([]);
});
