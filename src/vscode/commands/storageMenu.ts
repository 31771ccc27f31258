import * as vscode from "vscode";
import type { AsideFile, StoreInfo } from "../../ports/storeInfo";
import type { Translate } from "../../core/translate";
import type { HostContext } from "../hostContext";
import { editorSettings } from "../editorEnvironment";
import { tellReadOnly } from "../readOnlyNotice";

interface StorageItem extends vscode.QuickPickItem {
  readonly act?: () => Promise<unknown>;
}

/** Where plans are kept, how much of what there is, and everything that can be done about it, in one list. */
export async function showStorage(context: HostContext): Promise<void> {
  const { translate: t } = context;
  const info = await (await context.roots.masterPlan()).storeInfo();
  const run = (command: string) => async () => vscode.commands.executeCommand(command);
  const items: StorageItem[] = [
    {
      label: `$(folder) ${t("Location")}`,
      detail: info.location,
      act: async () => vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(info.location)),
    },
    ...(info.access === "write"
      ? []
      : [{ label: `$(lock) ${t("Plans can only be read")}`, act: () => tellReadOnly(context) }]),
    ...sizes(info, t),
    ...limits(info, t),
    { label: t("Clean up"), kind: vscode.QuickPickItemKind.Separator },
    {
      label: `$(trash) ${t("Remove transcripts, diffs and outputs...")}`,
      description: sizeText(info.blob_bytes, t),
      act: run("masterplan.cleanBlobs"),
    },
    { label: `$(history) ${t("Remove old runs...")}`, act: run("masterplan.purgeRuns") },
    ...(info.aside === undefined || info.aside.length === 0
      ? []
      : [
          {
            label: `$(archive) ${t("Remove files that were set aside...")}`,
            description: sizeText(info.aside_bytes ?? 0, t),
            act: run("masterplan.cleanAside"),
          },
        ]),
    { label: t("Check and copy"), kind: vscode.QuickPickItemKind.Separator },
    { label: `$(verified) ${t("Verify stored state")}`, act: run("masterplan.verifyStore") },
    { label: `$(save) ${t("Export all state...")}`, act: run("masterplan.exportState") },
    { label: `$(folder-opened) ${t("Import all state...")}`, act: run("masterplan.importState") },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Storage: {0}", sizeText(total(info), t)),
    matchOnDetail: true,
  });
  await chosen?.act?.();
}

function sizes(info: StoreInfo, t: Translate): readonly StorageItem[] {
  return [
    { label: `$(database) ${t("Plans")}`, description: sizeText(info.image_bytes, t) },
    { label: `$(list-ordered) ${t("Journal and audit log")}`, description: sizeText(info.journal_bytes, t) },
    { label: `$(file) ${t("Transcripts, diffs and outputs")}`, description: sizeText(info.blob_bytes, t) },
    ...asideRow(info, t, "imported", `$(file-symlink-file) ${t("Imported states")}`),
    ...asideRow(info, t, "quarantined", `$(warning) ${t("Damaged files that were set aside")}`),
    ...asideRow(info, t, "older", `$(archive) ${t("States of an older schema")}`),
    ...asideRow(info, t, "copy", `$(save) ${t("Copies from before an import")}`),
  ];
}

/** One row for all files of a kind; none where there are none. */
function asideRow(
  { aside = [] }: StoreInfo,
  t: Translate,
  kind: AsideFile["kind"],
  label: string,
): readonly StorageItem[] {
  const files = aside.filter((one) => one.kind === kind);
  if (files.length === 0) return [];
  const bytes = files.reduce((sum, one) => sum + one.bytes, 0);
  return [{ label, description: sizeText(bytes, t), detail: files.map((one) => one.name).join(", ") }];
}

/** What the person allows; one click leads to the setting that says so. */
function limits(info: StoreInfo, t: Translate): readonly StorageItem[] {
  const { keep_runs_days: days, storage_bytes: budget } = editorSettings();
  const open = (setting: string) => async () =>
    vscode.commands.executeCommand("masterplan.openSettings", `masterplan.storage.${setting}`);
  return [
    { label: t("Limits"), kind: vscode.QuickPickItemKind.Separator },
    {
      label: `$(dashboard) ${t("Budget")}`,
      description:
        budget === null ? t("no limit") : t("{0} of {1} used", sizeText(total(info), t), sizeText(budget, t)),
      act: open("maxMegabytes"),
    },
    {
      label: `$(calendar) ${t("Ended runs")}`,
      description: days === null ? t("kept until you remove them") : t("kept for {0} days", days),
      act: open("keepRunsDays"),
    },
  ];
}

function total(info: StoreInfo): number {
  return info.image_bytes + info.journal_bytes + info.blob_bytes + (info.aside_bytes ?? 0);
}

function sizeText(bytes: number, t: Translate): string {
  if (bytes < 1024 * 1024) return t("{0} kB", Math.ceil(bytes / 1024));
  return t("{0} MB", (bytes / 1024 / 1024).toFixed(1));
}
