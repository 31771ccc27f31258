import { afterEach, describe, expect, test } from "vitest";
import { OpenAiModel, type ModelTimeouts } from "../../../src/adapters/openai/openAiModel";
import { systemClock } from "../../../src/adapters/node/systemClock";
import { collect, helloRequest } from "../../support/modelParts";
import {
  startScriptedModelServer,
  streamOf,
  type Behavior,
  type ScriptedModelServer,
  type WireAnswer,
} from "../../support/scriptedModelServer";

const servers: ScriptedModelServer[] = [];
const key = "sk-test-0123456789abcdefghij";

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(...script: readonly (Behavior | WireAnswer)[]): Promise<ScriptedModelServer> {
  let next = 0;
  const server = await startScriptedModelServer(() => {
    const step = script[Math.min(next, script.length - 1)];
    next += 1;
    if (step === undefined) throw new Error("The script is empty");
    return step;
  });
  servers.push(server);
  return server;
}

function modelOf(baseUrl: string, timeouts: Partial<ModelTimeouts> = {}): OpenAiModel {
  const origin = new URL(baseUrl).origin;
  return new OpenAiModel({
    info: { provider: "openai-compatible", model: "scripted", origin, recorded: false },
    baseUrl,
    apiKey: () => Promise.resolve(key),
    clock: systemClock,
    timeouts,
  });
}

