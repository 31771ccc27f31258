import assert from "node:assert/strict";
import * as vscode from "vscode";

const extension = () => {
  const found = vscode.extensions.getExtension("masterplan.masterplan");
  assert.ok(found, "the extension is installed");
  return found;
};

suite("activation", () => {
  test("activates in a folder without plans", async () => {
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  test("every contributed command is registered", async () => {
    await extension().activate();
    const manifest: { contributes?: { commands?: { command: string }[] } } = extension().packageJSON;
    const contributed = (manifest.contributes?.commands ?? []).map(({ command }) => command);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    );
  });

  test("every registered command of ours is contributed or private", async () => {
    await extension().activate();
    const manifest: { contributes?: { commands?: { command: string }[] } } = extension().packageJSON;
    const contributed = new Set((manifest.contributes?.commands ?? []).map(({ command }) => command));
    const ours = (await vscode.commands.getCommands(true)).filter((command) =>
      command.startsWith("masterplan."),
    );
    // The editor itself adds commands for each view, such as "masterplan.plan.focus".
    const made = /\.(focus|open|resetViewLocation|toggleVisibility|removeView)$|^masterplan\.internal\./u;
    assert.deepEqual(
      ours.filter((command) => !contributed.has(command) && !made.test(command)),
      [],
    );
  });
});
