import * as vscode from "vscode";

/** Context keys that menus and welcome views ask for; written only when they change. */
export class ContextKeys {
  readonly #values = new Map<string, boolean>();

  set(values: Readonly<Record<ContextKey, boolean>>): void {
    for (const [key, value] of Object.entries(values)) {
      if (this.#values.get(key) === value) continue;
      this.#values.set(key, value);
      void vscode.commands.executeCommand("setContext", `masterplan.${key}`, value);
    }
  }
}

export type ContextKey =
  | "ready"
  | "hasFolder"
  | "hasPlan"
  | "hasModel"
  | "approved"
  | "hasRun"
  | "runActive"
  | "runOpen"
  | "runFinished"
  | "waiting"
  | "panic";
