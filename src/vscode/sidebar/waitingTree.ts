import * as vscode from "vscode";
import type { WaitingItem } from "../../engine/runReports";
import { waitingIcons } from "../../protocol/waitingIcons";
import { clean } from "./planTreeItem";

/** One shape for each kind: a kind without one does not compile. */
const icons: Readonly<Record<WaitingItem["kind"], string>> = waitingIcons;

/** What waits for a person, most urgent first; one click opens the right thing. */
export class WaitingTree implements vscode.TreeDataProvider<WaitingItem> {
  readonly #changed = new vscode.EventEmitter<undefined>();
  #items: readonly WaitingItem[] = [];

  readonly onDidChangeTreeData = this.#changed.event;

  show(items: readonly WaitingItem[]): void {
    this.#items = items;
    this.#changed.fire(undefined);
  }

  getChildren(item?: WaitingItem): WaitingItem[] {
    return item === undefined ? [...this.#items] : [];
  }

  getTreeItem(item: WaitingItem): vscode.TreeItem {
    const node = new vscode.TreeItem(clean(item.text));
    node.id = `waiting:${item.kind}:${item.task ?? item.phase ?? item.plan}`;
    node.iconPath = new vscode.ThemeIcon(icons[item.kind]);
    node.tooltip = clean(item.text);
    node.command = { command: "masterplan.openWaiting", title: clean(item.text), arguments: [item] };
    return node;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
