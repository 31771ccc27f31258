import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { probeEndpoint } from "../../../src/adapters/node/provider/probeEndpoint";
import { resolveKey } from "../../../src/adapters/node/provider/providerSettings";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(status: number, headers: Record<string, string> = {}) {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.url ?? ""} ${request.headers.authorization ?? ""}`);
    response.writeHead(status, headers).end("{}");
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}/v1`, origin: `http://127.0.0.1:${port}`, seen };
}

function probe(baseUrl: string, apiKey: string | null = "sk-test") {
  const key = (): Promise<string | null> => Promise.resolve().then(() => resolveKey(apiKey, {}));
  return probeEndpoint({ baseUrl, headers: {}, apiKey: key }, new AbortController().signal);
}

it("PT-5 asks the endpoint for a sign of life, with its key, and tells silence from a refused key", async () => {
  const good = await serve(200);
  expect(await probe(good.baseUrl)).toEqual({ state: "answers" });
  expect(good.seen).toEqual(["/v1/models Bearer sk-test"]);
  const plain = await serve(404);
  expect(await probe(`${plain.baseUrl}/`, null)).toEqual({ state: "answers" });
  expect(plain.seen).toEqual(["/v1/models "]);
  expect(await probe(good.baseUrl, "${NOT_SET_ANYWHERE}")).toMatchObject({ state: "key_refused" });
  const refused = await serve(401);
  expect(await probe(refused.baseUrl)).toEqual({ state: "key_refused", detail: refused.origin });
  const broken = await serve(503);
  expect(await probe(broken.baseUrl)).toMatchObject({ state: "failing" });
  expect(await probe("http://127.0.0.1:1/v1")).toEqual({ state: "silent", detail: "http://127.0.0.1:1" });
});

it("PT-5 takes the key nowhere else", async () => {
  const elsewhere = await serve(200);
  const moving = await serve(307, { location: `${elsewhere.baseUrl}/models` });
  expect(await probe(moving.baseUrl)).toEqual({ state: "answers" });
  expect(elsewhere.seen).toEqual([]);
});
