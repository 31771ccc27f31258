import { afterEach, describe, expect, test } from "vitest";
import { OpenAiModel } from "../../../src/adapters/openai/openAiModel";
import { systemClock } from "../../../src/adapters/node/systemClock";
import { tasksOf, type Plan } from "../../../src/core/plan/plan";
import { runAgent } from "../../../src/engine/agent/agentLoop";
import { createPlanner, type PlanDraft } from "../../../src/engine/plan/planner";
import type { Evidence } from "../../../src/core/validation/evidence";
import { harness, MemoryFiles } from "../../support/modelHarness";
import { sampleRequest, sampleResponder } from "../../support/sampleScript";
import {
  startScriptedModelServer,
  type Responder,
  type ScriptedModelServer,
} from "../../support/scriptedModelServer";
import { readFileSync } from "node:fs";
import path from "node:path";
import { nodeTests } from "../../support/nodeTests";

const passed: Evidence = {
  check: "test",
  layer: "tests",
  severity: "critical",
  status: "passed",
  summary: "all passed",
  duration_ms: 1,
};
const facts = {
  project_name: "todo-list",
  languages: ["TypeScript"],
  scripts: { test: nodeTests },
  checks: [],
  files: ["src/todo.ts"],
  documents: [],
};
const signal = new AbortController().signal;
const workspace = path.join(import.meta.dirname, "../../sample/workspace");
const servers: ScriptedModelServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function connect(
  responder: Responder,
): Promise<{ server: ScriptedModelServer; client: ReturnType<typeof harness>["client"] }> {
  const server = await startScriptedModelServer(responder);
  servers.push(server);
  const model = new OpenAiModel({
    info: {
      provider: "openai-compatible",
      model: "scripted",
      origin: new URL(server.baseUrl).origin,
      recorded: false,
    },
    baseUrl: server.baseUrl,
    apiKey: () => Promise.resolve(null),
    clock: systemClock,
  });
  return { server, client: harness(model).client };
}

async function draftOver(responder: Responder): Promise<{ server: ScriptedModelServer; plan: Plan }> {
  const { server, client } = await connect(responder);
  const draft = await createPlanner({ client }).draft({ request: sampleRequest, facts }, signal);
  if (!draft.ok) throw draft.error;
  return { server, plan: planOf(draft.value) };
}

function planOf(draft: PlanDraft): Plan {
  if (draft.kind !== "plan") throw new Error("Expected a plan, got questions");
  return draft.plan;
}

describe("the sample over HTTP", () => {
  test("a request becomes a plan of five tasks", async () => {
    const { server, plan } = await draftOver(sampleResponder());
    expect(tasksOf(plan)).toHaveLength(5);
    expect(server.failures).toEqual([]);
    expect(server.requests.map((request) => request.body.response_format?.json_schema?.name)).toEqual([
      "discovery_questions",
      "discovery_document",
      "masterplan",
    ]);
  });

  test("questions come back, and their answers reach the model", async () => {
    const questions = [
      { id: "Q1", category: "workflows", question: "Who exports?", why_we_ask: "Decides the format" },
    ];
    const { server, client } = await connect(
      sampleResponder({ questions, demandedAnswers: ["Q1: The owner"] }),
    );
    const planner = createPlanner({ client });
    expect(await planner.draft({ request: sampleRequest, facts }, signal)).toEqual({
      ok: true,
      value: { kind: "questions", questions },
    });
    const second = await planner.draft(
      { request: sampleRequest, facts, answers: { Q1: "The owner" } },
      signal,
    );
    expect(second).toMatchObject({ ok: true, value: { kind: "plan" } });
    expect(server.failures).toEqual([]);
  });

  test("a task's attempt tells its id, criteria and the rejection's text", async () => {
    const { plan } = await draftOver(sampleResponder());
    const { server, client } = await connect(
      sampleResponder({ rejections: { "T-01": "Refuse an unknown priority" } }),
    );
    const task = tasksOf(plan)[0]!.task;
    const files = new MemoryFiles({
      "src/todo.ts": readFileSync(path.join(workspace, "src/todo.ts"), "utf8"),
    });
    const attempt = (feedback: readonly string[]) =>
      runAgent({
        client,
        plan,
        task,
        planHash: "f".repeat(64),
        files,
        feedback: feedback.map((text) => ({ attempt: 1, source: "review" as const, text })),
        checks: ["test"],
        runCheck: () => Promise.resolve(passed),
        maxSteps: 10,
        onStep: () => undefined,
        signal,
      });
    expect(await attempt([])).toMatchObject({ ok: true });
    expect(await attempt(["Refuse an unknown priority"])).toMatchObject({ ok: true });
    expect(server.failures).toEqual([]);
    expect(await attempt(["Something else"])).toMatchObject({ ok: false, error: { code: "model.rejected" } });
    expect(server.failures).toEqual(['The request lacks: "Refuse an unknown priority"']);
  });

  test("the prefix of two tasks is byte-identical, and the cache key is the plan's hash", async () => {
    const { plan } = await draftOver(sampleResponder());
    const { server, client } = await connect(() => ({
      tool_calls: [{ name: "finish", arguments: { summary: "Done" } }],
    }));
    for (const { task } of tasksOf(plan).slice(0, 2)) {
      const files = new MemoryFiles();
      const runCheck = () => Promise.resolve(passed);
      await runAgent({
        client,
        plan,
        task,
        planHash: "abc",
        files,
        feedback: [],
        checks: [],
        runCheck,
        maxSteps: 2,
        onStep: () => undefined,
        signal,
      });
    }
    const [first, second] = server.requests.map((request) => request.body);
    expect(first?.messages[0]).toEqual(second?.messages[0]);
    expect(first?.tools).toEqual(second?.tools);
    expect([first?.["prompt_cache_key"], second?.["prompt_cache_key"]]).toEqual(["abc", "abc"]);
  });
});
