import { existsSync } from "node:fs";
import path from "node:path";
import { MasterPlanError } from "../../core/errors";

/** Only grammars that call no correct program broken: those of shells and style sheets do, one file in twenty-five. */
export type GrammarName = "go" | "java" | "javascript" | "python" | "rust" | "tsx" | "typescript";

const byExtension: Readonly<Record<string, GrammarName>> = {
  ".go": "go",
  ".java": "java",
  ".cjs": "javascript",
  ".js": "javascript",
  ".jsx": "javascript",
  ".mjs": "javascript",
  ".py": "python",
  ".pyi": "python",
  ".rs": "rust",
  ".tsx": "tsx",
  ".cts": "typescript",
  ".mts": "typescript",
  ".ts": "typescript",
};

/** Undefined for a file that no grammar here knows. */
export function grammarOf(file: string): GrammarName | undefined {
  return byExtension[path.posix.extname(file).toLowerCase()];
}

/** Where the parser's own WebAssembly file and the grammars are. */
export interface GrammarFiles {
  readonly runtime: string;
  grammar(name: GrammarName): string;
}

/** Beside the bundle in a packaged product, in `node_modules` when run from source. */
export function findGrammars(folder?: string): GrammarFiles {
  const bundled = folder ?? path.join(__dirname, "grammars");
  if (existsSync(path.join(bundled, "web-tree-sitter.wasm"))) {
    return {
      runtime: path.join(bundled, "web-tree-sitter.wasm"),
      grammar: (name) => path.join(bundled, `tree-sitter-${name}.wasm`),
    };
  }
  for (let at = __dirname; at !== path.dirname(at); at = path.dirname(at)) {
    const modules = path.join(at, "node_modules");
    const runtime = path.join(modules, "web-tree-sitter", "web-tree-sitter.wasm");
    if (!existsSync(runtime)) continue;
    const wasm = path.join(modules, "@vscode", "tree-sitter-wasm", "wasm");
    return { runtime, grammar: (name) => path.join(wasm, `tree-sitter-${name}.wasm`) };
  }
  throw new MasterPlanError("internal", `No grammars in ${bundled}, expected web-tree-sitter.wasm there`);
}
