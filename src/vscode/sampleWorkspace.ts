import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";
import type { MasterPlan } from "../engine/masterPlan";

const marker = ".masterplan-sample";

/** The sample is a folder of our own with this file in it; there, and only there, replies are recorded by default. */
export function isSampleFolder(
  folder: vscode.WorkspaceFolder | null,
  context: vscode.ExtensionContext,
): boolean {
  if (folder === null) return false;
  const home = sampleHome(context);
  const relative = path.relative(home, folder.uri.fsPath);
  return folder.uri.scheme === "file" && !relative.startsWith("..") && !path.isAbsolute(relative);
}

/** Makes a fresh copy of the sample project, with a git repository of its own, and opens it. */
export async function openSampleFolder(context: vscode.ExtensionContext): Promise<void> {
  const folder = path.join(sampleHome(context), "todo");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(vscode.Uri.joinPath(context.extensionUri, "dist", "sample", "workspace").fsPath, folder, {
    recursive: true,
  });
  await writeFile(
    path.join(folder, marker),
    "The sample project of MasterPlan. You can delete this folder.\n",
  );
  const git = promisify(execFile);
  const run = (...args: string[]) => git("git", args, { cwd: folder });
  await run("init", "--quiet", "--initial-branch=main");
  await run("config", "user.name", "Sample");
  await run("config", "user.email", "sample@example.invalid");
  await run("add", "--all");
  await run(
    "-c",
    "core.hooksPath=",
    "-c",
    "commit.gpgsign=false",
    "commit",
    "--quiet",
    "--message=Todo list with tests",
  );
  await vscode.commands.executeCommand("vscode.openFolder", vscode.Uri.file(folder), {
    forceReuseWindow: true,
  });
}

/** Puts the sample plan into an opened sample folder that has no plan yet. */
export async function importSamplePlan(
  context: vscode.ExtensionContext,
  masterPlan: MasterPlan,
): Promise<void> {
  const file = vscode.Uri.joinPath(context.extensionUri, "media", "sample", "plan.masterplan.json").fsPath;
  await masterPlan.importPlan({
    text: await readFile(file, "utf8"),
    name: path.basename(file),
    format: "masterplan",
  });
}

function sampleHome(context: vscode.ExtensionContext): string {
  return vscode.Uri.joinPath(context.globalStorageUri, "sample").fsPath;
}
