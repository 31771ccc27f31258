import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { OpenAiModel } from "../../../src/adapters/openai/openAiModel";
import { systemClock } from "../../../src/adapters/node/systemClock";
import { collect, helloRequest, type Collected } from "../../support/modelParts";

const folder = path.join(import.meta.dirname, "../../fixtures/model/streams");
const streams = readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name))] as const);

afterEach(() => vi.unstubAllGlobals());

/** Feeds bytes through the whole adapter without a socket, in these pieces. */
async function feed(pieces: readonly Uint8Array[]): Promise<Collected> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  vi.stubGlobal("fetch", () =>
    Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } })),
  );
  const model = new OpenAiModel({
    info: { provider: "openai-compatible", model: "m", origin: "http://127.0.0.1:1", recorded: false },
    baseUrl: "http://127.0.0.1:1/v1",
    apiKey: () => Promise.resolve(null),
    clock: systemClock,
  });
  return collect(model, helloRequest);
}

const expected: Readonly<Record<string, (answer: Collected) => void>> = {
  "deepseek-reasoning.sse": (answer) => {
    expect(answer.reasoning.length).toBeGreaterThan(300);
    expect(answer.end).toMatchObject({ finish: "stop", usage: { input_tokens: 6, output_tokens: 212 } });
  },
  "groq-tool-use-failed.sse": (answer) => {
    expect(answer.error).toMatchObject({
      code: "model.badAnswer",
      details: { provider_code: "tool_use_failed" },
    });
  },
  "llamacpp-no-done.sse": (answer) => {
    expect(answer).toMatchObject({
      text: "Once,",
      end: { finish: "length", usage: { input_tokens: 14, output_tokens: 50 } },
    });
  },
  "mistral-two-tools.sse": (answer) => {
    expect(answer.calls.map((call) => call.name)).toEqual(["search", "weather"]);
    expect(answer.end).toMatchObject({
      finish: "tool_calls",
      usage: { input_tokens: 164, output_tokens: 25 },
    });
  },
  "ollama-reasoning.sse": (answer) => {
    expect(answer.reasoning).toMatch(/^The task/u);
    expect(answer.end).toMatchObject({ finish: "stop", usage: { input_tokens: 74, output_tokens: 53 } });
  },
  "openai-tool.sse": (answer) => {
    expect(answer.calls).toMatchObject([{ id: "call_1EYWDzueHEp8OsB8jJSEp7WB", name: "multiply" }]);
    expect(JSON.parse(answer.calls[0]?.arguments ?? "")).toBeTypeOf("object");
    expect(answer.end).toMatchObject({
      finish: "tool_calls",
      usage: { input_tokens: 54, output_tokens: 20 },
    });
  },
  "openrouter-reasoning.sse": (answer) => {
    expect(answer.text).toMatch(/^The answer/u);
    expect(answer.reasoning).toMatch(/^I need/u);
    expect(answer.end?.finish).toBe("stop");
  },
};

describe("recorded streams", () => {
  test.each(streams)("%s is read whole", async (name, bytes) => {
    const check = expected[name];
    if (check === undefined) throw new Error(`No expectation for ${name}`);
    check(await feed([bytes]));
  });

  test.each(streams)("%s reads the same however it is cut into pieces", async (_name, bytes) => {
    const wanted = await feed([bytes]);
    for (const size of [1, 2, 3, 7, 64, 1000]) {
      const pieces = [];
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
      const answer = await feed(pieces);
      expect({ ...answer, error: answer.error?.code }).toEqual({ ...wanted, error: wanted.error?.code });
    }
  });

  test.each(streams)(
    "MODEL-1 %s cut at any byte is whole or truncated, never a shorter answer",
    async (_name, stream) => {
      const bytes = shortened(stream);
      const wanted = await feed([bytes]);
      for (let at = 0; at < bytes.length; at += 1) {
        const answer = await feed([bytes.subarray(0, at)]);
        if (answer.end !== null)
          expect([at, answer.text, answer.calls]).toEqual([at, wanted.text, wanted.calls]);
        else if (answer.error !== null && answer.error.code !== wanted.error?.code) {
          expect([at, answer.error.code]).toEqual([at, "model.truncated"]);
        }
      }
    },
  );
});

/** The first and last events of a long stream: cutting all of it at every byte costs minutes and tells nothing more. */
function shortened(bytes: Uint8Array): Uint8Array {
  const events = new TextDecoder().decode(bytes).split(/(?<=\n\n)/u);
  return new TextEncoder().encode(
    events.length <= 5 ? events.join("") : [...events.slice(0, 2), ...events.slice(-3)].join(""),
  );
}
