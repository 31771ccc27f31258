import * as vscode from "vscode";
import { openPlanPanel, planOfSubject, planViewType } from "./planPanel";
import { openReviewPanel, reviewOfSubject, reviewViewType } from "./reviewPanel";
import type { WebviewHost } from "./webviewHost";

/** Brings pages back after the window was reloaded; a page whose plan is gone is closed. */
export function registerPanelSerializers(host: WebviewHost): vscode.Disposable {
  const restore = (
    open: (subject: string, panel: vscode.WebviewPanel) => Promise<void>,
  ): vscode.WebviewPanelSerializer => ({
    deserializeWebviewPanel: async (panel, state: unknown) => {
      try {
        await open(subjectOf(state), panel);
      } catch (error) {
        const { code, message } = host.options.describe(error);
        host.options.logger.log("info", "Page not restored", { code, message });
        panel.dispose();
      }
    },
  });
  return vscode.Disposable.from(
    vscode.window.registerWebviewPanelSerializer(
      planViewType,
      restore(async (subject, panel) => {
        const plan = planOfSubject(subject);
        if (plan === null) panel.dispose();
        else await openPlanPanel(host, plan, panel);
      }),
    ),
    vscode.window.registerWebviewPanelSerializer(
      reviewViewType,
      restore(async (subject, panel) => {
        await Promise.resolve();
        const review = reviewOfSubject(subject);
        if (review === null) panel.dispose();
        else openReviewPanel(host, review.run, review.task, panel);
      }),
    ),
  );
}

function subjectOf(state: unknown): string {
  if (typeof state !== "object" || state === null || !("subject" in state)) return "";
  return typeof state.subject === "string" ? state.subject : "";
}
