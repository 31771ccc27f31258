import * as vscode from "vscode";
import type { HostContext } from "./hostContext";
import { translateSentence } from "./translateSentence";

/** Says that plans can only be read and why, with a way to save a copy and, where one exists, a way out. */
export async function tellReadOnly(context: HostContext): Promise<void> {
  const { translate, roots } = context;
  const info = await (await roots.masterPlan()).storeInfo();
  if (info.access === "write") return;
  const copy = translate("Export all state...");
  const writeHere = translate("Write here...");
  const goOn = translate("Go on without it...");
  const ways = {
    take_over: [writeHere],
    accept_loss: [goOn],
  };
  const reason = translateSentence(info.read_only_reason ?? "");
  const chosen = await vscode.window.showErrorMessage(
    translate("Plans can only be read here: {0}", reason),
    copy,
    ...(info.remedy === null ? [] : ways[info.remedy]),
  );
  if (chosen === copy) await vscode.commands.executeCommand("masterplan.exportState");
  if (chosen === writeHere) await takeOver(context);
  if (chosen === goOn) await acceptLoss(context);
}

async function takeOver({ translate, roots }: HostContext): Promise<void> {
  const yes = translate("Write here");
  const chosen = await vscode.window.showWarningMessage(
    translate("Write the plans of this folder from this window?"),
    {
      modal: true,
      detail: translate("Whoever held them can only read from then on. Nothing that was confirmed is lost"),
    },
    yes,
  );
  if (chosen === yes) await roots.reopen({ takeOver: true });
}

async function acceptLoss({ translate, roots }: HostContext): Promise<void> {
  const yes = translate("Go on without it");
  const chosen = await vscode.window.showWarningMessage(
    translate("Go on without what is damaged?"),
    {
      modal: true,
      detail: translate("Everything before the damage stays. The damaged file is kept beside the others"),
    },
    yes,
  );
  if (chosen === yes) await roots.reopen({ acceptLoss: true });
}