const whole = streamOf({ text: "Hello there" });
const status = (code: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Behavior => ({
  kind: "status",
  status: code,
  body,
  headers,
});

describe("an answer", () => {
  test("comes in parts with usage, and the key goes to its endpoint", async () => {
    const server = await serve({
      text: "Hello there",
      usage: { prompt_tokens: 12, completion_tokens: 3, cached_tokens: 8 },
    });
    const answer = await collect(modelOf(server.baseUrl), helloRequest);
    expect(answer).toMatchObject({ text: "Hello there", error: null });
    expect(answer.end).toEqual({
      type: "end",
      finish: "stop",
      usage: { input_tokens: 12, output_tokens: 3, cached_tokens: 8 },
      model: "scripted",
    });
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${key}`);
  });

  test("with tool calls keeps ids, names and arguments", async () => {
    const server = await serve({
      tool_calls: [
        { name: "read_file", arguments: { path: "a.ts" } },
        { name: "finish", arguments: { summary: "ok" } },
      ],
    });
    const answer = await collect(modelOf(server.baseUrl), helloRequest);
    expect(answer.calls).toEqual([
      { id: "call_1", name: "read_file", arguments: '{"path":"a.ts"}' },
      { id: "call_2", name: "finish", arguments: '{"summary":"ok"}' },
    ]);
    expect(answer.end?.finish).toBe("tool_calls");
  });

  test("that comes whole although a stream was asked for is taken", async () => {
    const body = JSON.stringify({
      choices: [{ message: { content: "Hello", tool_calls: [] }, finish_reason: "stop" }],
      usage: { prompt_tokens: 1, completion_tokens: 1 },
    });
    const server = await serve({ kind: "raw", bytes: body, type: "application/json" });
    expect(await collect(modelOf(server.baseUrl), helloRequest)).toMatchObject({
      text: "Hello",
      end: { finish: "stop" },
    });
  });

  test("sends structure, tools and the cache key as the protocol says", async () => {
    const server = await serve({ text: "{}" });
    const schema = { name: "masterplan", schema: { type: "object" } };
    const tools = [{ name: "finish", description: "Ends", parameters: { type: "object" } }];
    await collect(modelOf(server.baseUrl), {
      ...helloRequest,
      schema,
      structure: "json_schema",
      tools,
      cache_key: "abc",
      max_output_tokens: 9,
    });
    expect(server.requests[0]?.body).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
      response_format: {
        type: "json_schema",
        json_schema: { name: "masterplan", strict: true, schema: { type: "object" } },
      },
      tool_choice: "auto",
      prompt_cache_key: "abc",
      max_completion_tokens: 9,
    });
    expect(server.requests[0]?.body.tools?.[0]?.function.name).toBe("finish");
  });

  test("an optional field that the server refuses is left out from then on", async () => {
    const refusal = {
      detail: [
        { type: "extra_forbidden", loc: ["body", "prompt_cache_key"], msg: "Extra inputs are not permitted" },
      ],
    };
    const server = await serve(status(422, refusal), { text: "Hello" });
    const model = modelOf(server.baseUrl);
    const first = await collect(model, { ...helloRequest, cache_key: "abc" });
    expect(first.error).toMatchObject({ code: "model.rejected", details: { retryable: true } });
    expect(await collect(model, { ...helloRequest, cache_key: "abc" })).toMatchObject({
      text: "Hello",
      error: null,
    });
    expect(server.requests[1]?.body).not.toHaveProperty("prompt_cache_key");
  });
});

test("MODEL-10 names what it authenticates with, so that it can be kept out of transcripts", async () => {
  const model = new OpenAiModel({
    info: { provider: "openai-compatible", model: "scripted", origin: "http://127.0.0.1:1", recorded: false },
    baseUrl: "http://127.0.0.1:1/v1",
    apiKey: () => Promise.resolve(key),
    headers: { "x-tenant": "tenant-secret" },
    clock: systemClock,
  });
  expect(await model.secrets()).toEqual([key, "tenant-secret"]);
});

describe("a broken answer", () => {
  test("MODEL-1 a stream that ends without an end mark has no end part", async () => {
    const server = await serve({
      kind: "raw",
      bytes: whole.slice(0, whole.indexOf('"finish_reason":"stop"') - 100),
    });
    expect(await collect(modelOf(server.baseUrl), helloRequest)).toMatchObject({ end: null });
  });

  const cases: readonly (readonly [string, Behavior | WireAnswer, string, Partial<ModelTimeouts>?])[] = [
    [
      "a socket that is destroyed in mid-stream",
      { kind: "cut", bytes: whole.slice(0, 400) },
      "model.truncated",
    ],
    ["a last line that is cut", { kind: "raw", bytes: whole.slice(0, 350) }, "model.truncated"],
    ["silence before the headers", { kind: "noHeaders" }, "model.timedOut", { headers: 150 }],
    ["silence after the headers", { kind: "stall" }, "model.timedOut", { firstToken: 150 }],
    [
      "silence after the first part",
      { kind: "stall", bytes: whole.slice(0, whole.indexOf("finish") + 400) },
      "model.timedOut",
      { idle: 150 },
    ],
    ["comments for ever", { kind: "pings" }, "model.timedOut", { firstToken: 150 }],
    ["a slow trickle beyond the total", { kind: "pings" }, "model.timedOut", { total: 150 }],
    ["one endless line", { kind: "flood" }, "model.badAnswer"],
    [
      "a login page",
      { kind: "raw", bytes: "<html><body>Sign in</body></html>", type: "text/html" },
      "model.notAnApi",
    ],
    ["an empty body", { kind: "raw", bytes: "", type: "application/json" }, "model.truncated"],
    ["cut JSON", { kind: "raw", bytes: '{"choices":[{"mess', type: "application/json" }, "model.truncated"],
    ["a redirect elsewhere", status(307, "", { location: "https://other.example/v1" }), "model.notAnApi"],
    [
      "an error in mid-stream",
      {
        kind: "raw",
        bytes: `${whole.slice(0, whole.indexOf("\n\n") + 2)}data: {"error":{"message":"boom","code":500}}\n\n`,
      },
      "model.unreachable",
    ],
    [
      "an error with a string body",
      status(500, { error: "Error in iterating prediction stream: StopIteration: " }),
      "model.unreachable",
    ],
  ];
  test.each(cases.map(([title, behavior, code, timeouts]) => ({ title, behavior, code, timeouts })))(
    "$title",
    async ({ behavior, code, timeouts }) => {
      const server = await serve(behavior);
      const answer = await collect(modelOf(server.baseUrl, timeouts), helloRequest);
      expect(answer.error?.code).toBe(code);
      expect(server.requests).toHaveLength(1);
    },
  );

  test("nothing listens there", async () => {
    const server = await serve({ text: "Hello" });
    await server.close();
    const answer = await collect(modelOf(server.baseUrl), helloRequest);
    expect(answer.error).toMatchObject({ code: "model.unreachable", details: { retryable: true } });
  });
});

describe("a refusal", () => {
  test.each([
    [401, { error: { message: `Incorrect API key provided: ${key}` } }, "model.unauthorized", false],
    [401, { detail: "Invalid API Key" }, "model.unauthorized", false],
    [402, { error: { message: "Insufficient Balance" } }, "model.quotaExceeded", false],
    [
      404,
      { error: { message: "The model `x` does not exist", code: "model_not_found" } },
      "model.notFound",
      false,
    ],
    [
      400,
      {
        error: {
          message: "This model's maximum context length is 8192 tokens",
          code: "context_length_exceeded",
        },
      },
      "model.contextTooLong",
      false,
    ],
    [
      429,
      { error: { message: "Rate limit reached", code: "rate_limit_exceeded" } },
      "model.rateLimited",
      true,
    ],
    [
      429,
      { error: { message: "You exceeded your current quota", code: "insufficient_quota" } },
      "model.quotaExceeded",
      false,
    ],
    [
      429,
      {
        error: { code: "RateLimitReached", message: "Request too large, prompt is too long: context length" },
      },
      "model.contextTooLong",
      false,
    ],
    [400, { error: { message: "Invalid parameter: response_format" } }, "model.rejected", false],
    [503, "<html>Bad gateway</html>", "model.unreachable", true],
    [
      500,
      { error: { code: 500, message: "tools param requires --jinja flag", type: "server_error" } },
      "model.unreachable",
      false,
    ],
  ])("MODEL-2 %i %j becomes %s", async (code, body, expected, retryable) => {
    const server = await serve(status(code, body));
    const { error } = await collect(modelOf(server.baseUrl), helloRequest);
    expect(error).toMatchObject({ code: expected, details: { retryable } });
    expect(error?.message).not.toContain(key);
  });

  test.each([
    ["2", 2000],
    ["61", 61_000],
    ["3600", 3_600_000],
    ["soon", null],
  ])("MODEL-3 Retry-After %s is understood", async (text, waits) => {
    const server = await serve(status(429, { error: { message: "slow down" } }, { "retry-after": text }));
    const before = Date.now();
    const { error } = await collect(modelOf(server.baseUrl), helloRequest);
    const at = error?.details["retry_at"];
    if (waits === null) expect(at).toBeNull();
    else expect(Math.abs(Number(at) - before - waits)).toBeLessThan(2000);
  });
});

describe("cancelling", () => {
  test("MODEL-4 ends a hanging call at once", async () => {
    const server = await serve({ kind: "stall" });
    const controller = new AbortController();
    const answer = collect(modelOf(server.baseUrl), helloRequest, controller.signal);
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    expect((await answer).error?.code).toBe("cancelled");
  });

  test("before the call nothing is sent", async () => {
    const server = await serve({ text: "Hello" });
    expect((await collect(modelOf(server.baseUrl), helloRequest, AbortSignal.abort())).error?.code).toBe(
      "cancelled",
    );
    expect(server.requests).toHaveLength(0);
  });
});
