import * as vscode from "vscode";

/** What checks and commands of a run print, live, in an output channel of its own; made when something is printed. */
export class CommandOutput implements vscode.Disposable {
  #channel: vscode.OutputChannel | null = null;
  #last = "";

  /** Text comes cleaned of control sequences; the name of the check stands above its own text. */
  show(check: string, chunk: string): void {
    this.#channel ??= vscode.window.createOutputChannel("MasterPlan Commands");
    if (check !== this.#last) this.#channel.appendLine(`\n== ${check} ==`);
    this.#last = check;
    this.#channel.append(chunk);
  }

  dispose(): void {
    this.#channel?.dispose();
  }
}
