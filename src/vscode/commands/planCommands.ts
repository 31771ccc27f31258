import path from "node:path";
import * as vscode from "vscode";
import { isPlanId, type PlanId } from "../../core/ids";
import { MasterPlanError } from "../../core/errors";
import type { PlanOutcome } from "../../engine/masterPlan";
import { askDiscovery } from "./askDiscovery";
import { phaseOf, taskOf } from "./runCommands";
import type { CommandTable } from "./commandTable";
import { planInHand, type HostContext } from "../hostContext";
import { offsetOfNode } from "../documents/planText";
import { openPlanPanel } from "../pages/planPanel";
import { choiceWord, filterOf, statusChoices } from "../sidebar/statusWords";
import { translateSentence } from "../translateSentence";

/** Commands that make, show and change plans. */
export function planCommands(context: HostContext): Partial<CommandTable> {
  const { translate } = context;
  return {
    newPlan: (argument) => newPlan(context, textOf(argument), false),
    newPlanFromTemplate: (argument) => newPlan(context, textOf(argument), true),
    importPlan: (argument) => importPlan(context, argument),
    exportPlan: () => exportPlan(context),
    selectPlan: () => selectPlan(context),
    openPlan: async (argument) => {
      const id =
        typeof argument === "string" && isPlanId(argument)
          ? argument
          : (await planInHand(context)).snapshot.row.id;
      await openPlanPanel(await context.pages(), id);
    },
    approvePlan: () => approvePlan(context, false),
    approveAndRunPlan: () => approvePlan(context, true),
    requestChanges: (argument) => requestChanges(context, argument),
    rejectPlan: async () => {
      const { masterPlan, snapshot } = await planInHand(context);
      const reason = await vscode.window.showInputBox({
        title: translate("Reject plan"),
        prompt: translate("Why? The reason stays in the history"),
      });
      if (reason !== undefined) await masterPlan.reject({ id: snapshot.row.id, reason });
    },
    editPlan: async (argument) => {
      if (typeof argument === "string" && isPlanId(argument)) return editAsDocument(context, argument, null);
      // A row of the tree is edited where it is written.
      const { snapshot } = await planInHand(context);
      return editAsDocument(context, snapshot.row.id, taskOf(argument) ?? phaseOf(argument));
    },
    filterTasks: () => filterTasks(context),
    refresh: () => context.refresh(),
  };
}

/** Nobody approves what they were not shown: the dialog names the version and leads to the page with all of it. */
async function approvePlan(context: HostContext, run: boolean): Promise<void> {
  const { translate } = context;
  const { masterPlan, snapshot } = await planInHand(context);
  const { id, title } = snapshot.row;
  const { version, hash } = await masterPlan.planVersion({ id });
  const approve = run
    ? translate("Approve version {0} and run", version)
    : translate("Approve version {0}", version);
  const chosen = await vscode.window.showInformationMessage(
    translate("Approve {0}?", title),
    {
      modal: true,
      detail: translate("The plan page shows everything that approving grants. Hash {0}", hash.slice(0, 12)),
    },
    approve,
    translate("Look at the plan first"),
  );
  if (chosen === undefined) return;
  if (chosen === approve) {
    const approval = await masterPlan.approve({ id, hash });
    if (run) await masterPlan.run({ approval: approval.id });
  }
  if (run || chosen !== approve) await openPlanPanel(await context.pages(), id);
}

async function requestChanges(context: HostContext, argument: unknown): Promise<PlanOutcome | null> {
  const { translate } = context;
  const { snapshot } = await planInHand(context);
  const text =
    textOf(argument) ??
    (await vscode.window.showInputBox({
      title: translate("Request changes to {0}", snapshot.row.title),
      prompt: translate("What should change? The next version is made from this"),
      ignoreFocusOut: true,
    }));
  if (text === undefined || text.trim() === "") return null;
  return newPlan(context, text, false, snapshot.row.id);
}

/** With `revises`, what comes out is the next version of that plan. */
export async function newPlan(
  context: HostContext,
  given: string | null,
  offline: boolean,
  revises?: PlanId,
): Promise<PlanOutcome | null> {
  const { translate } = context;
  const masterPlan = await context.roots.masterPlan();
  const request =
    given ??
    (await vscode.window.showInputBox({
      title: offline ? translate("New plan without a model") : translate("New plan"),
      prompt: translate("What should be different afterwards?"),
      placeHolder: translate("Add priorities and CSV export to the todo list"),
      ignoreFocusOut: true,
    }));
  if (request === undefined || request.trim() === "") return null;
  const draft = (answers?: Readonly<Record<string, string>>): Thenable<PlanOutcome> =>
    vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: translate("Planning: {0}", request.slice(0, 80)),
        cancellable: true,
      },
      (_progress, token) => {
        const stop = new AbortController();
        token.onCancellationRequested(() => stop.abort());
        return masterPlan.plan(
          {
            request,
            ...(offline && { offline }),
            ...(answers !== undefined && { answers }),
            ...(revises !== undefined && { revises, no_discovery: true }),
          },
          stop.signal,
        );
      },
    );
  let outcome = await draft();
  if ("questions" in outcome) {
    const answers = await askDiscovery(outcome.questions, translate);
    if (answers === null) return null;
    outcome = await draft(answers);
  }
  if ("questions" in outcome)
    throw new MasterPlanError("model.badAnswer", "The model asked again instead of planning");
  await context.refresh();
  await openPlanPanel(await context.pages(), outcome.id);
  return outcome;
}

