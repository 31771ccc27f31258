import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { root } from "../start/paths.mjs";

const runner = path.join("src", "adapters", "git", "runner", "gitRunner.ts");

/** Calls in `text` that could start git: the library's factory, or a program named "git" handed to anything. */
function gitCalls(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && startsGit(node)) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      found.push(`${file}:${String(line)}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function startsGit(call: ts.CallExpression): boolean {
  if (ts.isIdentifier(call.expression) && call.expression.text === "simpleGit") return true;
  const starts = /(?:spawn|exec|execFile|fork|run)(?:Sync)?$/u.test(call.expression.getText());
  return starts && call.arguments.some((argument) => namesGit(argument));
}

/** The program itself, or an argument vector or options whose first word it is. */
function namesGit(node: ts.Node): boolean {
  if (ts.isStringLiteralLike(node)) return /^git(?:\.exe)?(?:\s|$)/u.test(node.text);
  if (ts.isArrayLiteralExpression(node)) return node.elements[0] !== undefined && namesGit(node.elements[0]);
  if (ts.isObjectLiteralExpression(node)) {
    return node.properties.some((one) => ts.isPropertyAssignment(one) && namesGit(one.initializer));
  }
  return false;
}

test("AR-13 one file starts git", () => {
  const files = readdirSync(path.join(root, "src"), { recursive: true })
    .map((file) => path.join("src", String(file)))
    .filter((file) => file.endsWith(".ts"));
  const callers = files.flatMap((file) => gitCalls(file, readFileSync(path.join(root, file), "utf8")));
  expect(callers.map((place) => place.replace(/:\d+$/u, ""))).toEqual([runner]);
});

test("AR-13 a seeded call of git is named", () => {
  const seeds = [
    'simpleGit({ baseDir: "." });',
    'execFile("git", ["status"]);',
    'child_process.execSync("git status");',
    'promisify(execFile); run({ argv: ["git", "log"] });',
    'spawn("gitk");',
    'say("git is missing");',
  ];
  expect(gitCalls("seed.ts", seeds.join("\n"))).toEqual(["seed.ts:1", "seed.ts:2", "seed.ts:3", "seed.ts:4"]);
});
