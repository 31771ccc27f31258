import * as vscode from "vscode";
import type { ContextValues } from "./contextValues";

/** Context keys that menus and welcome views ask for; written only when they change. */
export class ContextKeys {
  readonly #values = new Map<string, boolean | string>();

  set(values: ContextValues): void {
    for (const [key, value] of Object.entries<boolean | string>(values)) {
      if (this.#values.get(key) === value) continue;
      this.#values.set(key, value);
      void vscode.commands.executeCommand("setContext", `masterplan.${key}`, value);
    }
  }
}
