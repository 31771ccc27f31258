import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { languageFaults, manifestFaults } from "./manifestRules";
import type { Manifest } from "./manifestRules";
import { root } from "../start/paths.mjs";

function readJson(file: string): Manifest {
  const place = path.join(root, file);
  return existsSync(place) ? JSON.parse(readFileSync(place, "utf8")) : {};
}

const manifest = readJson("package.json");

test("AR-5 the manifest asks for nothing that only a test editor would grant", () => {
  expect(manifestFaults(manifest)).toEqual([]);
});

test("AR-6 every word of the manifest comes in English and Spanish", () => {
  const texts = {
    "package.nls.json": readJson("package.nls.json"),
    "package.nls.es.json": readJson("package.nls.es.json"),
  };
  expect(languageFaults(manifest, texts)).toEqual([]);
});

test("AR-6 the pages of the walkthrough come in English and Spanish, and their pictures exist", () => {
  const folder = path.join(root, "media", "walkthrough");
  const names = readdirSync(folder);
  const english = names.filter((name) => !name.includes(".nls."));
  expect(english.length).toBeGreaterThan(0);
  expect(names.filter((name) => name.includes(".nls."))).toEqual(
    english.map((name) => name.replace(/\.md$/u, ".nls.es.md")),
  );
  for (const name of names) {
    const text = readFileSync(path.join(folder, name), "utf8");
    for (const [, picture = ""] of text.matchAll(/\]\(([^)]+)\)/gu)) {
      expect(existsSync(path.join(folder, picture)), `${name}: ${picture}`).toBe(true);
    }
  }
});

describe("a broken manifest is named", () => {
  const sound = {
    engines: { vscode: "^1.101.0" },
    devDependencies: { "@types/vscode": "1.101.0" },
    capabilities: { untrustedWorkspaces: { supported: "limited", description: "%trust%" } },
    contributes: {},
  };
  const command = { command: "masterplan.run", title: "%run%", category: "MasterPlan" };
  const setting = { default: 1, scope: "window", description: "%setting%" };
  const withSetting = (name: string, value: object) => ({ configuration: { properties: { [name]: value } } });

  test("a sound one is not", () => {
    const contributes = { commands: [command], menus: { "view/title": [{ command: "masterplan.run" }] } };
    expect(manifestFaults({ ...sound, contributes })).toEqual([]);
    expect(manifestFaults({ ...sound, contributes: withSetting("masterplan.size", setting) })).toEqual([]);
  });

  test.each<[string, object, RegExp]>([
    ["a proposed menu", { menus: { "multiDiffEditor/resource/title": [] } }, /not a stable one/u],
    [
      "a menu of an unknown command",
      { menus: { "view/title": [{ command: "masterplan.x" }] } },
      /unknown command/u,
    ],
    ["a foreign command", { commands: [{ ...command, command: "other.run" }] }, /name space/u],
    ["a command without category", { commands: [{ ...command, category: "Plan" }] }, /category/u],
    ["a command in one language", { commands: [{ ...command, title: "Run" }] }, /cannot be translated/u],
    [
      "a proposed view property",
      { views: { a: [{ id: "v", name: "%v%", accessibilityHelpContent: "x" }] } },
      /not stable/u,
    ],
    ["a view in one language", { views: { a: [{ id: "v", name: "Plans" }] } }, /cannot be translated/u],
    [
      "a command line a workspace may set",
      withSetting("masterplan.testCommand", setting),
      /set by a workspace/u,
    ],
    [
      "an address a workspace may set",
      withSetting("masterplan.model.baseUrl", setting),
      /set by a workspace/u,
    ],
    ["a budget a workspace may set", withSetting("masterplan.budget.usd", setting), /set by a workspace/u],
    [
      "a setting without default",
      withSetting("masterplan.size", { scope: "window", description: "%s%" }),
      /no default/u,
    ],
    [
      "a setting without scope",
      withSetting("masterplan.size", { default: 1, description: "%s%" }),
      /no scope/u,
    ],
    [
      "a setting in one language",
      withSetting("masterplan.size", { ...setting, description: "Size" }),
      /description/u,
    ],
  ])("%s", (_title, contributes, fault) => {
    expect(manifestFaults({ ...sound, contributes })).toEqual([expect.stringMatching(fault)]);
  });

  test.each<[string, object, RegExp]>([
    [
      "newer types than the lowest editor",
      { devDependencies: { "@types/vscode": "1.104.0" } },
      /lowest supported/u,
    ],
    ["a proposed interface", { enabledApiProposals: ["chat"] }, /proposed API/u],
    ["an early start", { activationEvents: ["*"] }, /too early/u],
    ["no word on Restricted Mode", { capabilities: {} }, /untrustedWorkspaces/u],
  ])("%s", (_title, part, fault) => {
    expect(manifestFaults({ ...sound, ...part })).toEqual([expect.stringMatching(fault)]);
  });

  test("a missing and a superfluous text", () => {
    expect(languageFaults({ title: "%a%" }, { "es.json": { b: "B" } })).toEqual([
      "es.json has no text for a",
      "es.json has a text for b, which nothing uses",
    ]);
  });
});
