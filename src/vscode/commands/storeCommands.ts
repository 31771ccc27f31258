import * as vscode from "vscode";
import type { TrialCall } from "../../engine/model/tryModel";
import { checkModel } from "../models/checkModel";
import { chooseModel } from "../models/chooseModel";
import type { CommandTable } from "./commandTable";
import type { HostContext } from "../hostContext";
import { openSampleFolder } from "../sampleWorkspace";
import { translateSentence } from "../translateSentence";
import { showError } from "../userMessages";
import { exportState, importState } from "./stateFile";
import { showStorage } from "./storageMenu";

const dayMs = 24 * 60 * 60 * 1000;

/** Commands about stored state, models, the sample and help. */
export function storeCommands(context: HostContext): Partial<CommandTable> {
  const { translate } = context;
  return {
    verifyStore: async () => {
      const found = await (await context.roots.masterPlan()).verify();
      if (found.ok)
        void vscode.window.showInformationMessage(
          translate("The stored state is whole; frames verified: {0}", found.frames),
        );
      else
        void vscode.window.showErrorMessage(
          translate(
            "The stored state is damaged: {0}",
            found.problems.map((one) => translateSentence(one)).join("; "),
          ),
        );
    },
    showStorage: () => showStorage(context),
    exportState: () => exportState(context),
    importState: (argument) => importState(context, argument),
    purgeRuns: async () => {
      const days = await vscode.window.showInputBox({
        title: translate("Remove old runs"),
        prompt: translate(
          "Runs that ended more than this many days ago. Approvals and the audit trail are kept",
        ),
        value: "30",
        validateInput: (text) => (/^\d{1,5}$/u.test(text) ? null : translate("Enter a number of days")),
      });
      if (days === undefined) return;
      const gone = await (
        await context.roots.masterPlan()
      ).purge({ runs_older_than_ms: Number(days) * dayMs });
      void vscode.window.showInformationMessage(
        translate("Runs removed: {0}; bytes freed: {1}", gone.runs, gone.bytes),
      );
    },
    cleanBlobs: async () => {
      const remove = translate("Remove");
      const chosen = await vscode.window.showWarningMessage(
        translate("Remove transcripts, diffs and outputs of ended runs?"),
        {
          modal: true,
          detail: translate("Plans, approvals, results and commits stay; what was sent and printed is gone"),
        },
        remove,
      );
      if (chosen !== remove) return;
      const gone = await (await context.roots.masterPlan()).purge({ blobs_older_than_ms: 0 });
      void vscode.window.showInformationMessage(
        translate("Stored files removed: {0}; bytes freed: {1}", gone.blobs, gone.bytes),
      );
    },
    cleanAside: async () => {
      const old = translate("Remove");
      const all = translate("Remove the last ones too");
      const chosen = await vscode.window.showWarningMessage(
        translate("Remove files that were set aside?"),
        {
          modal: true,
          detail: translate(
            "Imported states that another import replaced, damaged files, and copies from before an import. The last damaged file and the last copy stay unless you say otherwise",
          ),
        },
        old,
        all,
      );
      if (chosen === undefined) return;
      const gone = await (await context.roots.masterPlan()).purge({ aside: chosen === all ? "all" : "old" });
      void vscode.window.showInformationMessage(
        translate("Files removed: {0}; bytes freed: {1}", gone.aside, gone.bytes),
      );
    },
    chooseModel: async () => {
      const isChosen = await chooseModel(context.models, translate);
      await context.refresh();
      // What it says stays until a person answers; the choice itself is made.
      if (!isChosen) return;
      const record = (calls: readonly TrialCall[]): void => {
        context.roots
          .current()
          // A window without a folder has no store to keep them in.
          .then((masterPlan) => masterPlan?.recordTrial({ calls }))
          .catch((error: unknown) => {
            context.logger.log("warn", "The trial of the model could not be recorded", {
              error: String(error),
            });
          });
      };
      void checkModel(context.models, translate, record).catch((error: unknown) =>
        showError(error, translate),
      );
    },
    forgetKey: async () => {
      const origin = await vscode.window.showQuickPick([...context.models.keyOrigins()], {
        title: translate("Forget the key of"),
      });
      if (origin !== undefined) await context.models.forgetKey(origin);
    },
    openSettings: async (argument) => {
      // Our settings belong to the machine that carries plans out: in a remote window they are not among the user's.
      const place = vscode.env.remoteName === undefined ? "openSettings" : "openRemoteSettings";
      const one = typeof argument === "string" && /^masterplan\.[\w.]+$/u.test(argument);
      const query = one ? `@id:${argument}` : `@ext:${context.extension.extension.id}`;
      await vscode.commands.executeCommand(`workbench.action.${place}`, { query });
    },
    openSample: () => openSampleFolder(context.extension, context.logger),
    selectFolder: () => context.roots.choose(),
    copyDiagnostics: async () => {
      const masterPlan = await context.roots.current();
      const info = masterPlan === null ? null : await masterPlan.storeInfo();
      const report = {
        version: (context.extension.extension.packageJSON as { version?: unknown }).version,
        editor: vscode.version,
        remote: vscode.env.remoteName ?? null,
        trusted: vscode.workspace.isTrusted,
        folders: vscode.workspace.workspaceFolders?.length ?? 0,
        providers:
          masterPlan === null
            ? []
            : (await masterPlan.providers()).map(({ id, active, recorded }) => ({ id, active, recorded })),
        store:
          info === null
            ? null
            : {
                lsn: info.lsn,
                epoch: info.epoch,
                image_bytes: info.image_bytes,
                journal_bytes: info.journal_bytes,
              },
      };
      await vscode.env.clipboard.writeText(JSON.stringify(report, null, 2));
      void vscode.window.showInformationMessage(
        translate("Diagnostics copied. They name no file, key or text of yours"),
      );
    },
  };
}
