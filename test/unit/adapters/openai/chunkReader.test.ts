import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ChunkReader } from "../../../../src/adapters/openai/chunkReader";
import { ThinkSplitter } from "../../../../src/adapters/openai/thinkSplitter";
import type { ModelPart } from "../../../../src/ports/languageModel";

function read(...chunks: readonly unknown[]): readonly ModelPart[] {
  const reader = new ChunkReader();
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end(false)];
}

const delta = (value: unknown, finish: string | null = null, more: object = {}): unknown => ({
  choices: [{ index: 0, delta: value, finish_reason: finish, ...more }],
});
const toolDelta = (call: unknown): unknown => delta({ tool_calls: [call] });
const callsOf = (parts: readonly ModelPart[]) =>
  parts.flatMap((part) => (part.type === "tool_call" ? [part.call] : []));
const endOf = (parts: readonly ModelPart[]) => parts.find((part) => part.type === "end");
const textOf = (parts: readonly ModelPart[], type: "text" | "reasoning" = "text") =>
  parts.map((part) => (part.type === type ? part.text : "")).join("");

describe("tool calls", () => {
  const finish = delta({}, "tool_calls");

  test.each([
    [
      "pieces by index",
      [
        { index: 0, id: "a", function: { name: "f", arguments: "" } },
        { index: 0, function: { arguments: '{"x":' } },
        { index: 0, function: { arguments: "1}" } },
      ],
    ],
    [
      "later pieces with empty id and name",
      [
        { index: 0, id: "a", type: "function", function: { name: "f", arguments: '{"x":' } },
        { index: 0, id: "", function: { name: "", arguments: "1}" } },
      ],
    ],
    [
      "later pieces that repeat the id",
      [
        { index: 0, id: "a", function: { name: "f", arguments: '{"x":' } },
        { index: 0, id: "a", function: { arguments: "1}" } },
      ],
    ],
    [
      "no index at all",
      [{ id: "a", function: { name: "f", arguments: '{"x":' } }, { function: { arguments: "1}" } }],
    ],
    [
      "the whole call at once, without a type",
      [{ index: 0, id: "a", function: { name: "f", arguments: '{"x":1}' } }],
    ],
    ["arguments as an object", [{ index: 0, id: "a", function: { name: "f", arguments: { x: 1 } } }]],
  ])("%s", (_title, calls) => {
    expect(callsOf(read(...calls.map(toolDelta), finish))).toEqual([
      { id: "a", name: "f", arguments: '{"x":1}' },
    ]);
  });

  test("two calls under the same index stay two", () => {
    const calls = callsOf(
      read(
        toolDelta({ index: 0, id: "a", function: { name: "f", arguments: "{}" } }),
        toolDelta({ index: 0, id: "b", function: { name: "g", arguments: "{}" } }),
        finish,
      ),
    );
    expect(calls.map((call) => call.name)).toEqual(["f", "g"]);
  });

  test("missing ids and arguments are filled in", () => {
    expect(callsOf(read(toolDelta({ index: 0, function: { name: "f", arguments: "" } }), finish))).toEqual([
      { id: "call_1", name: "f", arguments: "{}" },
    ]);
  });

  test("the old function_call is one call", () => {
    const parts = read(
      delta({ function_call: { name: "f", arguments: "{" } }),
      delta({ function_call: { arguments: "}" } }),
      delta({}, "function_call"),
    );
    expect(callsOf(parts)).toEqual([{ id: "call_1", name: "f", arguments: "{}" }]);
    expect(endOf(parts)).toMatchObject({ finish: "tool_calls" });
  });
});

