import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { LanguageModel, ModelRequest } from "../../src/ports/languageModel";
import { openVscodeModel, vscodeModelHealth } from "../../src/vscode/models/vscodeModel";
import { collect } from "../support/modelParts";

const request: ModelRequest = {
  messages: [
    { role: "system", content: "Rules" },
    { role: "user", content: "Read a.ts" },
    { role: "assistant", content: "", tool_calls: [{ id: "c0", name: "list_files", arguments: "{}" }] },
    { role: "tool", tool_call_id: "c0", content: "a.ts" },
  ],
  tools: [{ name: "read_file", description: "Reads", parameters: { type: "object" } }],
  purpose: "task",
};

/** null where this editor cannot serve a model of an extension; there is nothing to test then. */
async function fakeModel(...replies: readonly unknown[]): Promise<LanguageModel | null> {
  await vscode.commands.executeCommand("fakelm.script", replies);
  const offered = await vscode.lm.selectChatModels({ vendor: "fakelm" });
  return offered.length === 0 ? null : openVscodeModel("fake-1");
}

suite("the editor's language models", () => {
  test("text, tool calls and counted tokens come through", async function () {
    const model = await fakeModel([
      { text: "I read " },
      { text: "it" },
      { toolCall: { callId: "c1", name: "read_file", input: { path: "a.ts" } } },
    ]);
    if (model === null) return this.skip();
    const answer = await collect(model, request);
    assert.equal(answer.error, null);
    assert.equal(answer.text, "I read it");
    assert.deepEqual(answer.calls, [{ id: "c1", name: "read_file", arguments: '{"path":"a.ts"}' }]);
    assert.equal(answer.end?.finish, "tool_calls");
    assert.ok((answer.end.usage?.input_tokens ?? 0) > 0);
    const [sent] =
      await vscode.commands.executeCommand<{ messages: { text: string }[]; tools: string[] }[]>(
        "fakelm.requests",
      );
    assert.deepEqual(sent?.tools, ["read_file"]);
    assert.deepEqual(
      sent.messages.map(({ text }) => text),
      ["Rules", "Read a.ts", "", "a.ts"],
    );
  });

  test("cancelling ends a call that hangs, even when the provider ignores it", async function () {
    const model = await fakeModel([{ text: "a" }, { stall: true, ignoreCancellation: true }]);
    if (model === null) return this.skip();
    const controller = new AbortController();
    const answer = collect(model, request, controller.signal);
    controller.abort();
    assert.equal((await answer).error?.code, "cancelled");
  });

  test("a provider's error becomes one of ours", async function () {
    const model = await fakeModel([{ error: "rate limit reached" }]);
    if (model === null) return this.skip();
    assert.equal((await collect(model, request)).error?.code, "model.rateLimited");
  });

  test("a model is found by what the list of models stores, and asking for its health sends nothing", async function () {
    if ((await fakeModel()) === null) return this.skip();
    assert.equal((await openVscodeModel("fakelm/fake-1"))?.info.model, "fake-1");
    assert.deepEqual(await vscodeModelHealth("fakelm/fake-1"), { state: "answers" });
    assert.deepEqual(await vscodeModelHealth("fakelm/fake-2"), { state: "missing", detail: "fakelm/fake-2" });
    assert.deepEqual(await vscode.commands.executeCommand("fakelm.requests"), []);
  });

  test("a model that is not offered is named with what there is", async function () {
    if ((await fakeModel()) === null) return this.skip();
    await assert.rejects(openVscodeModel("gpt-nowhere"), /offers no model gpt-nowhere/u);
  });
});
