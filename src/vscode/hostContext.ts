import type * as vscode from "vscode";
import { MasterPlanError } from "../core/errors";
import type { PlanId, RunId } from "../core/ids";
import type { Translate } from "../core/translate";
import type { MasterPlan } from "../engine/masterPlan";
import type { Logger } from "../ports/logger";
import type { CommandOutput } from "./commandOutput";
import type { EditorModels } from "./models/editorModels";
import type { OpenRun, PlanSnapshot } from "./sidebar/planSnapshot";
import type { PlanTree } from "./sidebar/planTree";
import type { TextDocuments } from "./documents/textDocuments";
import type { WorkspaceRoots } from "./workspaceRoots";
import type { WebviewHost } from "./pages/webviewHost";

/** What command handlers share. */
export interface HostContext {
  readonly extension: vscode.ExtensionContext;
  readonly roots: WorkspaceRoots;
  readonly models: EditorModels;
  readonly tree: PlanTree;
  readonly translate: Translate;
  readonly logger: Logger;
  readonly channel: vscode.LogOutputChannel;
  readonly output: CommandOutput;
  readonly texts: TextDocuments;
  /** The pages of the folder in hand. */
  pages(): Promise<WebviewHost>;
  snapshot(): Promise<PlanSnapshot | null>;
  refresh(): Promise<void>;
}

export interface PlanInHand {
  readonly masterPlan: MasterPlan;
  readonly snapshot: PlanSnapshot;
}

export async function planInHand(context: HostContext): Promise<PlanInHand> {
  const masterPlan = await context.roots.masterPlan();
  const snapshot = await context.snapshot();
  if (snapshot === null) {
    throw new MasterPlanError("plan.unknown", "This workspace has no plan yet", {
      hint: "Plan a request, or import a document",
    });
  }
  return { masterPlan, snapshot };
}

export async function runInHand(context: HostContext): Promise<PlanInHand & { readonly run: RunId }> {
  const found = await planInHand(context);
  if (found.snapshot.run === null) {
    throw new MasterPlanError("run.unknown", "The plan in hand has no run yet", {
      hint: "Approve the plan and run it",
    });
  }
  return { ...found, run: found.snapshot.run };
}

/** The run of the workspace that has not ended, whichever plan is in hand: what pause, resume and cancel are about. */
export async function openRun(context: HostContext): Promise<OpenRun & { readonly masterPlan: MasterPlan }> {
  const { masterPlan, snapshot } = await planInHand(context);
  if (snapshot.open === null) {
    throw new MasterPlanError("run.notActive", "No run of this workspace is under way", {
      hint: "Approve the plan and run it",
    });
  }
  return { ...snapshot.open, masterPlan };
}

/** Puts a plan in hand, so that the views and every command are about it. */
export async function takeInHand(context: HostContext, plan: PlanId): Promise<void> {
  const { masterPlan, snapshot } = await planInHand(context);
  if (snapshot.row.id === plan) return;
  await masterPlan.setCurrent({ id: plan });
  await context.refresh();
}