describe("text and thoughts", () => {
  test.each([
    ["reasoning_content", delta({ reasoning_content: "hm" })],
    ["reasoning", delta({ content: "", reasoning: "hm", reasoning_details: [] })],
    ["a thinking part", delta({ content: [{ type: "thinking", thinking: [{ type: "text", text: "hm" }] }] })],
    ["a think block", delta({ content: "<think>hm</think>" })],
  ])("a thought as %s is no text", (_title, chunk) => {
    const parts = read(chunk, delta({ content: "ok" }, "stop"));
    expect([textOf(parts, "reasoning"), textOf(parts)]).toEqual(["hm", "ok"]);
  });

  test("text as a list of parts", () => {
    expect(
      textOf(
        read(
          delta(
            {
              content: [
                { type: "text", text: "a" },
                { type: "text", text: "b" },
              ],
            },
            "stop",
          ),
        ),
      ),
    ).toBe("ab");
  });

  test("a think block is the same however it is cut", () => {
    const whole = "<think>first a < b</th then</think>\n\nThe answer <think>";
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 12 }), (cuts) => {
        const splitter = new ThinkSplitter();
        const places = [...cuts, whole.length].sort((a, b) => a - b);
        const parts = places.flatMap((place, index) =>
          splitter.push(whole.slice(places[index - 1] ?? 0, place)),
        );
        const all = [...parts, ...splitter.flush()];
        expect(textOf(all, "reasoning")).toBe("first a < b</th then");
        expect(textOf(all).trimStart()).toBe("The answer <think>");
      }),
    );
  });

  test("a text that only begins like a think block is text", () => {
    expect(textOf(read(delta({ content: "<thi" }), delta({ content: "s> is HTML" }, "stop")))).toBe(
      "<this> is HTML",
    );
  });

  test("a refusal is an error of its own", () => {
    expect(() => read(delta({ refusal: "I will " }), delta({ refusal: "not" }, "stop"))).toThrow(
      /refused: I will not/u,
    );
  });
});

describe("ends and usage", () => {
  const usage = { prompt_tokens: 5, completion_tokens: 2 };

  test.each([
    ["a last chunk without choices", [delta({ content: "x" }, "stop"), { choices: [], usage }]],
    [
      "the finish chunk",
      [{ choices: [{ index: 0, delta: { content: "x" }, finish_reason: "stop" }], usage }],
    ],
    [
      "every chunk, null first",
      [
        { choices: [{ index: 0, delta: { content: "x" } }], usage: null },
        { choices: [{ index: 0, delta: {}, finish_reason: "stop" }], usage },
      ],
    ],
    [
      "x_groq",
      [{ choices: [{ index: 0, delta: { content: "x" }, finish_reason: "stop" }], x_groq: { usage } }],
    ],
    ["the choice", [delta({ content: "x" }, "stop", { usage })]],
  ])("usage on %s", (_title, chunks) => {
    expect(endOf(read(...chunks))).toMatchObject({
      finish: "stop",
      usage: { input_tokens: 5, output_tokens: 2, cached_tokens: 0 },
    });
  });

  test.each([
    [{ prompt_tokens_details: { cached_tokens: 3 } }, 3],
    [{ prompt_cache_hit_tokens: 4 }, 4],
    [{ prompt_tokens_details: null }, 0],
  ])("cached tokens of %j", (more, cached) => {
    expect(
      endOf(
        read({
          choices: [{ index: 0, delta: { content: "x" }, finish_reason: "stop" }],
          usage: { ...usage, ...more },
        }),
      ),
    ).toMatchObject({ usage: { cached_tokens: cached } });
  });

  test.each([
    ["length", "length"],
    ["content_filter", "filtered"],
    ["eos", "stop"],
    ["constructor", "unknown"],
  ])("finish reason %s is %s", (reason, finish) => {
    expect(endOf(read(delta({ content: "x" }, reason)))).toMatchObject({ finish });
  });

  test("a first chunk without choices, other choices and unknown fields are no matter", () => {
    const parts = read(
      { choices: [], prompt_filter_results: [{}] },
      { choices: [{ index: 1, delta: { content: "other" } }] },
      delta({ content: "x", p: "abc" }, "stop", { logprobs: null }),
    );
    expect(textOf(parts)).toBe("x");
  });

  test("an error beside choices is an error", () => {
    expect(() =>
      read({ choices: [{ index: 0, delta: {} }], error: { code: 400, message: "Provider returned error" } }),
    ).toThrow(/Provider returned error/u);
  });

  test("no chunk of any shape breaks the reader in another way", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (chunks) => {
        try {
          read(...chunks);
        } catch (error) {
          expect(error).toMatchObject({ name: "MasterPlanError" });
        }
      }),
    );
  });
});
