import * as vscode from "vscode";
import { commandIds } from "./vscode/commands/commandIds";
import type { Host } from "./vscode/host";

let host: Promise<Host> | null = null;

/**
 * Registers the commands and returns; everything else is loaded right after, in a bundle of its own, so that the
 * editor's start never waits for it.
 */
export function activate(context: vscode.ExtensionContext): void {
  const load = (): Promise<Host> =>
    (host ??= import("./vscode/host").then((loaded) => loaded.startHost(context)));
  for (const id of commandIds) {
    context.subscriptions.push(
      vscode.commands.registerCommand(`masterplan.${id}`, async (...args: unknown[]) =>
        (await load()).execute(id, args),
      ),
    );
  }
  // The editor is silent about a failed start, so we are not.
  load().catch((error: unknown) => {
    host = null;
    const message = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(vscode.l10n.t("MasterPlan could not start: {0}", message));
  });
}

export async function deactivate(): Promise<void> {
  const running = await host?.catch(() => null);
  host = null;
  await running?.dispose();
}
