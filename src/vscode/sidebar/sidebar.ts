import * as vscode from "vscode";
import { systemClock } from "../../adapters/node/systemClock";
import type { Translate } from "../../core/translate";
import type { Logger } from "../../ports/logger";
import type { PublicEvent } from "../../engine/publicEvent";
import { Attention } from "./attention";
import { ContextKeys } from "./contextKeys";
import { contextValues } from "./contextValues";
import { takeSnapshot, type PlanSnapshot } from "./planSnapshot";
import { PlanTree, type PlanNode } from "./planTree";
import { clean } from "./planTreeItem";
import { choiceWord, statusChoices } from "./statusWords";
import { SnapshotLoop } from "../pages/snapshotLoop";
import { StatusBar } from "./statusBar";
import { ViewProgress } from "./viewProgress";
import { WaitingTree } from "./waitingTree";
import type { WorkspaceRoots } from "../workspaceRoots";

/** At most four updates a second reach the views; a burst of events is one update. */
const updateEveryMs = 250;

/** The two views, their badge, the status bar and the context keys: all drawn from one snapshot. */
export class Sidebar implements vscode.Disposable {
  readonly tree: PlanTree;
  readonly #waiting = new WaitingTree();
  readonly #planView: vscode.TreeView<PlanNode>;
  readonly #waitingView: vscode.Disposable;
  readonly #statusBar: StatusBar;
  readonly #keys = new ContextKeys();
  readonly #progress = new ViewProgress("masterplan.plan");
  readonly #attention: Attention;
  readonly #translate: Translate;
  readonly #logger: Logger;
  readonly #roots: WorkspaceRoots;
  readonly #loop: SnapshotLoop;
  #last: PlanSnapshot | null = null;
  /** What runs right now, in one line; empty while nothing does. */
  #step = "";

  constructor(roots: WorkspaceRoots, translate: Translate, logger: Logger) {
    this.#roots = roots;
    this.#translate = translate;
    this.#logger = logger;
    this.#loop = new SnapshotLoop({
      make: () => this.#refreshOrLog(),
      clock: systemClock,
      pauseMs: updateEveryMs,
    });
    this.tree = new PlanTree(translate);
    this.#planView = vscode.window.createTreeView("masterplan.plan", {
      treeDataProvider: this.tree,
      showCollapseAll: true,
    });
    this.#waitingView = vscode.window.createTreeView("masterplan.waiting", {
      treeDataProvider: this.#waiting,
    });
    this.#statusBar = new StatusBar(translate);
    this.#attention = new Attention(translate);
  }

  /** Soon, together with whatever else changes until then. */
  refreshSoon(): void {
    this.#loop.request();
  }

  noteEvent(event: PublicEvent): void {
    if (event.type === "attempt.step") this.#step = stepLine(event);
    else if (event.type === "attempt.started" || event.type.startsWith("run.")) this.#step = "";
    this.refreshSoon();
  }

  async refresh(): Promise<void> {
    const masterPlan = await this.#roots.current();
    const snapshot = masterPlan === null ? null : await takeSnapshot(masterPlan);
    this.#last = snapshot;
    const providers = masterPlan === null ? [] : await masterPlan.providers().catch(() => []);
    const model = providers.find((one) => one.active);
    const waiting = snapshot?.waiting ?? [];
    this.tree.show(snapshot);
    this.#waiting.show(waiting);
    this.#statusBar.show(snapshot);
    this.#keys.set(contextValues(snapshot, masterPlan !== null, model !== undefined));
    this.#planView.title = this.#title();
    this.#planView.description = snapshot === null ? "" : this.#headline(snapshot);
    const underWay = snapshot?.open?.status.status;
    const working = underWay === "running" || underWay === "queued";
    this.#progress.show(working);
    const recorded = model?.recorded === true || snapshot?.status.cost.recorded === true;
    this.#planView.message = [
      recorded ? this.#translate("Replies are recorded; nothing leaves this machine") : "",
      this.#filterLine(),
      this.#elsewhereLine(snapshot),
      working ? this.#step : "",
    ]
      .filter((line) => line !== "")
      .join("\n");
    this.#planView.badge =
      waiting.length === 0
        ? { value: 0, tooltip: "" }
        : { value: waiting.length, tooltip: this.#translate("{0} waiting for you", waiting.length) };
    // A notification stays until a person answers; the views go on meanwhile.
    void this.#attention.notice(waiting);
  }

  snapshot(): PlanSnapshot | null {
    return this.#last;
  }

  dispose(): void {
    this.#loop.dispose();
    this.#progress.show(false);
    this.#planView.dispose();
    this.#waitingView.dispose();
    this.#statusBar.dispose();
    this.tree.dispose();
    this.#waiting.dispose();
  }

  #filterLine(): string {
    const { filter } = this.tree;
    if (filter === null) return "";
    const chosen = statusChoices.filter(([first]) => filter.has(first));
    const words = chosen.map((choice) => choiceWord(choice, this.#translate));
    return this.#translate("Only tasks that are: {0}", words.join(", "));
  }

  /** The moving line and what waits may belong to a plan that is not in hand: the view says whose they are. */
  #elsewhereLine(snapshot: PlanSnapshot | null): string {
    if (snapshot?.open?.elsewhere !== true) return "";
    const { title, version, status } = snapshot.open.status;
    const word = this.#translate(status.replace("_", " "));
    return this.#translate("Another plan has the run: {0} v{1}, {2}", clean(title), version, word);
  }

  /** With several folders the view says whose plan it shows. */
  #title(): string {
    const folder = this.#roots.folders().length > 1 ? this.#roots.folder() : null;
    return folder === null ? this.#translate("Plan") : this.#translate("Plan of {0}", clean(folder.name));
  }

  async #refreshOrLog(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      this.#logger.log("warn", "The plan view could not be updated", { message: String(error) });
    }
  }

  #headline({ row, status }: PlanSnapshot): string {
    const { progress, cost } = status;
    const done = progress.done + progress.claimed;
    const money =
      cost.usd > 0
        ? ` · $${cost.usd.toFixed(2)}${cost.recorded ? ` ${this.#translate("recorded")}` : ""}`
        : "";
    // At 300 px only the first words are seen, so the title, which the page shows large, comes last.
    return `${done}/${progress.total} · ${this.#translate(status.status.replace("_", " "))}${money} · v${status.version} · ${clean(row.title)}`;
  }
}

function stepLine(event: PublicEvent): string {
  const { task, text } = event;
  if (typeof task !== "string" || typeof text !== "string") return "";
  return clean(`${task}: ${text.length > 120 ? `${text.slice(0, 119)}…` : text}`);
}
