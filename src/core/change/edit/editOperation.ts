/**
 * What a model wants done to files, whatever form it wrote it in. Parsed once; the same list is authorised, shown,
 * hashed and applied. Paths are as written until `authorizeOperations` has passed them.
 */
export type EditOperation =
  WriteOperation | ReplaceOperation | PatchOperation | DeleteOperation | MoveOperation;

/** Creates a file or replaces the whole of one. */
export interface WriteOperation {
  readonly kind: "write";
  readonly path: string;
  readonly content: string;
  /** The form says that the file is new, so that one that exists is a mistake. */
  readonly create: boolean;
  /** The form cannot say whether the last line ends with a newline, so that one is never meant. */
  readonly loose_end: boolean;
  readonly executable: boolean;
}

/** Replacements in order, each in the result of the one before. */
export interface ReplaceOperation {
  readonly kind: "replace";
  readonly path: string;
  readonly edits: readonly Replacement[];
}

export interface Replacement {
  readonly search: string;
  readonly replace: string;
}

/** Hunks in file order, from a unified diff or a patch envelope. */
export interface PatchOperation {
  readonly kind: "patch";
  readonly path: string;
  readonly hunks: readonly PatchHunk[];
}

export interface PatchHunk {
  /** Lines that lead to the place, outermost first, as `@@ class A` in an envelope. */
  readonly anchors: readonly string[];
  /** 1-based line the hunk claims to start at; null when it claims none. */
  readonly line: number | null;
  /** The hunk claims to end with the file. */
  readonly at_end: boolean;
  /** What the hunk says about the newline after the last line of the result; null when it says nothing. */
  readonly final_newline: boolean | null;
  readonly lines: readonly PatchLine[];
}

export interface PatchLine {
  readonly kind: "context" | "remove" | "add";
  readonly text: string;
}

export interface DeleteOperation {
  readonly kind: "delete";
  readonly path: string;
  /** Lines that the file must hold, when the form shows them; null when it does not. */
  readonly lines: readonly string[] | null;
}

export interface MoveOperation {
  readonly kind: "move";
  readonly path: string;
  readonly to: string;
}

/** Why an edit is refused; the message is written for the model and says what to do instead. */
export interface EditProblem {
  readonly code: "path.outside" | "path.forbidden" | "edit.notApplicable";
  /** 0-based position in the operation list; null when the list itself could not be read. */
  readonly operation: number | null;
  readonly path: string | null;
  readonly message: string;
}

/** Every path an operation touches. */
export function pathsOf(operation: EditOperation): readonly string[] {
  return operation.kind === "move" ? [operation.path, operation.to] : [operation.path];
}

export function editProblem(operation: number | null, path: string | null, message: string): EditProblem {
  return { code: "edit.notApplicable", operation, path, message };
}
