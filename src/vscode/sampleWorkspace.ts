import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { createRepository } from "../adapters/git/repository/newRepository";
import { createCommandRunner } from "../adapters/node/command/nodeCommandRunner";
import { systemClock } from "../adapters/node/systemClock";
import { isMasterPlanError, MasterPlanError } from "../core/errors";
import type { MasterPlan } from "../engine/masterPlan";
import type { Logger } from "../ports/logger";
import { editorTranslate as translate } from "./editorEnvironment";

const marker = ".masterplan-sample";
const toShowKey = "masterplan.sampleToShow";

/** The first Node that runs TypeScript as it is; the sample project has no dependencies that could do it. */
const neededNode = { major: 22, minor: 18 };
const versionTimeoutMs = 20_000;

/** The sample is a folder of our own; there, and only there, replies are recorded by default. */
export function isSampleFolder(
  folder: vscode.WorkspaceFolder | null,
  context: vscode.ExtensionContext,
): boolean {
  return folder?.uri.scheme === "file" && isInside(sampleHome(context), folder.uri.fsPath);
}

/** Makes a fresh copy of the sample project, with a git repository of its own, and opens it. */
export async function openSampleFolder(context: vscode.ExtensionContext, logger: Logger): Promise<void> {
  const home = sampleHome(context);
  await mkdir(home, { recursive: true });
  await assertNode(home);
  const folder = await freshFolder(home);
  await cp(vscode.Uri.joinPath(context.extensionUri, "dist", "sample", "workspace").fsPath, folder, {
    recursive: true,
  });
  await writeFile(
    path.join(folder, marker),
    "The sample project of MasterPlan. You can delete this folder.\n",
  );
  await makeRepository(context, folder, logger);
  await context.globalState.update(toShowKey, folder);
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

/** True once for the window that the sample was just opened in. */
export async function takeSampleToShow(
  context: vscode.ExtensionContext,
  folder: vscode.WorkspaceFolder | null,
): Promise<boolean> {
  if (folder === null || context.globalState.get<string>(toShowKey) !== folder.uri.fsPath) return false;
  await context.globalState.update(toShowKey, undefined);
  return true;
}

/** A name that was not used before: what a folder of the same name did is remembered with its path. */
async function freshFolder(home: string): Promise<string> {
  const names = await readdir(home);
  const last = Math.max(0, ...names.map((name) => Number(/^todo-(\d+)$/u.exec(name)?.[1] ?? 0)));
  const open = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  for (const name of names) {
    const earlier = path.join(home, name);
    // The newest stays, so that its number is not given again.
    if (name === `todo-${last}` || open.some((one) => isInside(earlier, one))) continue;
    await rm(earlier, { recursive: true, force: true });
  }
  return path.join(home, `todo-${last + 1}`);
}

async function makeRepository(
  context: vscode.ExtensionContext,
  folder: string,
  logger: Logger,
): Promise<void> {
  try {
    await createRepository({
      folder,
      storage: context.globalStorageUri.fsPath,
      author: { name: "Sample", email: "sample@example.invalid" },
      message: "Todo list with tests",
      logger,
      clock: systemClock,
    });
  } catch (error) {
    throw isMasterPlanError(error, "git.missing") ? missing("git", "git.missing", error) : error;
  }
}

async function assertNode(folder: string): Promise<void> {
  const version = await nodeVersion(folder);
  const [, major = "0", minor = "0"] = /^v(\d+)\.(\d+)\./u.exec(version) ?? [];
  const enough =
    Number(major) > neededNode.major ||
    (Number(major) === neededNode.major && Number(minor) >= neededNode.minor);
  if (enough) return;
  const needed = `${neededNode.major}.${neededNode.minor}`;
  throw new MasterPlanError(
    "command.notFound",
    translate("The sample runs its own tests with Node {0} or newer; here is {1}", needed, version),
    { hint: translate("Install a newer Node and start the editor again") },
  );
}

async function nodeVersion(cwd: string): Promise<string> {
  const argv = ["node", "--version"];
  try {
    const command = { argv, cwd, timeout_ms: versionTimeoutMs };
    const { output } = await createCommandRunner({ approved: [argv] }).run(
      command,
      new AbortController().signal,
    );
    return output.trim();
  } catch (error) {
    throw missing("node", "command.notFound", error);
  }
}

function missing(program: string, code: "git.missing" | "command.notFound", cause: unknown): MasterPlanError {
  return new MasterPlanError(code, translate("The sample needs {0}, which could not be started", program), {
    cause,
    hint: translate("Install {0} and start the editor again", program),
  });
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return !relative.startsWith("..") && !path.isAbsolute(relative);
}

function sampleHome(context: vscode.ExtensionContext): string {
  return vscode.Uri.joinPath(context.globalStorageUri, "sample").fsPath;
}
