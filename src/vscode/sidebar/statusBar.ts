import * as vscode from "vscode";
import type { Translate } from "../../core/translate";
import type { PlanSnapshot } from "./planSnapshot";

/** `MasterPlan 3/8` at the left; a spinner only while something runs, the error color only when it is stuck. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem("masterplan.status", vscode.StatusBarAlignment.Left, 50);
  readonly #translate: Translate;

  constructor(translate: Translate) {
    this.#translate = translate;
    this.#item.name = "MasterPlan";
    this.#item.command = "masterplan.openWaiting";
  }

  show(snapshot: PlanSnapshot | null): void {
    if (snapshot === null) {
      this.#item.hide();
      return;
    }
    const { progress, cost } = snapshot.status;
    const { waiting, open } = snapshot;
    const status = open?.status.status;
    const done = progress.done + progress.claimed;
    const icon =
      status === "running" || status === "queued"
        ? "sync~spin"
        : waiting.length > 0
          ? "bell-dot"
          : "checklist";
    this.#item.text = `$(${icon}) MasterPlan ${done}/${progress.total}`;
    const money = cost.recorded
      ? this.#translate("{0} (recorded)", `$${cost.usd.toFixed(2)}`)
      : `$${cost.usd.toFixed(2)}`;
    const elsewhere =
      open?.elsewhere === true
        ? `\n${open.status.title} v${open.status.version}: ${open.status.next_action}`
        : "";
    this.#item.tooltip = `${snapshot.row.title}\n${snapshot.status.next_action}\n${money}${elsewhere}`;
    this.#item.accessibilityInformation = {
      label: this.#translate(
        "MasterPlan, {0} of {1} tasks done, {2} waiting for you",
        done,
        progress.total,
        waiting.length,
      ),
    };
    const stuck = waiting.some((item) => item.kind === "failed" || item.kind === "unknown_outcome");
    this.#item.backgroundColor = stuck ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
