import * as vscode from "vscode";
import type { Translate } from "../../core/translate";
import type { WaitingItem } from "../../engine/runReports";

/**
 * Says once that a run needs a person, and only when the window is not in front: whoever looks at it sees the badge.
 * Everything it says is in the waiting view as well.
 */
export class Attention {
  readonly #translate: Translate;
  #told = "";

  constructor(translate: Translate) {
    this.#translate = translate;
  }

  async notice(items: readonly WaitingItem[]): Promise<void> {
    const key = items.map((item) => `${item.plan}:${item.kind}:${item.task ?? item.phase ?? ""}`).join(" ");
    if (key === this.#told) return;
    this.#told = key;
    const first = items.find((item) => item.kind !== "approval");
    if (first === undefined || vscode.window.state.focused) return;
    const more = items.length > 1 ? ` ${this.#translate("({0} more)", items.length - 1)}` : "";
    const open = this.#translate("Open");
    const chosen = await vscode.window.showInformationMessage(`${first.text}${more}`, open);
    if (chosen === open) await vscode.commands.executeCommand("masterplan.openWaiting", first);
  }
}
