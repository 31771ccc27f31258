import { readFile } from "node:fs/promises";
import type { Node } from "web-tree-sitter";
import { Language, Parser } from "web-tree-sitter";
import type { SyntaxChecker, SyntaxVerdict } from "../../ports/syntaxChecker";
import { checkData } from "./dataSyntax";
import type { GrammarFiles, GrammarName } from "./grammars";
import { findGrammars, grammarOf } from "./grammars";
import { exportsOf } from "./exportedNames";
import { functionsOf } from "./functionShapes";
import { importsOf } from "./importedModules";
import { withoutNewerSyntax } from "./newerTypeScript";

export interface SyntaxCheckerOptions {
  /** Folder of `web-tree-sitter.wasm` and the grammars; found beside the bundle when left out. */
  readonly grammarFolder?: string;
}

/** Loads the parser and each grammar when a file first needs it. */
export function createSyntaxChecker(options: SyntaxCheckerOptions = {}): SyntaxChecker {
  const grammars = new GrammarCache(options.grammarFolder);
  return {
    check: async (file, text) => checkData(file, text) ?? (await checkCode(grammars, file, text)),
    imports: async (file, text) => (await grammars.withTree(file, text, importsOf)) ?? [],
    exports: async (file, text) => (await grammars.withTree(file, text, exportsOf)) ?? [],
    functions: async (file, text) => (await grammars.withTree(file, text, functionsOf)) ?? null,
  };
}

async function checkCode(grammars: GrammarCache, file: string, text: string): Promise<SyntaxVerdict> {
  const first = await grammars.withTree(file, text, verdict);
  if (first?.status !== "error" || !/\.(?:[cm]?ts|tsx)$/u.test(file))
    return first ?? { status: "not_applicable" };
  return (await grammars.withTree(file, withoutNewerSyntax(text), verdict)) ?? first;
}

class GrammarCache {
  readonly #folder: string | undefined;
  #files: Promise<GrammarFiles> | undefined;
  readonly #languages = new Map<GrammarName, Promise<Language>>();

  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** Undefined when no grammar knows the file. The tree lives only while `read` runs; it is memory of the parser's. */
  async withTree<T>(
    file: string,
    text: string,
    read: (root: Node, grammar: GrammarName) => T,
  ): Promise<T | undefined> {
    const name = grammarOf(file);
    if (name === undefined) return undefined;
    this.#files ??= startParser(this.#folder);
    const files = await this.#files;
    let language = this.#languages.get(name);
    if (language === undefined) {
      language = readFile(files.grammar(name)).then((bytes) => Language.load(bytes));
      this.#languages.set(name, language);
    }
    const parser = new Parser();
    try {
      parser.setLanguage(await language);
      const tree = parser.parse(text.startsWith("\ufeff") ? text.slice(1) : text);
      if (tree === null) return undefined;
      try {
        return read(tree.rootNode, name);
      } finally {
        tree.delete();
      }
    } finally {
      parser.delete();
    }
  }
}

async function startParser(folder: string | undefined): Promise<GrammarFiles> {
  const files = findGrammars(folder);
  await Parser.init({ locateFile: () => files.runtime });
  return files;
}

function verdict(root: Node): SyntaxVerdict {
  if (!root.hasError) return { status: "ok" };
  const fault = firstFault(root);
  const line = (fault ?? root).startPosition.row + 1;
  if (fault?.isMissing === true) return { status: "error", line, message: `expected ${fault.type}` };
  const near = (fault?.text ?? "").trim().split("\n")[0]?.slice(0, 60) ?? "";
  return {
    status: "error",
    line,
    message: near === "" ? "unexpected end" : `unexpected ${JSON.stringify(near)}`,
  };
}

/** The first place in reading order that does not fit; it may lie deep inside nodes that do. */
function firstFault(node: Node): Node | undefined {
  if (node.isError || node.isMissing) return deepest(node);
  for (const child of node.children) {
    const found = child.hasError || child.isMissing ? firstFault(child) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A parser that gave up marks a large part as wrong; what it did read right inside narrows the place. */
function deepest(node: Node): Node {
  const inner = node.children.find((child) => child.isError || child.isMissing);
  return inner === undefined ? node : deepest(inner);
}
