import type { Translate } from "../core/translate";
import type { LanguageModel } from "./languageModel";

/** What the shell around the engine knows and the engine must ask. */
export interface Environment {
  /** False in an untrusted workspace: nothing runs, nothing is sent. Asked at each effect, not once. */
  isTrusted(): boolean;
  /** The name of the person in front, for approvals and reviews. */
  person(): string;
  /** Paths relative to the workspace root of files that an editor holds with unsaved edits. */
  unsavedFiles(): Promise<readonly string[]>;
  /** UI language, `en` or `es`. */
  language(): "en" | "es";
  /** Puts an English sentence into the person's language; see core/translate.ts. */
  readonly translate: Translate;
}

/** Settings as one immutable snapshot, read once per operation. */
export interface Settings {
  get(): SettingsSnapshot;
}

export interface SettingsSnapshot {
  readonly review: "ask" | "accept" | "reject";
  readonly target: "branch" | "current" | "detached";
  readonly max_steps: number;
  readonly budget_usd: number | null;
  readonly check_timeout_ms: number;
  readonly blocking_layers: readonly string[];
  readonly record_transcripts: boolean;
  readonly private_home: boolean;
  /** Ended runs are removed after so many days; null keeps them. */
  readonly keep_runs_days: number | null;
  /** What plans, journal, transcripts and outputs may take together before nothing new is started; null is no limit. */
  readonly storage_bytes: number | null;
}

/** Where models come from. Adapters are made lazily; nothing heavy is loaded before the first call. */
export interface ModelSource {
  /** null when no provider is configured; rejects with `model.unknownProvider` for a name nobody knows. */
  model(purpose: "simple" | "default"): Promise<LanguageModel | null>;
  /** What a settings page shows; never holds a key. */
  describe(): Promise<readonly ProviderDescription[]>;
  /** Asks the active endpoint for a sign of life that costs nothing; within ten seconds, and never throws. */
  probe?(signal: AbortSignal): Promise<ProviderHealth>;
}

/**
 * `unknown`: there is nothing to ask. `key_refused` names an endpoint that answers and does not know the key, `missing`
 * a model that is not offered any more.
 */
export type ProviderHealth =
  | { readonly state: "answers" | "unknown" }
  | { readonly state: "silent" | "key_refused" | "failing" | "missing"; readonly detail: string };

export interface ProviderDescription {
  readonly id: string;
  readonly label: string;
  readonly origin: string;
  readonly model: string;
  readonly active: boolean;
  readonly recorded: boolean;
  readonly has_key: boolean;
}
