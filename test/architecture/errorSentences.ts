import { readFileSync } from "node:fs";
import ts from "typescript";
import { createTranslate, fillSentence } from "../../src/core/translate";
import { shapeOf, translators, type Sentence } from "./sentences";
import {
  declarationOf,
  functionName,
  isExported,
  isReached,
  nameOf,
  placeOf,
  returnsOf,
  walk,
} from "./sourceNodes";

/** What may stand where a failure's words belong, as far as it can be read from the source. */
export interface ErrorSentences {
  readonly sentences: readonly Sentence[];
  /** Words that come from somewhere this cannot look into, with their place. */
  readonly unknown: readonly Sentence[];
}

/** Words that some other failure said already, or a system did: collected there, or not ours. */
const handedOn = new Set(
  "message hint reason problem problems refusal why title voided_reason version_warning".split(" "),
);
/** Calls whose first argument is the sentence. */
const wrappers = new Set(["fillSentence", "redact", "#redact", "asStoreError"]);
/** Calls that answer words in the person's language, or the system's. */
const said = new Set([...translators, "String", "errorSentence", "errorsText"]);
/** Lists that are shown line by line, and the field with the reason why a store can only be read. */
const shownLists = new Set(["problems", "warnings", "#notices"]);

/**
 * Every sentence with which something can fail: message and hint of each `MasterPlanError`, and the message of each
 * fault or refusal, which is an object with a code. Names and calls are followed through the files given.
 */
export function collectErrorSentences(files: readonly string[]): ErrorSentences {
  const sources = files.map((file) =>
    ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2023, true),
  );
  const functions = new Map<string, ts.FunctionLikeDeclaration[]>();
  const calls = new Map<string, (ts.CallExpression | ts.NewExpression)[]>();
  const roots: ts.Expression[] = [];
  const lines: ts.Expression[] = [];
  for (const source of sources) walk(source, (node) => index(node, functions, calls, { roots, lines }));
  const follow = new Follower(functions, calls);
  for (const root of roots) follow.expression(root);
  follow.parts(lines);
  return { sentences: [...follow.sentences.values()], unknown: [...follow.unknown.values()] };
}

/** Every failure that would be said in English, as a sentence; empty when none would. */
export function errorSentenceFaults(
  bundle: Readonly<Record<string, string>>,
  { sentences, unknown }: ErrorSentences,
): string[] {
  const t = createTranslate(bundle);
  const untranslated = sentences.flatMap(({ text, place }) => {
    const known = bundle[text];
    if (known === undefined) return [`${place}: "${text}" has no translation`];
    const args = Array.from({ length: 10 }, (_, at) => `X${String(at)}`);
    return t(fillSentence(text, args)) === fillSentence(known, args)
      ? []
      : [`${place}: "${text}" is not found again once its arguments are filled in`];
  });
  return [...untranslated, ...unknown.map(({ text, place }) => `${place}: what ${text} says cannot be told`)];
}

function index(
  node: ts.Node,
  functions: Map<string, ts.FunctionLikeDeclaration[]>,
  calls: Map<string, (ts.CallExpression | ts.NewExpression)[]>,
  found: { readonly roots: ts.Expression[]; readonly lines: ts.Expression[] },
): void {
  const { roots, lines } = found;
  const add = <T>(map: Map<string, T[]>, name: string, value: T): void => {
    map.set(name, [...(map.get(name) ?? []), value]);
  };
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) add(functions, nameOf(node.name), node);
  if (ts.isVariableDeclaration(node) && node.initializer && ts.isArrowFunction(node.initializer))
    add(functions, nameOf(node.name), node.initializer);
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) add(calls, nameOf(node.expression), node);
  if (ts.isNewExpression(node) && nameOf(node.expression) === "MasterPlanError") {
    const [, message, options] = node.arguments ?? [];
    if (message !== undefined) roots.push(message);
    if (options !== undefined && ts.isObjectLiteralExpression(options))
      roots.push(...fieldsOf(options, "hint"));
  }
  if (ts.isObjectLiteralExpression(node) && fieldsOf(node, "code").length > 0)
    roots.push(...fieldsOf(node, "message"), ...fieldsOf(node, "title"), ...fieldsOf(node, "hint"));
  if (ts.isCallExpression(node) && nameOf(node.expression) === "push" && isShown(node.expression))
    lines.push(...node.arguments.filter((argument) => !ts.isSpreadElement(argument)));
  if (ts.isBinaryExpression(node) && nameOf(node.left) === "#reason") roots.push(node.right);
}

/** A list of sentences that is shown line by line; lists of the same name elsewhere hold something else. */
function isShown(callee: ts.Expression): boolean {
  return ts.isPropertyAccessExpression(callee) && shownLists.has(nameOf(callee.expression));
}

function fieldsOf(literal: ts.ObjectLiteralExpression, field: string): ts.Expression[] {
  return literal.properties.flatMap((property) => {
    if (nameOf(property.name) !== field) return [];
    if (ts.isPropertyAssignment(property)) return [property.initializer];
    return ts.isShorthandPropertyAssignment(property) ? [property.name] : [];
  });
}

/** Goes from where words are used to where they are written. */
class Follower {
  readonly sentences = new Map<string, Sentence>();
  readonly unknown = new Map<string, Sentence>();
  readonly #functions: ReadonlyMap<string, readonly ts.FunctionLikeDeclaration[]>;
  readonly #calls: ReadonlyMap<string, readonly (ts.CallExpression | ts.NewExpression)[]>;
  readonly #seen = new Set<ts.Node>();

