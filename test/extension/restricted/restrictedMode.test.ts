import assert from "node:assert/strict";
import * as vscode from "vscode";

suite("Restricted Mode", () => {
  test("the extension activates in a folder that is not trusted", async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const extension = vscode.extensions.getExtension("masterplan.masterplan");
    assert.ok(extension, "the extension is installed");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
