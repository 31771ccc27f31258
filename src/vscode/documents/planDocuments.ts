import * as vscode from "vscode";
import { isPlanId } from "../../core/ids";
import { showError } from "../userMessages";
import type { HostContext } from "../hostContext";

/** Saving a plan that was opened as a document makes a new version of it; a fault names its place and changes nothing. */
export function registerPlanDocuments(context: HostContext): vscode.Disposable {
  const home = vscode.Uri.joinPath(context.extension.globalStorageUri, "edit").path;
  return vscode.workspace.onDidSaveTextDocument(async (document) => {
    if (!document.uri.path.startsWith(`${home}/`)) return;
    const id = document.uri.path.slice(home.length + 1).split("/")[0] ?? "";
    if (!isPlanId(id)) return;
    try {
      const masterPlan = await context.roots.masterPlan();
      const before = await masterPlan.planVersion({ id });
      const head = await masterPlan.edit({ id, text: document.getText() });
      if (head.hash === before.hash) return;
      void vscode.window.showInformationMessage(
        context.translate("Saved as version {0}. An earlier approval does not cover it", head.version),
      );
    } catch (error) {
      await showError(error, context.translate);
    }
  });
}
