/** Says whether a file parses, by real grammars; never runs anything. */
export interface SyntaxChecker {
  /** `not_applicable` when no grammar knows the file. Lines are 1-based. */
  check(path: string, text: string): Promise<SyntaxVerdict>;
  /** Module names a file imports, as written, with lines; empty when the language is unknown. */
  imports(path: string, text: string): Promise<readonly { readonly module: string; readonly line: number }[]>;
  /** Names a file exports or defines at top level, with their kind. */
  exports(path: string, text: string): Promise<readonly ExportedName[]>;
  /** Functions with a name, in reading order; null when the language is unknown. */
  functions(path: string, text: string): Promise<readonly FunctionShape[] | null>;
}

/** What the text of one function says about it. Lines are 1-based; the first is that of its declaration. */
export interface FunctionShape {
  readonly name: string;
  readonly line: number;
  readonly end_line: number;
  /** Cyclomatic, after McCabe: one, and one more for each branch, loop, case, handler and short-circuit operator. */
  readonly complexity: number;
  /** Other files can use it. */
  readonly public: boolean;
  /** A comment stands right above it, or a docstring in it. */
  readonly documented: boolean;
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
