import assert from "node:assert/strict";
import path from "node:path";
import * as vscode from "vscode";

const extension = () => {
  const found = vscode.extensions.getExtension("masterplan.masterplan");
  assert.ok(found, "the extension is installed");
  return found;
};

suite("Restricted Mode", () => {
  test("the extension activates in a folder that is not trusted", async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  test("a plan can be read in; neither a run nor a new plan starts", async () => {
    const file = path.join(extension().extensionPath, "media", "sample", "plan.masterplan.json");
    const outcome = await vscode.commands.executeCommand<{ id: string; tasks: number }>(
      "masterplan.importPlan",
      vscode.Uri.file(file),
    );
    assert.equal(outcome.tasks, 5);
    for (const argument of [undefined, outcome.id]) {
      assert.equal(await vscode.commands.executeCommand("masterplan.runPlan", argument), undefined);
    }
    assert.equal(
      await vscode.commands.executeCommand("masterplan.newPlan", "Add priorities and CSV export"),
      undefined,
    );
  });
});
