export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

/** Message is constant text, values go into `data`. Secrets are redacted at the sink. */
export interface Logger {
  log(level: LogLevel, message: string, data?: Readonly<Record<string, unknown>>): void;
  child(data: Readonly<Record<string, unknown>>): Logger;
}
