import path from "node:path";
import * as vscode from "vscode";
import type { Translate } from "../core/translate";
import type { Environment, SettingsSnapshot } from "../ports/environment";
import { translateSentence } from "./translateSentence";

/** The editor's own l10n, behind the product's type. */
export const editorTranslate: Translate = (message, ...args) => vscode.l10n.t(message, ...args);

export function editorLanguage(): "en" | "es" {
  return vscode.env.language.toLowerCase().startsWith("es") ? "es" : "en";
}

/** What only the editor knows about one workspace folder. */
export function editorEnvironment(folder: vscode.WorkspaceFolder): Partial<Environment> {
  return {
    isTrusted: () => vscode.workspace.isTrusted,
    language: editorLanguage,
    // The engine hands on failures whose arguments are filled in.
    translate: translateSentence,
    unsavedFiles: async () => {
      // The window tells of edits and answers in one order: after its answer no edit made before is unknown here.
      await vscode.commands.executeCommand("setContext", "masterplan.asksForEdits", true);
      return vscode.workspace.textDocuments
        .filter((document) => document.isDirty && document.uri.scheme === folder.uri.scheme)
        .map((document) => path.relative(folder.uri.fsPath, document.uri.fsPath).split(path.sep).join("/"))
        .filter((relative) => relative !== "" && !relative.startsWith(".."));
    },
  };
}

/**
 * Settings that a workspace must not decide: only the person's own values count, whatever a repository's settings
 * file says, and whether or not the editor filters it.
 */
export function trustedSetting<T>(key: string, fallback: T): T {
  const found = vscode.workspace.getConfiguration("masterplan").inspect<T>(key);
  return found?.globalValue ?? found?.defaultValue ?? fallback;
}

export function editorSettings(): SettingsSnapshot {
  const budget = trustedSetting<number>("budget.perRun", 2);
  const keepDays = trustedSetting<number>("storage.keepRunsDays", 0);
  const megabytes = trustedSetting<number>("storage.maxMegabytes", 4096);
  return {
    review: trustedSetting<SettingsSnapshot["review"]>("review", "ask"),
    target: trustedSetting<SettingsSnapshot["target"]>("git.target", "branch"),
    max_steps: trustedSetting<number>("execution.maxSteps", 40),
    budget_usd: budget > 0 ? budget : null,
    check_timeout_ms: trustedSetting<number>("checks.timeoutSeconds", 300) * 1000,
    blocking_layers: trustedSetting<readonly string[]>("checks.blocking", []),
    record_transcripts: trustedSetting<boolean>("provider.recordTranscripts", true),
    private_home: trustedSetting<boolean>("checks.privateHome", false),
    keep_runs_days: keepDays > 0 ? keepDays : null,
    storage_bytes: megabytes > 0 ? megabytes * 1024 * 1024 : null,
  };
}
