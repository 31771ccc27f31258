import { describe, expect, test } from "vitest";
import { MasterPlanError } from "../../../src/core/errors";
import { err, ok } from "../../../src/core/result";
import type { AnswerSchema } from "../../../src/engine/model/modelClient";
import { harness, ListedModel, says } from "../../support/modelHarness";

const signal = new AbortController().signal;
const hello = {
  messages: [{ role: "user" as const, content: "Hello" }],
  purpose: "task" as const,
  task_id: "T-01",
};

function failing(
  code: MasterPlanError["code"],
  details: Readonly<Record<string, unknown>> = {},
): MasterPlanError {
  return new MasterPlanError(code, `It failed with ${code}`, { details });
}

const numberAnswer: AnswerSchema<number> = {
  name: "number",
  schema: {
    type: "object",
    required: ["n"],
    properties: { n: { type: "number" }, note: { type: "string" } },
  },
  parse: (value) => {
    const n = (value as { readonly n?: unknown }).n;
    return typeof n === "number"
      ? ok(n)
      : err([{ pointer: "/n", code: "answer.type", message: "must be a number" }]);
  },
};
const question = { messages: hello.messages, purpose: "plan" as const, answer: numberAnswer };

describe("retries", () => {
  test("MODEL-7 at most four requests per logical call, with growing room for the jitter", async () => {
    const unreachable = () => failing("model.unreachable", { retryable: true });
    const model = new ListedModel([unreachable(), unreachable(), unreachable(), unreachable()]);
    const { client, clock, closed } = harness(model);
    expect(await client.chat(hello, signal)).toMatchObject({
      ok: false,
      error: { code: "model.unreachable" },
    });
    expect(model.requests).toHaveLength(4);
    expect(clock.slept.map((ms, index) => ms <= 1000 * 2 ** index)).toEqual([true, true, true]);
    expect(closed.map((call) => call.row.outcome)).toEqual(Array(4).fill("model.unreachable"));
  });

  test("MODEL-7 what is not worth a retry is not retried", async () => {
    for (const code of [
      "model.unauthorized",
      "model.quotaExceeded",
      "model.contextTooLong",
      "model.rejected",
      "model.refused",
    ] as const) {
      const model = new ListedModel([failing(code, { retryable: false })]);
      expect(await harness(model).client.chat(hello, signal)).toMatchObject({ ok: false, error: { code } });
      expect(model.requests).toHaveLength(1);
    }
  });

  test("MODEL-3 a short Retry-After is kept to the millisecond, a long one becomes a time to wait until", async () => {
    const clock = harness(new ListedModel([])).clock;
    const short = harness(
      new ListedModel([
        failing("model.rateLimited", { retryable: true, retry_at: clock.time + 40_000 }),
        says("Hi"),
      ]),
    );
    expect(await short.client.chat(hello, signal)).toMatchObject({ ok: true, value: { text: "Hi" } });
    expect(short.clock.slept).toEqual([40_000]);
    const long = harness(
      new ListedModel([failing("model.rateLimited", { retryable: true, retry_at: clock.time + 3_600_000 })]),
    );
    const waiting = await long.client.chat(hello, signal);
    expect(waiting).toMatchObject({
      ok: false,
      error: { code: "model.rateLimited", details: { retry_at: clock.time + 3_600_000, waiting: true } },
    });
    expect(long.clock.slept).toEqual([]);
  });

  test("MODEL-1 a stream without an end is tried again and never taken", async () => {
    const model = new ListedModel([[{ type: "text", text: "Half of" }], says("Whole")]);
    expect(await harness(model).client.chat(hello, signal)).toMatchObject({
      ok: true,
      value: { text: "Whole" },
    });
  });

  test("an empty answer is tried again", async () => {
    const model = new ListedModel([says("  "), says("Something")]);
    expect(await harness(model).client.chat(hello, signal)).toMatchObject({
      ok: true,
      value: { text: "Something" },
    });
  });

  test("cancelling ends the call with its own code and without another request", async () => {
    const model = new ListedModel([failing("model.unreachable", { retryable: true })]);
    expect(await harness(model).client.chat(hello, AbortSignal.abort())).toMatchObject({
      ok: false,
      error: { code: "cancelled" },
    });
    expect(model.requests).toHaveLength(0);
  });
});

