import * as vscode from "vscode";
import { isRunId, type RunId } from "../../core/ids";
import type { ChangeSet } from "../../core/change/changeSet";
import type { Translate } from "../../core/translate";
import type { MasterPlan } from "../../engine/masterPlan";

/** Scheme of read-only documents that hold one side of a file in an open change. */
export const diffScheme = "masterplan";

type Side = "before" | "after";

interface Target {
  readonly run: RunId;
  readonly task: string;
}

/** Serves both sides of a change to the editor's own diff views. */
export function registerDiffDocuments(masterPlan: Pick<MasterPlan, "changeFile">): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(diffScheme, {
    provideTextDocumentContent: async (uri) => {
      const document = parseDiffUri(uri);
      if (document === null) return "";
      const { run, task, path, side } = document;
      const file = await masterPlan.changeFile({ run, task, path });
      return file[side] ?? "";
    },
  });
}

/** Opens one file of a change in the native diff editor, at `line` of the new side (1-based). */
export async function openFileDiff(
  options: Target & {
    readonly change_hash: string;
    readonly path: string;
    readonly line: number;
    readonly translate: Translate;
  },
): Promise<void> {
  const { path, change_hash, line, translate } = options;
  const title = translate("{0} (change of {1})", path, options.task);
  const at = new vscode.Position(Math.max(0, line - 1), 0);
  await vscode.commands.executeCommand(
    "vscode.diff",
    diffUri(options, path, "before", change_hash),
    diffUri(options, path, "after", change_hash),
    title,
    { selection: new vscode.Range(at, at), preview: true } satisfies vscode.TextDocumentShowOptions,
  );
}

/** Opens every text file of a change in the native multi-file diff. */
export async function openChangeDiff(
  options: Target & { readonly change: ChangeSet; readonly title: string },
): Promise<void> {
  const { change } = options;
  const resources = change.files
    .filter(({ binary }) => !binary)
    .map(({ path, kind }) => [
      diffUri(options, path, "after", change.hash),
      kind === "add" ? undefined : diffUri(options, path, "before", change.hash),
      kind === "delete" ? undefined : diffUri(options, path, "after", change.hash),
    ]);
  await vscode.commands.executeCommand("vscode.changes", `${options.task} ${options.title}`, resources);
}

/** The address names the change, so that a new attempt gets new documents and nothing stale is shown. */
function diffUri({ run, task }: Target, path: string, side: Side, change: string): vscode.Uri {
  const query = new URLSearchParams({ run, task, side, change }).toString();
  return vscode.Uri.from({ scheme: diffScheme, path: `/${path}`, query });
}

function parseDiffUri(uri: vscode.Uri): (Target & { readonly path: string; readonly side: Side }) | null {
  const query = new URLSearchParams(uri.query);
  const run = query.get("run") ?? "";
  const task = query.get("task") ?? "";
  const side = query.get("side");
  if (!isRunId(run) || task === "" || (side !== "before" && side !== "after")) return null;
  return { run, task, path: uri.path.slice(1), side };
}
