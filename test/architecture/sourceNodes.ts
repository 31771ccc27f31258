import ts from "typescript";

/* What names, calls and functions of a source file stand for, as far as its text alone tells. */

/** A node and everything below it, from the outside in. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** The name that a node is written with; empty where it has none. */
export function nameOf(node: ts.Node | undefined): string {
  if (node === undefined) return "";
  if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node) || ts.isStringLiteralLike(node)) return node.text;
  return ts.isPropertyAccessExpression(node) ? node.name.text : "";
}

/** File and line, as an editor opens them. */
export function placeOf(node: ts.Node): string {
  const source = node.getSourceFile();
  return `${source.fileName}:${String(source.getLineAndCharacterOfPosition(node.getStart()).line + 1)}`;
}

/** The name by which a function is called, also where a variable holds it. */
export function functionName(node: ts.SignatureDeclaration): string {
  const named = nameOf(node.name);
  return named === "" && ts.isVariableDeclaration(node.parent) ? nameOf(node.parent.name) : named;
}

/** Whether a call may be one of this function: it was imported, or is declared around the call. */
export function isReached(
  owner: ts.SignatureDeclaration,
  call: ts.CallExpression | ts.NewExpression,
): boolean {
  const elsewhere = call.getSourceFile() !== owner.getSourceFile();
  if (elsewhere && !imports(call.getSourceFile(), nameOf(call.expression))) return false;
  if (isExported(owner)) return true;
  let scope: ts.Node = owner.parent;
  while (!ts.isBlock(scope) && !ts.isSourceFile(scope)) scope = scope.parent;
  return call.getSourceFile() === scope.getSourceFile() && call.pos >= scope.pos && call.end <= scope.end;
}

function imports(source: ts.SourceFile, name: string): boolean {
  return source.statements.some((statement) => {
    if (!ts.isImportDeclaration(statement)) return false;
    const named = statement.importClause?.namedBindings;
    return (
      named !== undefined && ts.isNamedImports(named) && named.elements.some((one) => one.name.text === name)
    );
  });
}

/** Whether other files may use it; a constructor goes where its class goes. */
export function isExported(node: ts.Node): boolean {
  if (ts.isConstructorDeclaration(node)) return true;
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

/** The parameter or variable that a name stands for, from the inside out. */
export function declarationOf(
  name: ts.Identifier,
): ts.ParameterDeclaration | ts.VariableDeclaration | ts.BindingElement | null {
  for (let scope: ts.Node = name; ; scope = scope.parent) {
    const found = declaredIn(scope, name.text);
    if (found !== null) return found;
    if (ts.isSourceFile(scope)) return null;
  }
}

function declaredIn(
  scope: ts.Node,
  name: string,
): ts.ParameterDeclaration | ts.VariableDeclaration | ts.BindingElement | null {
  const named = (
    declarations: readonly (ts.ParameterDeclaration | ts.VariableDeclaration | ts.BindingElement)[],
  ): ts.ParameterDeclaration | ts.VariableDeclaration | ts.BindingElement | null => {
    for (const one of declarations) {
      if (ts.isIdentifier(one.name)) {
        if (one.name.text === name) return one;
        continue;
      }
      const inner = named(
        one.name.elements.flatMap((element) => (ts.isBindingElement(element) ? [element] : [])),
      );
      if (inner !== null) return inner;
    }
    return null;
  };
  if (ts.isFunctionLike(scope)) return named(scope.parameters);
  if (!ts.isBlock(scope) && !ts.isSourceFile(scope) && !ts.isCaseOrDefaultClause(scope)) return null;
  return named(
    scope.statements.flatMap((statement) =>
      ts.isVariableStatement(statement) ? [...statement.declarationList.declarations] : [],
    ),
  );
}

/** What a function gives back, without what the functions in it do. */
export function returnsOf(declaration: ts.FunctionLikeDeclaration): ts.Expression[] {
  const { body } = declaration;
  if (body === undefined) return [];
  if (!ts.isBlock(body)) return [body];
  const found: ts.Expression[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression);
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, look);
  };
  ts.forEachChild(body, look);
  return found;
}