async function importPlan(context: HostContext, argument: unknown): Promise<PlanOutcome | null> {
  const { translate } = context;
  const masterPlan = await context.roots.masterPlan();
  const chosen =
    argument instanceof vscode.Uri
      ? [argument]
      : await vscode.window.showOpenDialog({
          title: translate("Import a plan document"),
          openLabel: translate("Import"),
          filters: { [translate("Plan documents")]: ["md", "json"] },
        });
  const file = chosen?.[0];
  if (file === undefined) return null;
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  const outcome = await masterPlan.importPlan({ text, name: path.posix.basename(file.path), format: "auto" });
  await context.refresh();
  const detail =
    outcome.claimed > 0
      ? ` ${translate(outcome.claimed === 1 ? "1 task is claimed done" : "{0} tasks are claimed done", outcome.claimed)}.`
      : "";
  const warned = outcome.warnings.length > 0 ? ` ${translateSentence(outcome.warnings[0] ?? "")}` : "";
  void vscode.window.showInformationMessage(
    `${translate(outcome.tasks === 1 ? "Imported 1 task ({1})" : "Imported {0} tasks ({1})", outcome.tasks, outcome.format)}.${detail}${warned}`,
  );
  await openPlanPanel(await context.pages(), outcome.id);
  return outcome;
}

async function exportPlan(context: HostContext): Promise<void> {
  const { translate } = context;
  const { masterPlan, snapshot } = await planInHand(context);
  const format = await vscode.window.showQuickPick(
    ["masterplan", "execplan", "execplan-es", "phases", "mermaid"],
    {
      title: translate("Export as"),
    },
  );
  if (format === undefined) return;
  const { text, file_name } = await masterPlan.exportPlan({ id: snapshot.row.id, format });
  const folder = context.roots.folder();
  const target = await vscode.window.showSaveDialog(
    folder === null ? {} : { defaultUri: vscode.Uri.joinPath(folder.uri, file_name) },
  );
  if (target !== undefined) await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
}

async function selectPlan(context: HostContext): Promise<void> {
  const { translate } = context;
  const masterPlan = await context.roots.masterPlan();
  const { plans, current } = await masterPlan.list();
  const chosen = await vscode.window.showQuickPick(
    [...plans].reverse().map((plan) => ({
      label: plan.title,
      description: `v${plan.current_version} · ${translate(plan.status)}${plan.id === current ? ` · ${translate("in hand")}` : ""}`,
      detail: `${new Date(plan.updated_at).toLocaleString()} · ${plan.id.slice(-6)}`,
      id: plan.id,
    })),
    { title: translate("Select plan"), matchOnDescription: true },
  );
  if (chosen === undefined) return;
  await masterPlan.setCurrent({ id: chosen.id });
  await context.refresh();
}

/** The plan as its own file format in an editor; saving it makes a new version, which voids the approval. */
export async function editAsDocument(context: HostContext, id: PlanId, node: string | null): Promise<void> {
  const masterPlan = await context.roots.masterPlan();
  const { text, file_name } = await masterPlan.exportPlan({ id, format: "masterplan" });
  const folder = vscode.Uri.joinPath(context.extension.globalStorageUri, "edit", id);
  const file = vscode.Uri.joinPath(
    folder,
    file_name.endsWith(".masterplan.json") ? file_name : `${id}.masterplan.json`,
  );
  await vscode.workspace.fs.createDirectory(folder);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  const document = await vscode.workspace.openTextDocument(file);
  const at = node === null ? null : document.positionAt(offsetOfNode(document.getText(), node));
  await vscode.window.showTextDocument(document, {
    preview: false,
    ...(at !== null && { selection: new vscode.Range(at, at) }),
  });
}

async function filterTasks(context: HostContext): Promise<void> {
  const { translate, tree } = context;
  const chosen = await vscode.window.showQuickPick(
    statusChoices.map((choice) => ({
      label: choiceWord(choice, translate),
      choice,
      picked: tree.filter?.has(choice[0]) ?? true,
    })),
    { title: translate("Show tasks that are"), canPickMany: true },
  );
  if (chosen !== undefined) tree.setFilter(filterOf(chosen.map(({ choice }) => choice)));
}

function textOf(argument: unknown): string | null {
  return typeof argument === "string" && argument.trim() !== "" ? argument : null;
}
