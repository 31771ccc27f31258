import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sampleRequest, sampleResponder } from "../../support/sampleScript";
import { startScriptedModelServer, type ScriptedModelServer } from "../../support/scriptedModelServer";
import { startTunnelProxy, type TunnelProxy } from "../../support/tunnelProxy";
import { CliWorkspace } from "./cliWorkspace";

let server: ScriptedModelServer;
let proxy: TunnelProxy;
let workspace: CliWorkspace;

beforeEach(async () => {
  server = await startScriptedModelServer(sampleResponder());
  proxy = await startTunnelProxy({ port: Number(new URL(server.baseUrl).port) });
  workspace = await CliWorkspace.make();
  const settings = path.join(workspace.folder, "config", "masterplan");
  mkdirSync(settings, { recursive: true });
  const price = { usd_per_million_input: 0, usd_per_million_output: 0 };
  writeFileSync(path.join(settings, "provider.json"), JSON.stringify(price));
});

afterEach(async () => {
  workspace.remove();
  await proxy.close();
  await server.close();
});

describe("PV-5 the command line reaches models through the proxy that the environment names", () => {
  it("by a tunnel to the endpoint's own address; the key is for the endpoint alone", async () => {
    const { code, err } = await workspace.callWith(
      {
        HTTP_PROXY: proxy.url,
        MASTERPLAN_BASE_URL: "http://models.invalid/v1",
        MASTERPLAN_MODEL: "scripted",
        MASTERPLAN_API_KEY: "sk-for-the-endpoint",
      },
      "plan",
      sampleRequest,
    );
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(server.failures).toEqual([]);
    expect(server.requests.length).toBeGreaterThan(0);
    expect(new Set(server.requests.map(({ headers }) => headers.authorization))).toEqual(
      new Set(["Bearer sk-for-the-endpoint"]),
    );
    expect(new Set(proxy.asked)).toEqual(new Set(["models.invalid:80"]));
    expect(JSON.stringify(proxy.headers)).not.toContain("sk-for-the-endpoint");
  });

  it("but not those that NO_PROXY names, nor those on this computer", async () => {
    const direct = await workspace.callWith(
      { HTTP_PROXY: proxy.url, MASTERPLAN_BASE_URL: server.baseUrl, MASTERPLAN_MODEL: "scripted" },
      "plan",
      sampleRequest,
    );
    expect(direct.code).toBe(0);
    const excepted = await workspace.callWith(
      {
        http_proxy: proxy.url,
        no_proxy: "models.invalid",
        MASTERPLAN_BASE_URL: "http://models.invalid/v1",
        MASTERPLAN_MODEL: "scripted",
      },
      "plan",
      sampleRequest,
    );
    expect(excepted.code).not.toBe(0);
    expect(excepted.err).toContain("http://models.invalid");
    expect(proxy.asked).toEqual([]);
  });

  it("and says so when the address of a proxy is none", async () => {
    const { code, err } = await workspace.callWith({ HTTPS_PROXY: "user:secret at nowhere" }, "list");
    expect(code).toBe(2);
    expect(err).toContain("HTTPS_PROXY holds no address of a proxy");
    expect(err).not.toContain("secret");
  });
});
