import * as vscode from "vscode";
import { systemClock } from "../adapters/node/systemClock";
import type { MasterPlan } from "../engine/masterPlan";
import type { CommandId } from "./commands/commandIds";
import { CommandOutput } from "./commandOutput";
import type { CommandTable } from "./commands/commandTable";
import { registerDiffDocuments } from "./pages/diffDocuments";
import { editorLanguage, editorTranslate as translate } from "./editorEnvironment";
import { EditorModels } from "./models/editorModels";
import { takeInHand, type HostContext } from "./hostContext";
import { OutputLogger } from "./outputLogger";
import { registerPanelSerializers } from "./pages/panelSerializers";
import { editAsDocument, newPlan, planCommands } from "./commands/planCommands";
import { registerPlanDocuments } from "./documents/planDocuments";
import { openPlanPanel } from "./pages/planPanel";
import { reviewCommands } from "./commands/reviewCommands";
import { openWaiting, runCommands } from "./commands/runCommands";
import { importSamplePlan, isSampleFolder, takeSampleToShow } from "./sampleWorkspace";
import { Sidebar } from "./sidebar/sidebar";
import { tellReadOnly } from "./readOnlyNotice";
import { storeCommands } from "./commands/storeCommands";
import { taskCommands } from "./commands/taskCommands";
import { TextDocuments } from "./documents/textDocuments";
import { translateSentence } from "./translateSentence";
import { describeError, showError } from "./userMessages";
import { WebviewHost } from "./pages/webviewHost";
import { WorkspaceRoots } from "./workspaceRoots";

/** The extension behind its entry. */
export interface Host {
  /** Runs a command; a failure is shown to the person and answers undefined. */
  execute(id: CommandId, args: readonly unknown[]): Promise<unknown>;
  /** Ends what runs; the store closes, a run that was going comes back as interrupted. */
  dispose(): Promise<void>;
}

/** Composition root of the editor side: everything that lives as long as the window is made and owned here. */
export async function startHost(extension: vscode.ExtensionContext): Promise<Host> {
  const channel = vscode.window.createOutputChannel("MasterPlan", { log: true });
  const logger = new OutputLogger(channel);
  let roots: WorkspaceRoots | null = null;
  const models = new EditorModels(extension, () => isSampleFolder(roots?.folder() ?? null, extension));
  const output = new CommandOutput(translate);
  roots = new WorkspaceRoots({ context: extension, logger, models, output, translate });
  const folderRoots = roots;
  const texts = new TextDocuments(translate);
  const sidebar = new Sidebar(folderRoots, translate, logger);
  const pages = new Map<MasterPlan, { readonly host: WebviewHost; readonly parts: vscode.Disposable }>();

  const context: HostContext = {
    extension,
    roots: folderRoots,
    models,
    tree: sidebar.tree,
    translate,
    logger,
    channel,
    output,
    texts,
    pages: async () => pagesOf(await folderRoots.masterPlan()),
    async snapshot() {
      await sidebar.refresh();
      return sidebar.snapshot();
    },
    refresh: () => sidebar.refresh(),
  };

  function pagesOf(masterPlan: MasterPlan): WebviewHost {
    const known = pages.get(masterPlan);
    if (known !== undefined) return known.host;
    // One set of pages and serializers at a time: those of another folder, or of an engine that is gone, close first.
    for (const other of pages.values()) other.parts.dispose();
    pages.clear();
    const host = new WebviewHost({
      context: extension,
      masterPlan,
      translate,
      language: editorLanguage(),
      clock: systemClock,
      logger,
      output,
      describe: describeError,
      sentence: translateSentence,
      actions: {
        editAsDocument: (plan, node) => editAsDocument(context, plan, node),
        requestChanges: async (plan, text) => {
          await newPlan(context, text, false, plan);
        },
        openWaiting: (item) => openWaiting(context, item),
        openTask: async (plan, _run, task) => {
          // The page may be of a plan that is not in hand.
          await takeInHand(context, plan);
          await vscode.commands.executeCommand("masterplan.showTask", { kind: "task", task });
        },
      },
    });
    const parts = vscode.Disposable.from(
      host,
      registerDiffDocuments(masterPlan),
      registerPanelSerializers(host),
    );
    pages.set(masterPlan, { host, parts });
    return host;
  }

  const handlers = {
    ...planCommands(context),
    ...runCommands(context),
    ...taskCommands(context),
    ...reviewCommands(context),
    ...storeCommands(context),
  } as CommandTable;

  const parts = vscode.Disposable.from(
    channel,
    output,
    texts,
    sidebar,
    folderRoots,
    registerPlanDocuments(context),
    folderRoots.onEvent((event) => {
      sidebar.noteEvent(event);
      if (event.type === "task.status") texts.refresh();
    }),
    folderRoots.onDidChangeRoot(() => sidebar.refreshSoon()),
    folderRoots.onDidLoseConnection(() => sidebar.refreshSoon()),
    folderRoots.onDidBecomeReadOnly(() => {
      tellReadOnly(context).catch((error: unknown) => void showError(error, translate));
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => sidebar.refreshSoon()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => sidebar.refreshSoon()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("masterplan")) sidebar.refreshSoon();
    }),
  );

  try {
    const masterPlan = await folderRoots.current();
    if (masterPlan !== null) {
      pagesOf(masterPlan);
      const empty = (await masterPlan.list()).plans.length === 0;
      if (empty && isSampleFolder(folderRoots.folder(), extension))
        await importSamplePlan(extension, masterPlan);
    }
    await sidebar.refresh();
    const shown = sidebar.snapshot();
    if (masterPlan !== null && shown !== null && (await takeSampleToShow(extension, folderRoots.folder()))) {
      await vscode.commands.executeCommand("masterplan.plan.focus");
      await openPlanPanel(pagesOf(masterPlan), shown.row.id);
    }
  } catch (error) {
    void showError(error, translate);
  }

  return {
    async execute(id, args) {
      try {
        const result = await handlers[id](args[0]);
        sidebar.refreshSoon();
        return result;
      } catch (error) {
        logger.log("warn", "A command failed", {
          command: id,
          message: error instanceof Error ? error.message : String(error),
        });
        // The message stays until a person answers; the command itself has ended.
        void showError(error, translate);
        return undefined;
      }
    },
    async dispose() {
      for (const page of pages.values()) page.parts.dispose();
      parts.dispose();
      await folderRoots.close();
    },
  };
}