  constructor(
    functions: ReadonlyMap<string, readonly ts.FunctionLikeDeclaration[]>,
    calls: ReadonlyMap<string, readonly (ts.CallExpression | ts.NewExpression)[]>,
  ) {
    this.#functions = functions;
    this.#calls = calls;
  }

  expression(node: ts.Expression): void {
    if (this.#seen.has(node)) return;
    this.#seen.add(node);
    if (ts.isStringLiteralLike(node)) this.#sentence(node, node.text);
    else if (ts.isTemplateExpression(node)) this.#template(node);
    else if (ts.isConditionalExpression(node)) this.#each([node.whenTrue, node.whenFalse]);
    else if (ts.isBinaryExpression(node)) this.#binary(node);
    else if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node))
      this.expression(node.expression);
    else if (ts.isAwaitExpression(node)) this.expression(node.expression);
    else if (ts.isIdentifier(node)) this.#name(node);
    else if (ts.isPropertyAccessExpression(node)) this.#property(node);
    else if (ts.isElementAccessExpression(node)) this.#entry(node);
    else if (ts.isCallExpression(node)) this.#call(node);
    else if (!isNothing(node)) this.#unclear(node);
  }

  #each(nodes: readonly ts.Expression[]): void {
    for (const node of nodes) this.expression(node);
  }

  /** With hardly a word of its own it only joins what others say; phrases may stand in it in any case. */
  #template(node: ts.TemplateExpression): void {
    const text = shapeOf(node);
    if (text.replace(/[^\p{L}]/gu, "").length > 4) this.#sentence(node, text);
    this.parts(node.templateSpans.map((span) => span.expression));
  }

  /** Sentences among names and numbers, which say nothing. */
  parts(nodes: readonly ts.Expression[]): void {
    const before = new Map(this.unknown);
    this.#each(nodes);
    this.unknown.clear();
    for (const [place, one] of before) this.unknown.set(place, one);
  }

  #binary(node: ts.BinaryExpression): void {
    const either = [ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken];
    if (either.includes(node.operatorToken.kind)) this.#each([node.left, node.right]);
    else this.#unclear(node);
  }

  #name(node: ts.Identifier): void {
    if (node.text === "undefined") return;
    const declared = declarationOf(node);
    if (declared === null) this.#unclear(node);
    else if (ts.isParameter(declared)) this.#argument(declared, node);
    else if (ts.isBindingElement(declared)) {
      if (!handedOn.has(nameOf(declared.propertyName ?? declared.name))) this.#unclear(node);
    } else if (ts.isVariableDeclaration(declared) && declared.initializer)
      this.expression(declared.initializer);
    else this.#unclear(node);
  }

  /** What callers hand in; a function that nobody calls by name is handed on and called elsewhere. */
  #argument(parameter: ts.ParameterDeclaration, node: ts.Identifier): void {
    const owner = parameter.parent;
    const name = ts.isConstructorDeclaration(owner) ? nameOf(owner.parent.name) : functionName(owner);
    const at = owner.parameters.indexOf(parameter);
    const calls = (this.#calls.get(name) ?? []).filter((call) => isReached(owner, call));
    if (calls.length === 0) {
      this.#unclear(node);
      return;
    }
    if (parameter.initializer) this.expression(parameter.initializer);
    for (const call of calls) {
      const given = call.arguments?.[at];
      if (given !== undefined) this.expression(given);
    }
  }

  /** Any of a table's entries, or of a list that is shown. */
  #entry(node: ts.ElementAccessExpression): void {
    const declared = ts.isIdentifier(node.expression) ? declarationOf(node.expression) : null;
    const table = declared !== null && ts.isVariableDeclaration(declared) ? declared.initializer : undefined;
    if (table === undefined || !ts.isObjectLiteralExpression(table)) {
      this.expression(node.expression);
      return;
    }
    for (const property of table.properties)
      if (ts.isPropertyAssignment(property)) this.expression(property.initializer);
  }

  #property(node: ts.PropertyAccessExpression): void {
    if (!handedOn.has(node.name.text)) this.#unclear(node);
  }

  #call(node: ts.CallExpression): void {
    const name = nameOf(node.expression);
    if (said.has(name)) return;
    const [first] = node.arguments;
    if (wrappers.has(name) && first !== undefined) {
      this.expression(first);
      return;
    }
    if (ts.isPropertyAccessExpression(node.expression)) {
      // What is listed is no sentence, or was collected with what it is a field of.
      if (name === "join") return;
      if (name === "replace") {
        this.expression(node.expression.expression);
        return;
      }
    }
    const found = this.#functions.get(name) ?? [];
    const here = found.filter((one) => one.getSourceFile() === node.getSourceFile());
    const there = ts.isIdentifier(node.expression) ? found.filter(isExported) : [];
    const [only, ...more] = here.length > 0 ? here : there;
    if (only === undefined || more.length > 0) {
      this.#unclear(node);
      return;
    }
    this.#each(returnsOf(only));
  }

  #sentence(node: ts.Node, text: string): void {
    // What joins two sentences belongs to neither.
    const own = text.replace(/^[;:.] /u, "");
    // A single word is a name or a key.
    if (own.trim().includes(" ")) this.sentences.set(own, { text: own, place: placeOf(node) });
  }

  #unclear(node: ts.Node): void {
    const place = placeOf(node);
    this.unknown.set(place, { text: node.getText().replace(/\s+/gu, " ").slice(0, 80), place });
  }
}

function isNothing(node: ts.Node): boolean {
  return node.kind === ts.SyntaxKind.NullKeyword;
}
