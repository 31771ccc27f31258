/** Says whether a file parses, by real grammars; never runs anything. */
export interface SyntaxChecker {
  /** `not_applicable` when no grammar knows the file. Lines are 1-based. */
  check(path: string, text: string): Promise<SyntaxVerdict>;
  /** Module names a file imports, as written, with lines; empty when the language is unknown. */
  imports(path: string, text: string): Promise<readonly { readonly module: string; readonly line: number }[]>;
  /** Names a file exports or defines at top level, with their kind. */
  exports(path: string, text: string): Promise<readonly ExportedName[]>;
}

export interface ExportedName {
  readonly name: string;
  readonly kind: "function" | "class" | "value" | "type";
  /** The module that a name is passed on from, as written; with the name `*` for everything it exports. */
  readonly from?: string;
}

export type SyntaxVerdict =
  | { readonly status: "ok" }
  | { readonly status: "error"; readonly line: number; readonly message: string }
  | { readonly status: "not_applicable" };
