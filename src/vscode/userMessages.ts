import * as vscode from "vscode";
import { isMasterPlanError, type ErrorCode } from "../core/errors";
import type { Translate } from "../core/translate";
import type { WireError } from "../protocol/rpc";
import { toWireError } from "./pages/rpcDispatcher";
import { translateSentence } from "./translateSentence";

/** A button under an error that takes the next step. */
interface NextStep {
  readonly label: string;
  readonly command: string;
}

/** A failure as a person reads it: what happened, and what to do next. */
export function describeError(error: unknown): WireError {
  return toWireError(error, translateSentence);
}

/** Shows a failure once, with its next step. Cancelling is no failure and shows nothing. */
export async function showError(error: unknown, translate: Translate): Promise<void> {
  if (isMasterPlanError(error, "cancelled")) return;
  const { code, message, hint } = describeError(error);
  const steps = nextSteps(code, translate);
  const text = hint === undefined ? message : `${message}. ${hint}.`;
  const chosen = await vscode.window.showErrorMessage(text, ...steps.map((step) => step.label));
  const step = steps.find((one) => one.label === chosen);
  if (step !== undefined) await vscode.commands.executeCommand(step.command);
}

function nextSteps(code: string, translate: Translate): readonly NextStep[] {
  const copy: NextStep = { label: translate("Export all state..."), command: "masterplan.exportState" };
  const storage: NextStep = { label: translate("Show storage"), command: "masterplan.showStorage" };
  const log: NextStep = { label: translate("Show log"), command: "masterplan.showLog" };
  const known: Readonly<Partial<Record<ErrorCode, readonly NextStep[]>>> = {
    "gate.untrusted": [{ label: translate("Manage trust"), command: "workbench.trust.manage" }],
    "gate.notApproved": [{ label: translate("Open plan"), command: "masterplan.openPlan" }],
    "gate.staleApproval": [{ label: translate("Open plan"), command: "masterplan.openPlan" }],
    "gate.frozen": [{ label: translate("End panic mode"), command: "masterplan.panicOff" }],
    "model.none": [
      { label: translate("Choose a model"), command: "masterplan.chooseModel" },
      { label: translate("Plan without a model"), command: "masterplan.newPlanFromTemplate" },
    ],
    "model.unauthorized": [{ label: translate("Choose a model"), command: "masterplan.chooseModel" }],
    "model.unreachable": [{ label: translate("Choose another model"), command: "masterplan.chooseModel" }],
    "model.noRecording": [
      { label: translate("Plan without a model"), command: "masterplan.newPlanFromTemplate" },
    ],
    "store.full": [storage],
    "store.failed": [copy, storage],
    "store.readOnly": [copy, storage],
    "store.busy": [copy, storage],
    "store.corrupt": [storage],
    internal: [log],
  };
  return known[code as ErrorCode] ?? [];
}
