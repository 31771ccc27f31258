import * as vscode from "vscode";
import { refuseWhileRunLives } from "../../engine/storage/importState";
import type { HostContext } from "../hostContext";
import { tellReadOnly } from "../readOnlyNotice";

/** What exports of the editor are called; copies that an import keeps have the longer name. */
const extensions = ["mpstate", "masterplan-state"];

/** Writes everything that is kept for this folder to a file that the person names. */
export async function exportState({ roots, translate }: HostContext): Promise<void> {
  const target = await vscode.window.showSaveDialog({
    title: translate("Export all state"),
    saveLabel: translate("Export"),
    filters: { [translate("MasterPlan state")]: extensions },
  });
  if (target === undefined) return;
  const { bytes } = await (await roots.masterPlan()).stateExport({ path: target.fsPath });
  void vscode.window.showInformationMessage(translate("{0} bytes written", bytes));
}

/**
 * Replaces everything that is kept for this folder by an exported file. What stands against it is said before a file is
 * asked for, and what it replaces before it is done. Answers where the replaced state is kept; null when nothing was done.
 */
export async function importState(context: HostContext, argument: unknown): Promise<string | null> {
  const { roots, translate } = context;
  const masterPlan = await roots.masterPlan();
  if ((await masterPlan.storeInfo()).access === "read") {
    await tellReadOnly(context);
    return null;
  }
  const { plans, runs } = await masterPlan.list();
  refuseWhileRunLives(runs);
  const file = argument instanceof vscode.Uri ? argument : await chooseState(context);
  if (file === undefined) return null;
  const replace = translate("Replace");
  const chosen = await vscode.window.showWarningMessage(
    translate("Replace all state of this folder?"),
    {
      modal: true,
      detail: translate(
        "What {0} holds takes the place of the plans here ({1}), with their approvals, runs and history. A copy of what is replaced is kept in the storage folder, and importing that copy brings it back. Plans that were approved elsewhere are approved here once more before they run",
        file.fsPath,
        plans.length,
      ),
    },
    replace,
  );
  if (chosen !== replace) return null;
  const { kept } = await masterPlan.stateImport({ path: file.fsPath });
  // What the pages show is of plans that may be gone.
  (await context.pages()).closeAll();
  await context.refresh();
  void tellKept(kept, context);
  return kept;
}

async function chooseState({ translate }: HostContext): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: translate("Import all state"),
    openLabel: translate("Import"),
    filters: { [translate("MasterPlan state")]: extensions, [translate("All files")]: ["*"] },
  });
  return chosen?.[0];
}

async function tellKept(kept: string, { translate }: HostContext): Promise<void> {
  const show = translate("Show file");
  const chosen = await vscode.window.showInformationMessage(
    translate("The state was imported. What was here before is kept in {0}", kept),
    show,
  );
  if (chosen === show) await vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(kept));
}