describe("structured answers", () => {
  test("MODEL-8 steps down from json_schema over json_object to text when the server refuses", async () => {
    const refused = (status: number) => failing("model.rejected", { status });
    const model = new ListedModel([refused(400), refused(422), says('Sure: {"n": 7}')]);
    expect(await harness(model).client.ask(question, signal)).toMatchObject({
      ok: true,
      value: { value: 7, repairs: 0 },
    });
    expect(model.requests.map((request) => request.structure)).toEqual([
      "json_schema",
      "json_object",
      "text",
    ]);
    expect(model.requests[0]?.schema?.schema).toMatchObject({
      additionalProperties: false,
      required: ["n", "note"],
    });
    expect(model.requests[2]?.messages.at(-1)?.content).toContain('"required":["n"]');
  });

  test("MODEL-9 faults go back with their places, twice at most", async () => {
    const model = new ListedModel([
      says("I would say seven"),
      says('{"n": "seven"}'),
      says('{"n": 7, "note": null}'),
    ]);
    expect(await harness(model).client.ask(question, signal)).toMatchObject({
      ok: true,
      value: { value: 7, repairs: 2 },
    });
    expect(model.requests[1]?.messages.at(-1)?.content).toContain(
      "the answer as a whole: The answer holds no JSON object",
    );
    expect(model.requests[2]?.messages.at(-1)?.content).toContain("/n: must be a number");
    expect(model.requests.map((request) => request.purpose)).toEqual(["plan", "repair", "repair"]);
  });

  test("MODEL-9 a third wrong answer ends it, naming the place and the next step", async () => {
    const model = new ListedModel([says('{"n": "a"}'), says('{"n": "b"}'), says('{"n": "c"}')]);
    const result = await harness(model).client.ask(question, signal);
    expect(result).toMatchObject({ ok: false, error: { code: "model.badAnswer" } });
    if (result.ok) return;
    expect(result.error.message).toBe(
      'The model\'s answer "number" is still wrong (repairs tried: 2), at /n: must be a number',
    );
    expect(result.error.hint).toMatch(/Nothing was stored/u);
    expect(model.requests).toHaveLength(3);
  });

  test("MODEL-1 a cut answer counts when its structure is whole, and not otherwise", async () => {
    const whole = new ListedModel([[{ type: "text", text: '{"n": 7}' }]]);
    expect(await harness(whole).client.ask(question, signal)).toMatchObject({
      ok: true,
      value: { value: 7 },
    });
    const cut = () => [{ type: "text" as const, text: '{"n": 7' }];
    const model = new ListedModel([cut(), cut(), cut(), cut()]);
    expect(await harness(model).client.ask(question, signal)).toMatchObject({
      ok: false,
      error: { code: "model.truncated" },
    });
  });

  test("an answer that the length limit cut is told apart", async () => {
    const model = new ListedModel([
      [
        { type: "text", text: '{"n":' },
        { type: "end", finish: "length", usage: null },
      ],
    ]);
    expect(await harness(model).client.ask(question, signal)).toMatchObject({
      ok: false,
      error: { code: "model.truncated", details: { finish: "length" } },
    });
  });

  test("a filtered answer is a refusal", async () => {
    const model = new ListedModel([[{ type: "end", finish: "filtered", usage: null }]]);
    expect(await harness(model).client.ask(question, signal)).toMatchObject({
      ok: false,
      error: { code: "model.refused" },
    });
  });
});

