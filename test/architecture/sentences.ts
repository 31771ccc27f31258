import { readFileSync } from "node:fs";
import ts from "typescript";

/** A sentence that is handed to a translator, and where. */
export interface Sentence {
  readonly text: string;
  readonly place: string;
}

/** Calls whose first argument is said in the person's language. */
export const translators = new Set(["translate", "#translate", "t"]);

/** What the files say to a person, and every string literal in them (a sentence may wait in a table first). */
export function collectSentences(files: readonly string[]): { sentences: Sentence[]; literals: Set<string> } {
  const sentences: Sentence[] = [];
  const literals = new Set<string>();
  for (const file of files) {
    const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2023, true);
    const visit = (node: ts.Node): void => {
      if (ts.isStringLiteralLike(node)) literals.add(node.text);
      // A failure carries its arguments; the editor finds the sentence by its shape.
      if (ts.isTemplateExpression(node)) literals.add(shapeOf(node));
      const message = translatedMessage(node);
      if (message !== undefined) {
        const line = source.getLineAndCharacterOfPosition(message.getStart()).line + 1;
        for (const text of choices(message)) sentences.push({ text, place: `${file}:${line}` });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { sentences, literals };
}

/** A template as the bundle writes it, with numbers for what is filled in. */
export function shapeOf(template: ts.TemplateExpression): string {
  const rest = template.templateSpans.map(({ literal }, index) => `{${String(index)}}${literal.text}`);
  return template.head.text + rest.join("");
}

function translatedMessage(node: ts.Node): ts.Expression | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const callee = node.expression;
  const name = ts.isIdentifier(callee)
    ? callee.text
    : ts.isPropertyAccessExpression(callee)
      ? callee.name.text
      : "";
  return translators.has(name) ? node.arguments[0] : undefined;
}

function choices(expression: ts.Expression): string[] {
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  if (ts.isConditionalExpression(expression))
    return [...choices(expression.whenTrue), ...choices(expression.whenFalse)];
  if (ts.isParenthesizedExpression(expression)) return choices(expression.expression);
  return [];
}

/** Every fault of a translation against the sentences of the product, as a sentence; empty when it is whole. */
export function translationFaults(
  bundle: Readonly<Record<string, string>>,
  { sentences, literals }: { sentences: readonly Sentence[]; literals: ReadonlySet<string> },
): string[] {
  const missing = sentences.filter(({ text }) => bundle[text] === undefined);
  const unused = Object.keys(bundle).filter((text) => !literals.has(text));
  const torn = Object.entries(bundle).filter(
    ([text, translated]) => placeholders(text) !== placeholders(translated),
  );
  return [
    ...missing.map(({ text, place }) => `${place}: "${text}" has no translation`),
    ...unused.map((text) => `"${text}" is translated, but nothing says it`),
    ...torn.map(([text]) => `"${text}" is translated with other placeholders`),
  ];
}

function placeholders(text: string): string {
  return [...new Set(text.match(/\{\d+\}/gu) ?? [])].sort().join();
}
