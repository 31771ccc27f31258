import * as vscode from "vscode";
import type { Translate } from "../core/translate";
import type { OutputState } from "../protocol/planView";
import { OutputTail } from "./pages/outputTail";

/** What checks and commands of a run print, live: whole in an output channel of its own, its end on the plan page. */
export class CommandOutput implements vscode.Disposable {
  readonly #printed = new vscode.EventEmitter<string>();
  readonly #tails = new Map<string, OutputTail>();
  readonly #translate: Translate;
  #channel: vscode.OutputChannel | null = null;
  #last = "";

  /** A command of the run with this id printed something. */
  readonly onDidPrint = this.#printed.event;

  constructor(translate: Translate) {
    this.#translate = translate;
  }

  /** Text comes cleaned of control sequences; the name of the check stands above its own text. */
  add(run: string, check: string, chunk: string): void {
    const channel = this.#open();
    const heading = `${run} ${check}`;
    if (heading !== this.#last) channel.appendLine(`\n== ${check} ==`);
    this.#last = heading;
    channel.append(chunk);
    const tail = this.#tails.get(run) ?? new OutputTail();
    this.#tails.set(run, tail);
    tail.add(check, chunk);
    this.#printed.fire(run);
  }

  /** The end of what the run's latest check printed; null before anything was. */
  tail(run: string): OutputState | null {
    return this.#tails.get(run)?.state() ?? null;
  }

  /** Brings the channel to the front; the keyboard stays where it is. */
  reveal(): void {
    const channel = this.#open();
    if (this.#last === "") {
      channel.replace(`${this.#translate("What commands and checks print appears here while they run.")}\n`);
    }
    channel.show(true);
  }

  dispose(): void {
    this.#printed.dispose();
    this.#channel?.dispose();
  }

  #open(): vscode.OutputChannel {
    this.#channel ??= vscode.window.createOutputChannel(this.#translate("MasterPlan Commands"));
    return this.#channel;
  }
}
