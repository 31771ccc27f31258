/** Time, waiting and identity; the only way to any of them outside the adapters. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface IdSource {
  /** A ULID, strictly increasing within one process. */
  ulid(): string;
}
