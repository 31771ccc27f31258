import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { ModelSource } from "../../src/ports/environment";
import { EditorModels } from "../../src/vscode/models/editorModels";

const signal = new AbortController().signal;
const settings = ["provider.kind", "provider.model", "provider.baseUrl"] as const;

/** What the person chose, as the list of models stores it. */
async function choose(kind: string, model: string, baseUrl = ""): Promise<void> {
  const values = [kind, model, baseUrl];
  const configuration = vscode.workspace.getConfiguration("masterplan");
  for (const [index, name] of settings.entries())
    await configuration.update(name, values[index], vscode.ConfigurationTarget.Global);
}

const keys = new Map<string, string>();
const context = {
  secrets: { get: (name: string) => Promise.resolve(keys.get(name)) },
  globalState: { get: (_name: string, fallback: unknown) => fallback },
} as unknown as vscode.ExtensionContext;

const fallback: ModelSource = {
  model: () => Promise.resolve(null),
  describe: () => Promise.resolve([]),
  probe: () => Promise.resolve({ state: "failing", detail: "fallback" }),
};

suite("health of the model that was chosen", () => {
  const source = (isSample = false): ModelSource => new EditorModels(context, () => isSample).over(fallback);

  teardown(async () => {
    const configuration = vscode.workspace.getConfiguration("masterplan");
    for (const name of settings)
      await configuration.update(name, undefined, vscode.ConfigurationTarget.Global);
  });

  test("a model of the editor is looked for, without a request", async function () {
    await vscode.commands.executeCommand("fakelm.script", []);
    if ((await vscode.lm.selectChatModels({ vendor: "fakelm" })).length === 0) return this.skip();
    await choose("vscode", "fakelm/fake-1");
    assert.deepEqual(await source().probe?.(signal), { state: "answers" });
    await choose("vscode", "fakelm/gone");
    assert.deepEqual(await source().probe?.(signal), { state: "missing", detail: "fakelm/gone" });
    assert.deepEqual(await vscode.commands.executeCommand("fakelm.requests"), []);
  });

  test("an endpoint is asked for a sign of life", async () => {
    await choose("openai-compatible", "m", "http://127.0.0.1:9/v1");
    assert.deepEqual(await source().probe?.(signal), { state: "silent", detail: "http://127.0.0.1:9" });
  });

  test("without a choice the environment's endpoint is asked, and in the sample nobody is", async () => {
    assert.deepEqual(await source().probe?.(signal), { state: "failing", detail: "fallback" });
    assert.deepEqual(await source(true).probe?.(signal), { state: "unknown" });
  });
});
