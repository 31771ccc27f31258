import { createHash } from "node:crypto";
import * as vscode from "vscode";
import { composeNode } from "../compose";
import { MasterPlanError } from "../core/errors";
import type { Translate } from "../core/translate";
import type { MasterPlan } from "../engine/masterPlan";
import type { PublicEvent } from "../engine/publicEvent";
import type { Logger } from "../ports/logger";
import type { CommandOutput } from "./commandOutput";
import type { EditorModels } from "./models/editorModels";
import { editorEnvironment, editorLanguage, editorSettings } from "./editorEnvironment";

const chosenKey = "masterplan.chosenFolder";

/** The engine of the folder in hand. One folder at a time: a plan belongs to one root, chosen by a person. */
export class WorkspaceRoots implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #logger: Logger;
  readonly #models: EditorModels;
  readonly #output: CommandOutput;
  readonly #translate: Translate;
  readonly #changed = new vscode.EventEmitter<MasterPlan | null>();
  readonly #events = new vscode.EventEmitter<PublicEvent>();
  readonly #lost = new vscode.EventEmitter<void>();
  readonly #readOnly = new vscode.EventEmitter<void>();
  #open: { readonly folder: string; readonly masterPlan: Promise<MasterPlan> } | null = null;

  /** Another folder came in hand; null when there is none. */
  readonly onDidChangeRoot = this.#changed.event;
  readonly onEvent = this.#events.event;
  readonly onDidLoseConnection = this.#lost.event;
  /** Plans of the folder in hand can only be read, from the start or from now on. */
  readonly onDidBecomeReadOnly = this.#readOnly.event;

  constructor(parts: {
    readonly context: vscode.ExtensionContext;
    readonly logger: Logger;
    readonly models: EditorModels;
    readonly output: CommandOutput;
    readonly translate: Translate;
  }) {
    this.#context = parts.context;
    this.#logger = parts.logger;
    this.#models = parts.models;
    this.#output = parts.output;
    this.#translate = parts.translate;
  }

  /** The folders that can hold a plan. */
  folders(): readonly vscode.WorkspaceFolder[] {
    return (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === "file");
  }

  /** The only folder, or the one of several that a person chose; null until then. */
  folder(): vscode.WorkspaceFolder | null {
    const folders = this.folders();
    const only = folders.length === 1 ? folders[0] : undefined;
    const chosen = this.#context.workspaceState.get<string>(chosenKey);
    return folders.find((folder) => folder.uri.toString() === chosen) ?? only ?? null;
  }

  /** Asks which folder where that is open. Throws `usage.invalid` where there is no folder on a disk. */
  async masterPlan(): Promise<MasterPlan> {
    if (this.folder() === null && this.folders().length > 1) await this.choose();
    const found = await this.current();
    if (found !== null) return found;
    if (this.folders().length > 1) throw new MasterPlanError("cancelled", "No folder was chosen");
    throw new MasterPlanError("usage.invalid", "Open a folder first: a plan belongs to a folder on a disk");
  }

  async current(): Promise<MasterPlan | null> {
    const folder = this.folder();
    if (folder === null) {
      await this.close();
      return null;
    }
    const key = folder.uri.toString();
    if (this.#open?.folder !== key) {
      const before = this.#open;
      this.#open = { folder: key, masterPlan: this.#compose(folder) };
      await before?.masterPlan.then((old) => old.dispose());
    }
    const opening = this.#open;
    try {
      return await opening.masterPlan;
    } catch (error) {
      // A failed opening is tried again by the next one who asks.
      if (this.#open === opening) this.#open = null;
      throw error;
    }
  }

  async choose(): Promise<void> {
    const current = this.folder()?.uri.toString();
    const chosen = await vscode.window.showQuickPick(
      this.folders().map((folder) => ({
        label: folder.name,
        description: folder.uri.toString() === current ? this.#translate("in hand") : "",
        detail: folder.uri.fsPath,
        uri: folder.uri.toString(),
      })),
      {
        title: this.#translate("Which folder?"),
        placeHolder: this.#translate("A plan belongs to one folder; its tasks run and are committed there"),
      },
    );
    if (chosen === undefined) return;
    await this.#context.workspaceState.update(chosenKey, chosen.uri);
    this.#changed.fire(await this.current());
  }

  /** Opens the folder's plans again on a person's word about who may write or what may be given up. */
  async reopen(how: { readonly takeOver?: boolean; readonly acceptLoss?: boolean }): Promise<void> {
    const folder = this.folder();
    if (folder === null) return;
    await this.close();
    this.#open = { folder: folder.uri.toString(), masterPlan: this.#compose(folder, how) };
    this.#changed.fire(await this.current());
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    const masterPlan = await open?.masterPlan.catch(() => null);
    await masterPlan?.dispose();
  }

  dispose(): void {
    this.#changed.dispose();
    this.#events.dispose();
    this.#lost.dispose();
    this.#readOnly.dispose();
  }

  async #compose(
    folder: vscode.WorkspaceFolder,
    how: { readonly takeOver?: boolean; readonly acceptLoss?: boolean } = {},
  ): Promise<MasterPlan> {
    const storage = this.#context.storageUri ?? this.#context.globalStorageUri;
    const masterPlan = await composeNode({
      workspace: folder.uri.fsPath,
      preferredStorage: vscode.Uri.joinPath(storage, "masterplan", folderName(folder.uri)).fsPath,
      language: editorLanguage(),
      logger: this.#logger,
      environment: editorEnvironment(folder),
      settings: editorSettings,
      models: (configured) => this.#models.over(configured),
      continueAfterDecision: true,
      ...how,
      onReadOnly: () => this.#readOnly.fire(),
      onOutput: ({ run, check }, chunk) => this.#output.add(run, check, chunk),
      onLost: () => {
        // Whoever held the store is gone: the next call opens it here.
        this.#open = null;
        this.#lost.fire();
      },
    });
    masterPlan.onEvent((event) => this.#events.fire(event));
    return masterPlan;
  }
}

/** The editor has one storage folder for all folders of a workspace; each of ours keeps a store of its own in it. */
function folderName(folder: vscode.Uri): string {
  return createHash("sha256").update(folder.toString()).digest("hex").slice(0, 16);
}
