/**
 * What an attempt wants to change, computed from the content of base and result, never from edit offsets.
 * Files are sorted by path; hunks are numbered from 1 across the whole set in that order.
 */
export interface ChangeSet {
  /** sha256 over paths, modes, base and result hashes; review and landing name it. */
  readonly hash: string;
  readonly files: readonly FileChange[];
}

export interface FileChange {
  readonly path: string;
  readonly kind: "add" | "modify" | "delete" | "mode";
  /** git blob ids; null where the side does not exist. */
  readonly before: string | null;
  readonly after: string | null;
  readonly mode_before: string | null;
  readonly mode_after: string | null;
  readonly binary: boolean;
  /** Outside the task's `file_scope.write`: shown by name, not accepted unless a person does. */
  readonly out_of_scope: boolean;
  /** Member of the protected class: reviewed one by one or granted by name, never in bulk. */
  readonly protected: boolean;
  readonly hunks: readonly Hunk[];
}

export interface Hunk {
  /** 1-based, unique in the change set. */
  readonly number: number;
  /** 1-based line numbers; `0` lines long for pure insertions and deletions. */
  readonly before_start: number;
  readonly before_lines: number;
  readonly after_start: number;
  readonly after_lines: number;
  readonly lines: readonly HunkLine[];
}

export interface HunkLine {
  readonly kind: "context" | "remove" | "add";
  readonly text: string;
  /** The line ends without a newline character. */
  readonly no_newline?: boolean;
}
