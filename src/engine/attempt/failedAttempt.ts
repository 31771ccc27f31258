/** What the attempts of a task left behind. */
export interface FailedAttempt {
  readonly number: number;
  readonly summary: string | null;
  /** What failed, in the words that went back to the model. */
  readonly feedback: readonly string[];
  /** Unified diff of what was tried; capped by the caller. */
  readonly diff: string | null;
}
