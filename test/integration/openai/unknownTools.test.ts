import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { composeNode } from "../../../src/compose";
import type { RunId } from "../../../src/core/ids";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { createSample } from "../../sample/createSample.mjs";
import { sampleRequest, sampleResponder } from "../../support/sampleScript";
import {
  saidIn,
  startScriptedModelServer,
  turnOf,
  type Responder,
  type ScriptedModelServer,
  type WireRequest,
} from "../../support/scriptedModelServer";

let folder = "";
let workspace = "";
let server: ScriptedModelServer;
let masterPlan: MasterPlan;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "masterplan-tools-"));
  workspace = await createSample(path.join(folder, "todo"));
});

afterEach(async () => {
  await masterPlan.dispose();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** The sample's script, in which the model first reaches for tools that nobody gave it. */
async function startRun(respond: Responder): Promise<RunId> {
  server = await startScriptedModelServer(respond);
  masterPlan = await composeNode({
    workspace,
    storage: path.join(folder, "store"),
    language: "en",
    person: "Ada",
    model: { baseUrl: server.baseUrl, model: "scripted" },
  });
  const drafted = await masterPlan.plan({ request: sampleRequest });
  if (!("id" in drafted)) throw new Error("Expected a plan, got questions");
  const approval = await masterPlan.approve({ id: drafted.id, hash: drafted.hash });
  return (await masterPlan.run({ approval: approval.id })).run;
}

const unknown = (file: string) => ({
  tool_calls: [
    { name: "run_shell", arguments: { command: `touch ${file}` } },
    { name: "write_everything", arguments: { path: "src/todo.ts", content: "" } },
  ],
});

function isTask(request: WireRequest): boolean {
  return request.body.tools !== undefined && saidIn(request).includes("# Task T-01");
}

/** The conversation as it would be without the model's first answer. */
function withoutFirstAnswer(request: WireRequest): WireRequest {
  const { messages } = request.body;
  const first = messages.findIndex((message) => message.role === "assistant");
  return { ...request, body: { ...request.body, messages: messages.filter((_, index) => index !== first) } };
}

test("AG-1 tools that do not exist are answered with the ones that do, and the attempt goes on", async () => {
  const file = path.join(folder, "escaped");
  const sample = sampleResponder();
  const run = await startRun((request) => {
    if (!isTask(request)) return sample(request);
    return turnOf(request) === 0 ? unknown(file) : sample(withoutFirstAnswer(request));
  });
  expect((await masterPlan.settled({ run })).status).toBe("waiting");
  const status = await masterPlan.status({ id: run });
  expect(status.waiting.map(({ kind, task }) => [kind, task])).toEqual([["review", "T-01"]]);
  expect(status.tasks[0]).toMatchObject({ task_id: "T-01", attempts: 1 });
  const answers = server.requests
    .filter((request) => isTask(request) && turnOf(request) === 1)
    .flatMap((request) => request.body.messages.filter((message) => message.role === "tool"))
    .map((message) => message.content ?? "");
  expect(answers[0]).toMatch(/There is no tool run_shell\. The tools are: list_files, /u);
  expect(answers[1]).toMatch(/There is no tool write_everything\. The tools are: list_files, /u);
  const { change } = await masterPlan.changeSet({ run, task: "T-01" });
  expect(change.files.length).toBeGreaterThan(0);
  expect(server.failures).toEqual([]);
  expect(existsSync(file)).toBe(false);
});

test("AG-3 a model that asks for nothing else fails its task with a reason, and nothing is written", async () => {
  const file = path.join(folder, "escaped");
  const sample = sampleResponder();
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: workspace, encoding: "utf8" });
  const before = [git("rev-parse", "HEAD"), git("status", "--porcelain")];
  const run = await startRun((request) =>
    // What failed is analysed afterwards, without tools; the script has no answer to that.
    isTask(request) ? unknown(file) : sample(request),
  );
  await masterPlan.settled({ run });
  const status = await masterPlan.status({ id: run });
  const [failed] = status.waiting;
  expect([failed?.kind, failed?.task]).toEqual(["failed", "T-01"]);
  expect(failed?.text).toMatch(/^T-01 .*run_shell.*Retry it, fix it yourself, or skip it$/u);
  expect(status.tasks.map((task) => task.status)).not.toContain("done");
  expect([git("rev-parse", "HEAD"), git("status", "--porcelain")]).toEqual(before);
  expect(existsSync(file)).toBe(false);
});
