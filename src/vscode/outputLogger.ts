import type * as vscode from "vscode";
import type { Logger, LogLevel } from "../ports/logger";

const secretName = /key|token|secret|password|authorization/iu;

/** One output channel; its level is the person's own choice in the editor. Values that look secret never reach it. */
export class OutputLogger implements Logger {
  readonly #channel: vscode.LogOutputChannel;
  readonly #data: Readonly<Record<string, unknown>>;

  constructor(channel: vscode.LogOutputChannel, data: Readonly<Record<string, unknown>> = {}) {
    this.#channel = channel;
    this.#data = data;
  }

  log(level: LogLevel, message: string, data?: Readonly<Record<string, unknown>>): void {
    const all = Object.entries({ ...this.#data, ...data });
    const safe = all.map(([key, value]) => [key, secretName.test(key) ? "(hidden)" : value]);
    this.#channel[level](
      safe.length === 0 ? message : `${message} ${JSON.stringify(Object.fromEntries(safe))}`,
    );
  }

  child(data: Readonly<Record<string, unknown>>): Logger {
    return new OutputLogger(this.#channel, { ...this.#data, ...data });
  }
}
