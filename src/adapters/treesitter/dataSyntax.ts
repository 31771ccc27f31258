import type { ParseError } from "jsonc-parser";
import { parse, printParseErrorCode } from "jsonc-parser";
import path from "node:path";
import { parseAllDocuments } from "yaml";
import type { SyntaxVerdict } from "../../ports/syntaxChecker";

/** JSON and YAML by their own parsers; undefined for any other file. */
export function checkData(file: string, text: string): SyntaxVerdict | undefined {
  const extension = path.posix.extname(file).toLowerCase();
  if (extension === ".json" || extension === ".jsonc" || extension === ".webmanifest")
    return checkJson(file, text);
  if (extension === ".yaml" || extension === ".yml") return checkYaml(text);
  return undefined;
}

/** Files that their own programs read with comments and trailing commas, whatever the extension says. */
const relaxed =
  /(?:\.jsonc|(?:^|\/)(?:tsconfig|jsconfig)[^/]*\.json|(?:^|\/)\.vscode\/[^/]+\.json|\.code-workspace|(?:^|\/)\.(?:eslintrc|babelrc|swcrc)(?:\.json)?)$/u;

function checkJson(file: string, text: string): SyntaxVerdict {
  const errors: ParseError[] = [];
  const comments = relaxed.test(file);
  const body = text.startsWith("\ufeff") ? text.slice(1) : text;
  parse(body, errors, {
    allowTrailingComma: comments,
    disallowComments: !comments,
    allowEmptyContent: false,
  });
  const first = errors[0];
  if (first === undefined) return { status: "ok" };
  const words = printParseErrorCode(first.error)
    .replace(/([a-z])([A-Z])/gu, "$1 $2")
    .toLowerCase();
  return { status: "error", line: lineAt(body, first.offset), message: words };
}

function checkYaml(text: string): SyntaxVerdict {
  for (const document of parseAllDocuments(text, { prettyErrors: false, uniqueKeys: true })) {
    const first = document.errors[0];
    if (first !== undefined)
      return { status: "error", line: lineAt(text, first.pos[0]), message: first.message };
  }
  return { status: "ok" };
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
