import * as vscode from "vscode";

/** Shows a text in an editor of its own that nothing asks to save. */
export async function showText(name: string, content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({
    content,
    language: name.endsWith(".md") ? "markdown" : "log",
  });
  await vscode.window.showTextDocument(document, { preview: true });
}
