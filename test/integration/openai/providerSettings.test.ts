import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createNodeModelSource } from "../../../src/adapters/node/provider/nodeModelSource";
import {
  loadProviderSettings,
  resolveKey,
  userConfigFolder,
  type ProviderSources,
} from "../../../src/adapters/node/provider/providerSettings";
import { systemClock } from "../../../src/adapters/node/systemClock";
import { collect, helloRequest } from "../../support/modelParts";
import { startScriptedModelServer } from "../../support/scriptedModelServer";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "masterplan-provider-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function load(file: unknown, over: Partial<ProviderSources> = {}) {
  const configFolder = over.configFolder ?? path.join(folder, "config");
  mkdirSync(configFolder, { recursive: true });
  if (file !== null)
    writeFileSync(
      path.join(configFolder, "provider.json"),
      typeof file === "string" ? file : JSON.stringify(file),
    );
  return loadProviderSettings({ env: {}, workspace: path.join(folder, "workspace"), ...over, configFolder });
}

describe("provider settings", () => {
  test("nothing configured is no provider", async () => {
    expect(await load(null)).toBeNull();
  });

  test("flags come before the environment, and that before the file", async () => {
    const env = {
      MASTERPLAN_BASE_URL: "http://env.example/v1",
      MASTERPLAN_MODEL: "env-model",
      MASTERPLAN_MODEL_SIMPLE: "env-simple",
    };
    const file = { base_url: "http://file.example/v1", model: "file-model" };
    expect(await load(file, { env, flags: { model: "flag-model" } })).toMatchObject({
      baseUrl: "http://env.example/v1",
      model: "flag-model",
      simpleModel: "env-simple",
    });
  });

  test("PV-1 the workspace's own files are never settings", async () => {
    const workspace = path.join(folder, "workspace");
    const inside = path.join(workspace, ".config", "masterplan");
    expect(
      await load({ base_url: "http://evil.example/v1", model: "m" }, { workspace, configFolder: inside }),
    ).toBeNull();
  });

  test("PV-2 a key goes to the address it was written for and to no other", async () => {
    const file = {
      base_url: "http://file.example/v1",
      model: "m",
      api_key: "${KEY}",
      headers: { "x-team": "a" },
    };
    expect(await load(file)).toMatchObject({ apiKey: "${KEY}", headers: { "x-team": "a" } });
    expect(await load(file, { env: { MASTERPLAN_BASE_URL: "http://other.example/v1" } })).toMatchObject({
      apiKey: null,
      headers: {},
    });
  });

  test("PV-3 references are resolved at call time, and a missing variable is named", () => {
    expect(resolveKey("${KEY}", { KEY: "sk-1" })).toBe("sk-1");
    expect(resolveKey("plain", {})).toBe("plain");
    expect(resolveKey(null, {})).toBeNull();
    expect(() => resolveKey("${KEY}", {})).toThrow(/environment variable KEY, which is not set/u);
  });

  test.each([
    [
      "an unknown provider",
      { provider: "clod", model: "m" },
      "model.unknownProvider",
      /"clod", expected one of openai-compatible, openai/u,
    ],
    ["an unknown field", { base_ur: "x" }, "usage.invalid", /\/base_ur: There is no field base_ur/u],
    ["broken JSON", "{", "usage.invalid", /not valid JSON/u],
    ["an address that is none", { base_url: "nowhere", model: "m" }, "usage.invalid", /is no URL/u],
    ["another protocol", { base_url: "ftp://x/v1", model: "m" }, "usage.invalid", /http or https/u],
    [
      "a password in the address",
      { base_url: "http://a:b@x/v1", model: "m" },
      "usage.invalid",
      /name or password/u,
    ],
    ["no model", { base_url: "http://x/v1" }, "model.none", /No model is named/u],
  ])("%s is refused with a sentence", async (_title, file, code, message) => {
    await expect(load(file)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  test("the configuration folder follows the platform", () => {
    expect(userConfigFolder({ XDG_CONFIG_HOME: "/x" }, "linux")).toBe("/x/masterplan");
    expect(userConfigFolder({ XDG_CONFIG_HOME: "relative" }, "linux")).toMatch(/\.config\/masterplan$/u);
    expect(userConfigFolder({}, "darwin")).toMatch(/Library\/Application Support\/masterplan$/u);
  });
});

describe("model source", () => {
  const source = (settings: Awaited<ReturnType<typeof load>>, env = {}) =>
    createNodeModelSource({
      clock: systemClock,
      env,
      recordingPath: null,
      settings: () => Promise.resolve(settings),
    });

  test("an endpoint answers with its key, and its description holds none", async () => {
    const server = await startScriptedModelServer(() => ({ text: "Hello" }));
    const env = {
      MASTERPLAN_BASE_URL: server.baseUrl,
      MASTERPLAN_MODEL: "m",
      MASTERPLAN_API_KEY: "sk-secret-123456",
      MASTERPLAN_MODEL_SIMPLE: "small",
    };
    const models = source(await load(null, { env }), env);
    const model = await models.model("default");
    expect(model?.info).toMatchObject({ provider: "openai-compatible", model: "m", recorded: false });
    expect((await models.model("simple"))?.info.model).toBe("small");
    expect(await models.model("default")).toBe(model);
    if (model !== null) expect(await collect(model, helloRequest)).toMatchObject({ text: "Hello" });
    expect(server.requests[0]?.headers.authorization).toBe("Bearer sk-secret-123456");
    const described = await models.describe();
    expect(described).toMatchObject([{ active: true, has_key: true, model: "m" }]);
    expect(JSON.stringify(described)).not.toContain("sk-secret");
    await server.close();
  });

  test("the recording is offered in the sample project only, or where it is chosen", async () => {
    const labels = async (isSample: boolean, settings: Awaited<ReturnType<typeof load>>) =>
      (
        await createNodeModelSource({
          clock: systemClock,
          env: {},
          recordingPath: "recording.json",
          isSample,
          settings: () => Promise.resolve(settings),
        }).describe()
      ).map(({ id, active }) => [id, active]);
    expect(await labels(false, null)).toEqual([]);
    expect(await labels(true, null)).toEqual([["recorded", false]]);
    expect(await labels(false, await load({ provider: "recorded" }))).toEqual([["recorded", true]]);
  });

  test("none is none, and a missing recording says so", async () => {
    expect(await source(await load({ provider: "none" })).model("default")).toBeNull();
    await expect(source(await load({ provider: "recorded" })).model("default")).rejects.toMatchObject({
      code: "model.noRecording",
    });
  });
});