describe("money and traces", () => {
  const price = { usd_per_million_input: 10, usd_per_million_output: 30, usd_per_million_cached: 1 };

  test("MODEL-6 a call is refused before it is sent when what is left does not cover it", async () => {
    const model = new ListedModel([says("Hi")], price);
    const { client, opened } = harness(model, { budget: 0.01 });
    const refused = await client.chat({ ...hello, max_output_tokens: 1000 }, signal);
    expect(refused).toMatchObject({ ok: false, error: { code: "model.budgetExceeded" } });
    expect([model.requests.length, opened.length]).toEqual([0, 0]);
  });

  test("MODEL-6 usage settles the reservation, and the bound goes over the wire", async () => {
    const model = new ListedModel(
      [says("Hi", { input_tokens: 1000, output_tokens: 100, cached_tokens: 400 })],
      price,
    );
    const { client, ledger, closed, opened } = harness(model, { budget: 1 });
    await client.chat({ ...hello, max_output_tokens: 1000 }, signal);
    expect(opened[0]?.reserved_usd).toBeGreaterThan(0.03);
    expect(ledger.spentUsd).toBeCloseTo((600 * 10 + 400 * 1 + 100 * 30) / 1e6);
    expect(ledger.leftUsd).toBeCloseTo(1 - ledger.spentUsd);
    expect(model.requests[0]?.max_output_tokens).toBe(1000);
    expect(closed[0]?.row).toMatchObject({
      task_id: "T-01",
      purpose: "task",
      input_tokens: 1000,
      cached_tokens: 400,
      outcome: "ok",
      recorded: false,
    });
  });

  test("MODEL-6 missing usage is charged by estimate, a call that never began costs nothing", async () => {
    const silent = harness(
      new ListedModel(
        [
          [
            { type: "text", text: "Hello" },
            { type: "end", finish: "stop", usage: null },
          ],
        ],
        price,
      ),
    );
    await silent.client.chat(hello, signal);
    expect(silent.ledger.spentUsd).toBeGreaterThan(0);
    const refused = harness(new ListedModel([failing("model.unauthorized")], price));
    await refused.client.chat(hello, signal);
    expect(refused.ledger.spentUsd).toBe(0);
  });

  test("MODEL-6 an unknown price and a budget do not go together", async () => {
    const model = new ListedModel([says("Hi")], { origin: "https://somewhere.example" });
    expect(await harness(model, { budget: 1 }).client.chat(hello, signal)).toMatchObject({
      ok: false,
      error: { code: "model.budgetExceeded" },
    });
    expect(await harness(model).client.chat(hello, signal)).toMatchObject({ ok: true });
  });

  test("MODEL-10 transcripts and errors hold no secret", async () => {
    const secret = "hush-hush-0123456789";
    const model = new ListedModel([failing("model.unauthorized"), says(`It is ${secret}`)]);
    const { client, closed } = harness(model, { secrets: [secret] });
    const request = {
      ...hello,
      messages: [{ role: "user" as const, content: `The key is ${secret} and sk-abcdefghijklmnopqrstuv` }],
    };
    await client.chat(request, signal);
    await client.chat(request, signal);
    const text = closed.map((call) => call.transcript).join("\n");
    expect(text).not.toContain(secret);
    expect(text).not.toContain("sk-abcdef");
    expect(text).toContain("The key is [redacted] and [redacted]");
    const thrown = new ListedModel([new MasterPlanError("model.unauthorized", `Bad key ${secret}`)]);
    const result = await harness(thrown, { secrets: [secret] }).client.chat(request, signal);
    expect(result.ok ? "" : result.error.message).toBe("Bad key [redacted]");
  });

  test("a recorded model costs nothing and says that it is recorded", async () => {
    const { client, ledger, closed } = harness(new ListedModel([says("Hi")], { recorded: true, ...price }), {
      budget: 0.001,
    });
    expect(await client.chat(hello, signal)).toMatchObject({ ok: true, value: { recorded: true } });
    expect([ledger.spentUsd, closed[0]?.row.recorded]).toEqual([0, true]);
  });

  test("nothing is sent when the call cannot be announced", async () => {
    const model = new ListedModel([says("Hi")]);
    const { client, ledger, opened } = harness(model, { budget: 1 });
    opened.push = () => {
      throw new MasterPlanError("store.full", "The disk is full");
    };
    await expect(client.chat(hello, signal)).rejects.toMatchObject({ code: "store.full" });
    expect([model.requests.length, ledger.leftUsd]).toEqual([0, 1]);
  });
});
