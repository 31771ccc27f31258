/** A file in the store's folder that is not the state itself. */
export interface AsideFile {
  /** Relative to the store's folder. */
  readonly name: string;
  /** Imported as the state, found damaged, of an older schema, or a copy of what an import replaced. */
  readonly kind: "imported" | "quarantined" | "older" | "copy";
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly changed_at: number;
}

export type StoreRemedy = "take_over" | "accept_loss";

export interface StoreInfo {
  readonly location: string;
  readonly access: "write" | "read";
  /** Why it is read-only, as a sentence part; null when it is not. */
  readonly read_only_reason: string | null;
  /**
   * What a person may do about it when the store is opened again: take writing over from a process that is not proved
   * dead, or give up what is damaged at the journal's end; null when neither would help.
   */
  readonly remedy: StoreRemedy | null;
  readonly workspace: string;
  readonly epoch: number;
  readonly lsn: number;
  readonly image_bytes: number;
  readonly journal_bytes: number;
  readonly blob_bytes: number;
  /** What was imported, set aside as damaged, or kept from before an import or a change of the schema. */
  readonly aside_bytes?: number;
  readonly aside?: readonly AsideFile[];
  readonly quarantined: readonly string[];
  /** What opening had to put right, as sentences; empty after a clean start. */
  readonly notices: readonly string[];
  /** Who may write, as a sentence part such as `process 4711 on host`; null when nobody does. */
  readonly writer: string | null;
}

export interface StoreVerification {
  readonly ok: boolean;
  readonly frames: number;
  /** First LSN that does not verify; null when all do. */
  readonly first_bad: number | null;
  readonly problems: readonly string[];
}
