import type { Node } from "web-tree-sitter";
import type { GrammarName } from "./grammars";

export interface ImportedModule {
  readonly module: string;
  /** 1-based. */
  readonly line: number;
}

/** Modules that a file imports, as written. Imports that the program guards itself, in a `try`, are left out. */
export function importsOf(root: Node, grammar: GrammarName): readonly ImportedModule[] {
  switch (grammar) {
    case "typescript":
    case "tsx":
    case "javascript":
      return scriptImports(root);
    case "python":
      return pythonImports(root);
    case "go":
      return each(root, ["import_spec"]).flatMap((spec) => named(spec.childForFieldName("path"), unquoted));
    case "java":
      return each(root, ["import_declaration"]).flatMap((node) =>
        named(node.namedChildren[0], (child) => child.text),
      );
    case "rust":
      return [];
  }
}

function scriptImports(root: Node): readonly ImportedModule[] {
  const nodes = each(root, [
    "import_statement",
    "export_statement",
    "import_require_clause",
    "call_expression",
  ]);
  return nodes.flatMap((node) => {
    if (node.type !== "call_expression") return named(node.childForFieldName("source"), unquoted);
    const called = node.childForFieldName("function");
    if (called === null || (called.type !== "import" && called.text !== "require") || isGuarded(node))
      return [];
    const first = node.childForFieldName("arguments")?.namedChildren[0];
    // A module named by an expression is known only when the program runs.
    return first?.type === "string" ? named(first, unquoted) : [];
  });
}

function pythonImports(root: Node): readonly ImportedModule[] {
  const nodes = each(root, ["import_statement", "import_from_statement"]);
  return nodes
    .filter((node) => !isGuarded(node))
    .flatMap((node) => {
      if (node.type === "import_from_statement")
        return named(node.childForFieldName("module_name"), (name) => name.text);
      return node.namedChildren.flatMap((child) => {
        const name = child.type === "aliased_import" ? child.childForFieldName("name") : child;
        return named(name, (found) => found.text);
      });
    });
}

function isGuarded(node: Node): boolean {
  for (let at = node.parent; at !== null; at = at.parent) {
    if (at.type === "try_statement") return true;
  }
  return false;
}

function each(root: Node, types: string[]): readonly Node[] {
  return root.descendantsOfType(types);
}

function named(node: Node | null | undefined, read: (node: Node) => string): readonly ImportedModule[] {
  if (node === null || node === undefined) return [];
  const module = read(node);
  return module === "" ? [] : [{ module, line: node.startPosition.row + 1 }];
}

function unquoted(node: Node): string {
  return node.text.replace(/^["'`]|["'`]$/gu, "");
}
