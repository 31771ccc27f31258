import type { Node } from "web-tree-sitter";
import type { FunctionShape } from "../../ports/syntaxChecker";
import type { GrammarName } from "./grammars";

/** Every function of a file that has a name, with what its text says about it. */
export function functionsOf(root: Node, grammar: GrammarName): readonly FunctionShape[] {
  const language = languages[grammar];
  return root.descendantsOfType([...language.functions]).flatMap((node) => {
    const name = nameOf(node);
    if (name === null) return [];
    const outer = outermost(node);
    return [
      {
        name,
        line: outer.startPosition.row + 1,
        end_line: node.endPosition.row + 1,
        complexity: 1 + decisions(node, language),
        public: language.isPublic(node, outer, name),
        documented: hasCommentAbove(outer) || hasDocstring(node),
      },
    ];
  });
}

interface LanguageRules {
  readonly functions: readonly string[];
  /** Nodes that each add a way through the function. */
  readonly decisions: ReadonlySet<string>;
  readonly isPublic: (node: Node, outer: Node, name: string) => boolean;
}

const script: LanguageRules = {
  functions: [
    "function_declaration",
    "generator_function_declaration",
    "function_expression",
    "generator_function",
    "arrow_function",
    "method_definition",
  ],
  decisions: new Set([
    "if_statement",
    "for_statement",
    "for_in_statement",
    "while_statement",
    "do_statement",
    "switch_case",
    "catch_clause",
    "ternary_expression",
  ]),
  isPublic: (_node, outer) => outer.type === "export_statement",
};

const languages: Readonly<Record<GrammarName, LanguageRules>> = {
  typescript: script,
  tsx: script,
  javascript: script,
  python: {
    functions: ["function_definition"],
    decisions: new Set([
      "if_statement",
      "elif_clause",
      "for_statement",
      "while_statement",
      "except_clause",
      "conditional_expression",
      "boolean_operator",
      "case_clause",
      "if_clause",
    ]),
    isPublic: (_node, outer, name) => !name.startsWith("_") && outer.parent?.type === "module",
  },
  go: {
    functions: ["function_declaration", "method_declaration"],
    decisions: new Set([
      "if_statement",
      "for_statement",
      "expression_case",
      "type_case",
      "communication_case",
    ]),
    isPublic: (_node, _outer, name) => /^\p{Lu}/u.test(name),
  },
  rust: {
    functions: ["function_item"],
    decisions: new Set(["if_expression", "for_expression", "while_expression", "match_arm"]),
    isPublic: (node) => node.namedChildren.some((child) => child.type === "visibility_modifier"),
  },
  java: {
    functions: ["method_declaration", "constructor_declaration"],
    decisions: new Set([
      "if_statement",
      "for_statement",
      "enhanced_for_statement",
      "while_statement",
      "do_statement",
      "switch_label",
      "catch_clause",
      "ternary_expression",
    ]),
    isPublic: (node) =>
      node.namedChildren.some((child) => child.type === "modifiers" && /\bpublic\b/u.test(child.text)),
  },
};

/** The name a function is declared or stored under; null for those that are passed on at once. */
function nameOf(node: Node): string | null {
  const own = node.childForFieldName("name");
  if (own !== null) return own.text;
  const { parent } = node;
  if (parent?.type !== "variable_declarator" && parent?.type !== "public_field_definition") return null;
  return parent.childForFieldName("name")?.text ?? null;
}

/** The node that begins what a reader sees as the declaration: with its export, decorators or variable. */
function outermost(node: Node): Node {
  let outer = node;
  for (let { parent } = node; parent !== null; { parent } = parent) {
    if (!wrappers.has(parent.type)) break;
    outer = parent;
  }
  return outer;
}

const wrappers = new Set([
  "variable_declarator",
  "lexical_declaration",
  "variable_declaration",
  "export_statement",
  "decorated_definition",
  "public_field_definition",
]);

/** Ways through the function beside the straight one; functions inside it are counted by themselves. */
function decisions(node: Node, language: LanguageRules): number {
  let count = 0;
  for (const child of node.children) {
    if (language.functions.includes(child.type) && nameOf(child) !== null) continue;
    if (language.decisions.has(child.type) && !isFallback(child)) count += 1;
    if (child.type === "binary_expression" && /^(?:&&|\|\||\?\?)$/u.test(operatorOf(child))) count += 1;
    if (child.type === "match_expression") count -= 1;
    count += decisions(child, language);
  }
  return count;
}

function operatorOf(node: Node): string {
  return node.childForFieldName("operator")?.text ?? "";
}

function isFallback(node: Node): boolean {
  return node.type === "switch_label" && node.text.startsWith("default");
}

function hasCommentAbove(node: Node): boolean {
  let above = node.previousSibling;
  while (above !== null && /^(?:attribute_item|decorator)$/u.test(above.type)) above = above.previousSibling;
  if (!above?.type.includes("comment")) return false;
  const gap = node.startPosition.row - above.endPosition.row;
  return gap <= 1;
}

/** Python says what a function is for in its first statement. */
function hasDocstring(node: Node): boolean {
  const first = node.childForFieldName("body")?.namedChildren[0];
  if (first?.type === "string") return true;
  return first?.type === "expression_statement" && first.namedChildren[0]?.type === "string";
}
