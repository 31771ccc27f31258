import * as vscode from "vscode";
import type { Translate } from "../../core/translate";

/** Scheme of read-only texts that are made when they are looked at. */
const scheme = "masterplan-text";

type Render = () => string | Promise<string>;

/** Tasks, logs and transcripts as read-only documents: one per name, nothing to save, and they follow what happens. */
export class TextDocuments implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #renders = new Map<string, Render>();
  readonly #registration: vscode.Disposable;

  constructor(translate: Translate) {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: this.#changed.event,
      // A window that comes back still has the tab, but not what it was made from.
      provideTextDocumentContent: (uri) =>
        this.#renders.get(uri.toString())?.() ??
        `${translate("This text is from an earlier session. Open it again from the plan view")}\n`,
    });
  }

  /** `name` is what the tab says; its ending chooses the language. */
  async show(name: string, render: Render): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: `/${name}` });
    this.#renders.set(uri.toString(), render);
    this.#changed.fire(uri);
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  /** Makes the texts that are in sight anew. */
  refresh(): void {
    for (const { document } of vscode.window.visibleTextEditors) {
      if (document.uri.scheme === scheme) this.#changed.fire(document.uri);
    }
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
