import type { Node } from "web-tree-sitter";
import type { ExportedName } from "../../ports/syntaxChecker";
import type { GrammarName } from "./grammars";

/** Names that other files can use: exports where the language has them, top-level definitions where it has not. */
export function exportsOf(root: Node, grammar: GrammarName): readonly ExportedName[] {
  switch (grammar) {
    case "typescript":
    case "tsx":
    case "javascript":
      return scriptExports(root);
    case "python":
      return pythonNames(root);
    case "go":
    case "java":
    case "rust":
      return root.namedChildren.flatMap(definitions);
  }
}

type Kind = ExportedName["kind"];

const kindOfNode: Readonly<Record<string, Kind>> = {
  function_declaration: "function",
  generator_function_declaration: "function",
  function_signature: "function",
  function_definition: "function",
  function_item: "function",
  method_declaration: "function",
  class_declaration: "class",
  abstract_class_declaration: "class",
  class_definition: "class",
  struct_item: "class",
  record_declaration: "class",
  class: "class",
  interface_declaration: "type",
  type_alias_declaration: "type",
  enum_declaration: "type",
  enum_item: "type",
  trait_item: "type",
  type_item: "type",
  type_spec: "type",
  type_alias: "type",
  internal_module: "value",
  mod_item: "value",
  const_item: "value",
  static_item: "value",
};

/** The names that one declaration introduces. */
function definitions(node: Node): readonly ExportedName[] {
  const kind = kindOfNode[node.type];
  const name = node.childForFieldName("name");
  if (kind !== undefined && name !== null) {
    const isStruct = node.type === "type_spec" && node.childForFieldName("type")?.type === "struct_type";
    return [{ name: name.text, kind: isStruct ? "class" : kind }];
  }
  switch (node.type) {
    case "lexical_declaration":
    case "variable_declaration":
      return node.namedChildren.flatMap((declarator) => declared(declarator));
    case "ambient_declaration":
    case "type_declaration":
    case "const_declaration":
    case "var_declaration":
    case "var_spec_list":
      return node.namedChildren.flatMap(definitions);
    case "var_spec":
    case "const_spec":
      return node.childrenForFieldName("name").map((found) => ({ name: found.text, kind: "value" as const }));
    default:
      return [];
  }
}

function declared(declarator: Node): readonly ExportedName[] {
  const name = declarator.childForFieldName("name");
  if (name === null) return [];
  const value = declarator.childForFieldName("value")?.type ?? "";
  const kind: Kind = /^(?:arrow_function|function_expression|generator_function)$/u.test(value)
    ? "function"
    : value === "class"
      ? "class"
      : "value";
  if (name.type === "identifier") return [{ name: name.text, kind }];
  const parts = name.descendantsOfType(["shorthand_property_identifier_pattern", "identifier"]);
  return parts.map((part) => ({ name: part.text, kind: "value" as const }));
}

function scriptExports(root: Node): readonly ExportedName[] {
  const exported = root.namedChildren.flatMap((node) =>
    node.type === "export_statement" ? exportStatement(node) : commonJs(node),
  );
  // A script without any export shares its top level, as browser and test scripts do.
  return exported.length > 0 ? exported : root.namedChildren.flatMap(definitions);
}

function exportStatement(node: Node): readonly ExportedName[] {
  const source = node.childForFieldName("source")?.text.slice(1, -1);
  const from = source === undefined ? {} : { from: source };
  const isDefault = node.children.some((child) => child.type === "default");
  const declaration = node.childForFieldName("declaration");
  if (declaration !== null) {
    const names = definitions(declaration);
    return isDefault ? [{ name: "default", kind: names[0]?.kind ?? "value" }, ...names] : names;
  }
  if (isDefault) {
    const value = node.childForFieldName("value");
    return [{ name: "default", kind: value?.type === "class" ? "class" : "value" }];
  }
  const clause = node.namedChildren.find((child) => child.type === "export_clause");
  if (clause !== undefined) {
    return clause.namedChildren
      .filter((specifier) => specifier.type === "export_specifier")
      .map((specifier) => {
        const name = specifier.childForFieldName("alias") ?? specifier.childForFieldName("name");
        return { name: name?.text ?? "", kind: localKind(node, specifier), ...from };
      });
  }
  const namespace = node.namedChildren.find((child) => child.type === "namespace_export");
  if (namespace !== undefined)
    return [{ name: namespace.namedChildren[0]?.text ?? "", kind: "value", ...from }];
  return source === undefined ? [] : [{ name: "*", kind: "value", ...from }];
}

/** `export { A }` says nothing about A; its declaration in the same file does. */
function localKind(statement: Node, specifier: Node): Kind {
  const name = specifier.childForFieldName("name")?.text;
  const all = statement.parent?.namedChildren.flatMap(definitions) ?? [];
  return all.find((found) => found.name === name)?.kind ?? "value";
}

/** `module.exports = { a, b: 1 }`, `module.exports = f`, `exports.c = 1`. */
function commonJs(node: Node): readonly ExportedName[] {
  const assignment = node.type === "expression_statement" ? node.namedChildren[0] : undefined;
  if (assignment?.type !== "assignment_expression") return [];
  const left = assignment.childForFieldName("left")?.text ?? "";
  const right = assignment.childForFieldName("right");
  const property = /^(?:module\.)?exports\.(\w+)$/u.exec(left)?.[1];
  if (property !== undefined) return [{ name: property, kind: right?.type === "class" ? "class" : "value" }];
  if (left !== "module.exports" || right === null) return [];
  if (right.type !== "object")
    return [
      { name: "default", kind: "value" },
      { name: right.text.split("\n")[0] ?? "", kind: "value" },
    ];
  return right.namedChildren.flatMap((member) => {
    const name =
      member.type === "pair"
        ? member.childForFieldName("key")
        : member.type === "shorthand_property_identifier"
          ? member
          : member.childForFieldName("name");
    return name === null ? [] : [{ name: name.text, kind: "value" as const }];
  });
}

/** Also names behind a condition or a `try`, and imported ones: other modules can import all of them. */
function pythonNames(root: Node): readonly ExportedName[] {
  return root.namedChildren.flatMap((node): readonly ExportedName[] => {
    switch (node.type) {
      case "decorated_definition": {
        const definition = node.childForFieldName("definition");
        return definition === null ? [] : definitions(definition);
      }
      case "expression_statement": {
        const assignment = node.namedChildren[0];
        const left = assignment?.type === "assignment" ? assignment.childForFieldName("left") : null;
        if (left === null) return [];
        const names = left.type === "identifier" ? [left] : left.descendantsOfType("identifier");
        return left.type === "attribute" || left.type === "subscript"
          ? []
          : names.map((name) => ({ name: name.text, kind: "value" as const }));
      }
      case "import_from_statement": {
        const from = node.childForFieldName("module_name")?.text ?? "";
        if (node.namedChildren.some((child) => child.type === "wildcard_import"))
          return [{ name: "*", kind: "value", from }];
        return node.childrenForFieldName("name").flatMap((name) => {
          const local = name.type === "aliased_import" ? name.childForFieldName("alias") : name;
          return local === null ? [] : [{ name: local.text, kind: "value" as const, from }];
        });
      }
      case "if_statement":
      case "else_clause":
      case "elif_clause":
      case "try_statement":
      case "except_clause":
      case "with_statement":
      case "block":
        return pythonNames(node);
      default:
        return definitions(node);
    }
  });
}
