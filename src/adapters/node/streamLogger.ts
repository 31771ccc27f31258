import type { Logger, LogLevel } from "../../ports/logger";

const order: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error"];

/** One JSON line per record, for programs whose standard output belongs to something else. */
export class StreamLogger implements Logger {
  readonly #write: (line: string) => void;
  readonly #level: LogLevel;
  readonly #data: Readonly<Record<string, unknown>>;

  constructor(write: (line: string) => void, level: LogLevel, data: Readonly<Record<string, unknown>> = {}) {
    this.#write = write;
    this.#level = level;
    this.#data = data;
  }

  log(level: LogLevel, message: string, data?: Readonly<Record<string, unknown>>): void {
    if (order.indexOf(level) < order.indexOf(this.#level)) return;
    this.#write(JSON.stringify({ at: new Date().toISOString(), level, message, ...this.#data, ...data }));
  }

  child(data: Readonly<Record<string, unknown>>): Logger {
    return new StreamLogger(this.#write, this.#level, { ...this.#data, ...data });
  }
}
