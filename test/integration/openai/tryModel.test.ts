import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/adapters/node/systemClock";
import { OpenAiModel } from "../../../src/adapters/openai/openAiModel";
import type { MasterPlanError } from "../../../src/core/errors";
import { tryModel, type ModelTrial } from "../../../src/engine/model/tryModel";
import {
  startScriptedModelServer,
  type Responder,
  type ScriptedModelServer,
} from "../../support/scriptedModelServer";

const servers: ScriptedModelServer[] = [];
const bare: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  for (const server of bare.splice(0)) server.close();
});

async function serve(respond: Responder): Promise<ScriptedModelServer> {
  const server = await startScriptedModelServer(respond);
  servers.push(server);
  return server;
}

async function ask(
  baseUrl: string,
  { signal = new AbortController().signal, limitMs = 20_000 } = {},
): Promise<ModelTrial | MasterPlanError> {
  const model = new OpenAiModel({
    info: { provider: "openai-compatible", model: "m-1", origin: new URL(baseUrl).origin, recorded: false },
    baseUrl,
    apiKey: () => Promise.resolve("sk-test"),
    clock: systemClock,
  });
  return tryModel(model, systemClock, signal, limitMs).catch((error: unknown) => error as MasterPlanError);
}

describe("PV-4 choosing a model makes one small call and says how it went", () => {
  it("a model that answers is timed, with one small request", async () => {
    const server = await serve(() => ({ text: "ready" }));
    expect(await ask(server.baseUrl)).toMatchObject({ model: "m-1", ms: expect.any(Number) as number });
    expect(server.requests).toHaveLength(1);
    expect(JSON.stringify(server.requests[0]?.body).length).toBeLessThan(400);
  });

  it("a server that refuses an optional field is asked again without it", async () => {
    const server = await serve(({ body }) =>
      "max_completion_tokens" in body
        ? { kind: "status", status: 400, body: { error: { message: "Unknown field max_completion_tokens" } } }
        : { text: "ready" },
    );
    expect(await ask(server.baseUrl)).toMatchObject({ model: "m-1" });
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    [401, "Wrong key", "model.unauthorized", /Set the key again/u],
    [404, "The model `m-1` does not exist", "model.notFound", /base address and the model's name/u],
    [402, "Payment required", "model.quotaExceeded", /Top up/u],
    [400, "m-1 is no chat model", "model.rejected", /Its words say why/u],
  ] as const)("%i is a sentence with a next step", async (status, message, code, hint) => {
    const server = await serve(() => ({ kind: "status", status, body: { error: { message } } }));
    const failed = (await ask(server.baseUrl)) as MasterPlanError;
    expect(failed.code).toBe(code);
    expect(failed.message).toContain(message);
    expect(failed.hint ?? "").toMatch(hint);
  });

  it("a name that nobody knows and a port where nobody listens are named", async () => {
    const unknown = (await ask("http://nowhere.invalid/v1")) as MasterPlanError;
    expect(unknown.code).toBe("model.unreachable");
    expect(unknown.message).toMatch(
      /^http:\/\/nowhere\.invalid cannot be reached: (?:ENOTFOUND|EAI_AGAIN)$/u,
    );
    expect(unknown.hint).toContain("The name is not known");
    const closed = (await ask("http://127.0.0.1:9/v1")) as MasterPlanError;
    expect(closed.message).toContain("http://127.0.0.1:9 cannot be reached");
    expect(closed.hint).toContain("Check that the server runs");
  });

  it("a page instead of an API is told as such", async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<h1>Sign in</h1>");
    });
    bare.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const failed = (await ask(`http://127.0.0.1:${port}`)) as MasterPlanError;
    expect(failed.code).toBe("model.notAnApi");
    expect(failed.hint).toContain("login page");
  });

  it("silence ends at the limit, and a person's cancelling at once", async () => {
    const server = await serve(() => ({ kind: "noHeaders" }));
    const late = (await ask(server.baseUrl, { limitMs: 1 })) as MasterPlanError;
    expect(late.code).toBe("model.timedOut");
    expect(late.message).toMatch(/^No answer came within/u);
    expect(late.hint).toContain("choose another model");
    const stop = new AbortController();
    const asked = ask(server.baseUrl, { signal: stop.signal });
    stop.abort();
    expect(((await asked) as MasterPlanError).code).toBe("cancelled");
  });
});
