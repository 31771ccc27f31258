import * as vscode from "vscode";
import { systemClock } from "../../adapters/node/systemClock";
import { isMasterPlanError } from "../../core/errors";
import type { Translate } from "../../core/translate";
import { tryModel, type ModelTrial, type TrialCall } from "../../engine/model/tryModel";
import type { LanguageModel } from "../../ports/languageModel";
import { describeError } from "../userMessages";
import type { EditorModels } from "./editorModels";

/**
 * Asks the model that was just chosen for one word and says how it went, with the place in it. The choice stands either
 * way: the person may be off the network, or the model not loaded yet.
 */
export async function checkModel(
  models: EditorModels,
  translate: Translate,
  record: (calls: readonly TrialCall[]) => void,
): Promise<void> {
  // Nothing is sent from a workspace that is not trusted.
  if (!vscode.workspace.isTrusted) return;
  const place = models.chosenPlace();
  if (place === null) return;
  try {
    const trial = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: translate("Asking {0} for a first word", place),
        cancellable: true,
      },
      (_progress, token) => {
        const stop = new AbortController();
        token.onCancellationRequested(() => stop.abort());
        return tried(models, stop.signal, record);
      },
    );
    void vscode.window.showInformationMessage(answeredText(trial, place, translate));
  } catch (error) {
    if (isMasterPlanError(error, "cancelled")) {
      void vscode.window.showInformationMessage(translate("{0} is chosen and was not tried", place));
      return;
    }
    await tellFailure(error, place, { models, translate, record });
  }
}

async function tried(
  models: EditorModels,
  signal: AbortSignal,
  record: (calls: readonly TrialCall[]) => void,
): Promise<ModelTrial & { readonly asked: LanguageModel }> {
  const asked = await models.chosen();
  const calls: TrialCall[] = [];
  try {
    const trial = await tryModel(asked, systemClock, signal, undefined, (call) => calls.push(call));
    return { asked, ...trial };
  } finally {
    record(calls);
  }
}

function answeredText(
  { ms, model, asked }: ModelTrial & { readonly asked: LanguageModel },
  place: string,
  translate: Translate,
): string {
  const seconds = (ms / 1000).toFixed(1);
  return model === asked.info.model
    ? translate("{0} answered in {1} s", place, seconds)
    : translate("{0} answered in {1} s, as {2}", place, seconds, model);
}

async function tellFailure(
  error: unknown,
  place: string,
  asking: {
    readonly models: EditorModels;
    readonly translate: Translate;
    readonly record: (calls: readonly TrialCall[]) => void;
  },
): Promise<void> {
  const { models, translate, record } = asking;
  const { message, hint } = describeError(error);
  const again = translate("Try again");
  const other = translate("Choose another model");
  const said = translate("{0}: {1}", place, message);
  const chosen = await vscode.window.showErrorMessage(
    `${said}. ${hint === undefined ? "" : `${hint}. `}${translate("The choice is kept")}.`,
    again,
    other,
  );
  if (chosen === again) await checkModel(models, translate, record);
  if (chosen === other) await vscode.commands.executeCommand("masterplan.chooseModel");
}
