import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { PlanId, RunId } from "../../core/ids";
import type { Translate } from "../../core/translate";
import type { MasterPlan } from "../../engine/masterPlan";
import type { WaitingItem } from "../../engine/runReports";
import type { Clock } from "../../ports/clock";
import type { Logger } from "../../ports/logger";
import type { ParamSchemas, WireError } from "../../protocol/rpc";
import type { CommandOutput } from "../commandOutput";
import { MessageSchemas } from "./messageSchemas";
import { createDispatcher } from "./rpcDispatcher";
import { pageHtml } from "./webviewHtml";

/** What the rest of the editor side does for a page. */
export interface PageActions {
  /** `node`: the task or phase that is to be seen. */
  editAsDocument(plan: PlanId, node: string | null): Promise<void>;
  /** Turns a person's words into a new version of the plan; the page follows by itself. */
  requestChanges(plan: PlanId, text: string): Promise<void>;
  openWaiting(item: WaitingItem): Promise<void>;
  openTask(plan: PlanId, run: RunId | null, task: string): Promise<void>;
}

export interface WebviewHostOptions {
  readonly context: Pick<vscode.ExtensionContext, "extensionUri">;
  readonly masterPlan: MasterPlan;
  readonly actions: PageActions;
  readonly translate: Translate;
  readonly language: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly output: CommandOutput;
  /** Puts a failure into the person's language. */
  readonly describe: (error: unknown) => WireError;
  /** Puts a finished sentence of ours into the person's language. */
  readonly sentence: Translate;
}

/** One kind of page, filled in for one subject. */
export interface PageDefinition<Host> {
  readonly viewType: string;
  /** Names the files under `dist/webview`. */
  readonly bundle: "plan" | "review";
  /** What the page shows, as text that leads back to it after a reload; one panel per subject. */
  readonly subject: string;
  readonly title: string;
  readonly params: ParamSchemas<Host>;
  connect(page: PageConnection): Page<Host>;
}

export interface PageConnection {
  /** Sends an event; nothing leaves before the page asked for its first snapshot. */
  post(name: string, payload: unknown): void;
  setTitle(title: string): void;
}

export interface Page<Host> {
  readonly handlers: Host;
  /** Does on the page what a command asks for; absent where no command does. */
  readonly invoke?: (command: string) => void;
  /** Whether anybody can see the page; it starts in sight. */
  setSeen(seen: boolean): void;
  dispose(): void;
}

/** Owns the panels: one per subject, a strict policy for each, and answers for whatever they send. */
export class WebviewHost implements vscode.Disposable {
  readonly options: WebviewHostOptions;
  readonly #schemas = new MessageSchemas();
  readonly #panels = new Map<string, vscode.WebviewPanel>();
  readonly #invoke = new Map<vscode.WebviewPanel, (command: string) => void>();

  constructor(options: WebviewHostOptions) {
    this.options = options;
  }

  /** Shows the page, or brings it to the front; fills `restored` when the editor brings a panel back. */
  open<Host>(definition: PageDefinition<Host>, restored?: vscode.WebviewPanel): vscode.WebviewPanel {
    const key = `${definition.viewType} ${definition.subject}`;
    const shown = this.#panels.get(key);
    if (shown !== undefined && restored === undefined) {
      shown.reveal();
      return shown;
    }
    shown?.dispose();
    const panel =
      restored ??
      vscode.window.createWebviewPanel(definition.viewType, definition.title, vscode.ViewColumn.Active);
    panel.webview.options = { enableScripts: true, enableForms: false, localResourceRoots: [this.#root()] };
    panel.title = definition.title;
    panel.iconPath = { light: this.#icon(definition, "light"), dark: this.#icon(definition, "dark") };
    this.#panels.set(key, panel);
    this.#connect(panel, definition, () => {
      if (this.#panels.get(key) === panel) this.#panels.delete(key);
    });
    panel.webview.html = this.#html(panel.webview, definition);
    return panel;
  }

  /** Hands a command to the page in front; false when that is another one, or none. */
  invoke(viewType: string, command: string): boolean {
    for (const [panel, invoke] of this.#invoke) {
      if (!panel.active || panel.viewType !== viewType) continue;
      panel.reveal();
      invoke(command);
      return true;
    }
    return false;
  }

  closeAll(): void {
    for (const panel of [...this.#panels.values()]) panel.dispose();
    this.#panels.clear();
  }

  dispose(): void {
    this.closeAll();
  }

  #connect<Host>(panel: vscode.WebviewPanel, definition: PageDefinition<Host>, onClosed: () => void): void {
    const { logger, describe } = this.options;
    let ready = false;
    let closed = false;
    const send = (message: unknown): void => {
      if (closed) return;
      panel.webview.postMessage(message).then(undefined, (error: unknown) => {
        logger.log("debug", "Message to a page lost", { error: String(error) });
      });
    };
    const page = definition.connect({
      post: (name, payload) => {
        if (ready) send({ kind: "event", name, payload });
      },
      setTitle: (title) => {
        if (!closed) panel.title = title;
      },
    });
    if (page.invoke !== undefined) this.#invoke.set(panel, page.invoke);
    const dispatch = createDispatcher({
      handlers: page.handlers,
      params: definition.params,
      schemas: this.#schemas,
      logger,
      describe,
    });
    panel.webview.onDidReceiveMessage(async (message: unknown) => {
      const response = await dispatch(message);
      if (response === null) return;
      ready = true;
      send(response);
    });
    panel.onDidChangeViewState(() => {
      page.setSeen(panel.visible);
    });
    panel.onDidDispose(() => {
      closed = true;
      this.#invoke.delete(panel);
      page.dispose();
      onClosed();
    });
  }

  #html<Host>(webview: vscode.Webview, { bundle, subject, title }: PageDefinition<Host>): string {
    const uri = (name: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.#root(), name)).toString();
    return pageHtml({
      cspSource: webview.cspSource,
      script: uri(`${bundle}.js`),
      styles: [uri("codicon.css"), uri(`${bundle}.css`)],
      nonce: randomBytes(16).toString("base64url"),
      language: this.options.language,
      title,
      subject,
    });
  }

  #icon<Host>({ bundle }: PageDefinition<Host>, shade: "light" | "dark"): vscode.Uri {
    const { extensionUri } = this.options.context;
    return vscode.Uri.joinPath(extensionUri, "media", "pages", `${bundle}-${shade}.svg`);
  }

  #root(): vscode.Uri {
    return vscode.Uri.joinPath(this.options.context.extensionUri, "dist", "webview");
  }
}
