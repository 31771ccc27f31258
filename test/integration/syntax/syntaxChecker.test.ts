import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { createSyntaxChecker } from "../../../src/adapters/treesitter/treeSitterSyntaxChecker";

const checker = createSyntaxChecker();

const broken: readonly (readonly [file: string, text: string, line: number])[] = [
  ["a.ts", "const a = 1;\nfunction f( {\n  return a;\n}\n", 2],
  ["a.ts", "export class A {\n  m() {\n    return 1;\n  }\n", 4],
  ["a.tsx", "const a = <div>\n  <b>x</b>\n;\n", 1],
  ["a.js", "const a = ;\n", 1],
  ["a.py", "def f():\n    return (1\n\nx = 2\n", 2],
  ["a.py", "def f(:\n    pass\n", 1],
  ["a.go", "package a\nfunc F( {\n}\n", 2],
  ["a.rs", "fn f() -> i32 { 1 \n", 1],
  ["A.java", "class A { void f( { } }\n", 1],
  ["a.json", '{\n  "a": 1,\n}\n', 3],
  ["a.json", '{ "a": 1 // no\n}', 1],
  ["a.yaml", "a: 1\nb: [1, 2\n", 3],
  ["a.yml", "a: 1\na: 2\n", 2],
];

const valid: readonly (readonly [file: string, text: string])[] = [
  [
    "a.ts",
    "export const f = <const T,>(x: T) => x satisfies T;\nenum E { A }\nabstract class K<out T> { accessor x = 1; }\n",
  ],
  [
    "a.mts",
    "import x, { type Y } from './x';\nexport type { Y };\nfor await (const a of x()) console.log(a!);\n",
  ],
  ["a.tsx", "export const A = () => <><b title='x'>{1 < 2 && <i />}</b></>;\n"],
  ["a.jsx", "export default () => <a {...p}>x</a>;\n"],
  [
    "a.mjs",
    "#!/usr/bin/env node\nawait import('x');\nclass A { #p = 1; static { } }\nlet b = a?.b ?? 1_000n;\n",
  ],
  [
    "a.py",
    "match x:\n    case {'a': [1, *_]}:\n        pass\nasync def f[T](a: T, /, *, b=1) -> T:\n    return (y := a)\nprint(f'{a!r:>{w}}')\ntype X = int\n",
  ],
  ["a.go", "package a\n\nfunc F[T any](x T) T { return x }\n"],
  ["a.rs", "pub async fn f<'a, T: ?Sized>(x: &'a T) -> impl Fn() { move || { let _ = x; } }\n"],
  ["A.java", "record A(int x) { static int f() { return switch (1) { case 1 -> 2; default -> 3; }; } }\n"],
  ["a.json", '{ "a": [1, 2, { "b": null }] }'],
  ["tsconfig.json", '{\n  // comments are read here\n  "a": [1,],\n}\n'],
  [".vscode/settings.json", '{ "a": 1, /* x */ }'],
  ["a.yaml", "a: &x [1, 2]\nb: *x\n---\nc: |\n  text\n"],
  ["bom.ts", "\ufeffconst a = 1;\n"],
  ["crlf.py", "def f():\r\n    return 1\r\n"],
  ["empty.py", ""],
  [
    "types.ts",
    "declare global {\n  interface Window { x: import('./a').B<string>[] }\n}\nexport type * from './c';\nconst d: typeof import(\"./e\") = await import('./e');\ntype F<in out T, out U> = (x: T) => U;\n",
  ],
];

describe("createSyntaxChecker", () => {
  it.each(broken)("SX-1 finds the line that does not parse in %s: %j", async (file, text, line) => {
    expect(await checker.check(file, text)).toMatchObject({ status: "error", line });
  });

  it.each(valid)("SX-2 lets correct code pass in %s", async (file, text) => {
    expect(await checker.check(file, text)).toEqual({ status: "ok" });
  });

  it("SX-3 says so when it knows no grammar", async () => {
    for (const file of ["a.md", "Makefile", "a.unknown", "LICENSE", "a.sh", "a.css"]) {
      expect(await checker.check(file, "{{{")).toEqual({ status: "not_applicable" });
      expect(await checker.imports(file, "import x")).toEqual([]);
      expect(await checker.exports(file, "class A {}")).toEqual([]);
    }
  });

  it("SX-4 parses every source file of this project and of the compiler's own declarations", async () => {
    const all = await readdir("src", { recursive: true });
    const files = all.filter((file) => file.endsWith(".ts")).map((file) => path.join("src", file));
    const faults: string[] = [];
    for (const file of [
      ...files,
      "node_modules/typescript/lib/lib.dom.d.ts",
      "node_modules/ajv/dist/core.js",
    ]) {
      const verdict = await checker.check(file, await readFile(file, "utf8"));
      if (verdict.status !== "ok") faults.push(`${file}: ${JSON.stringify(verdict)}`);
    }
    expect(faults).toEqual([]);
  });

  it("SX-5 lists imports with their lines, but not those a program guards itself", async () => {
    const script =
      "import a from './a';\nexport * from \"./b\";\nconst c = require('c');\nconst d = await import('d');\nimport e = require('e');\nimport type { F } from 'f';\nimport 'g';\ntry { require('optional'); } catch {}\nrequire(name);\n";
    const found = await checker.imports("x.ts", script);
    expect(found.map(({ module, line }) => `${line} ${module}`).sort()).toEqual([
      "1 ./a",
      "2 ./b",
      "3 c",
      "4 d",
      "5 e",
      "6 f",
      "7 g",
    ]);
    const python =
      "import os, sys as s\nfrom .a.b import c\nfrom . import d\ntry:\n    import optional\nexcept ImportError:\n    optional = None\ndef f():\n    import late\n";
    expect((await checker.imports("x.py", python)).map(({ module, line }) => `${line} ${module}`)).toEqual([
      "1 os",
      "1 sys",
      "2 .a.b",
      "3 .",
      "9 late",
    ]);
    expect(
      (await checker.imports("x.go", 'package a\nimport (\n\t"fmt"\n\tx "a.b/c"\n)\n')).map(
        ({ module }) => module,
      ),
    ).toEqual(["fmt", "a.b/c"]);
  });

  it("SX-6 lists what a file offers to others, with its kind", async () => {
    const script =
      "export class A {}\nexport const b = () => 1, c = 2;\nexport default function d() {}\nexport type E = 1;\nexport interface F {}\nclass H {}\nexport { H as G };\nexport * from './i';\nexport * as j from './j';\nexport { k } from './k';\nconst hidden = 1;\nexport const { l, m: [n] } = x;\n";
    const found = await checker.exports("x.ts", script);
    expect(
      found.map(({ name, kind, from }) => `${kind} ${name}${from === undefined ? "" : ` < ${from}`}`),
    ).toEqual([
      "class A",
      "function b",
      "value c",
      "function default",
      "function d",
      "type E",
      "type F",
      "class G",
      "value * < ./i",
      "value j < ./j",
      "value k < ./k",
      "value l",
      "value n",
    ]);
    const python =
      "class A: pass\nasync def b(): pass\n@dec\nclass C: pass\nD: int = 1\nE, F = 1, 2\nfrom .x import g as h\nif True:\n    def i(): pass\n";
    expect((await checker.exports("x.py", python)).map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      "class A",
      "function b",
      "class C",
      "value D",
      "value E",
      "value F",
      "value h",
      "function i",
    ]);
    expect(
      (await checker.exports("x.cjs", "module.exports = { a, b: 1, c() {} };\nexports.d = 1;\n")).map(
        ({ name }) => name,
      ),
    ).toEqual(["a", "b", "c", "d"]);
    expect(
      (await checker.exports("x.go", "package a\ntype T struct{}\nfunc F() {}\nvar V, W = 1, 2\n")).map(
        ({ name, kind }) => `${kind} ${name}`,
      ),
    ).toEqual(["class T", "function F", "value V", "value W"]);
  });

  it("SX-7 answers many questions at once, and takes any text", async () => {
    const texts = [
      "\u0000",
      "\ud800",
      "{".repeat(20_000),
      "a ".repeat(100_000),
      "🙂".repeat(1000),
      "(((((((((",
    ];
    const verdicts = await Promise.all(
      texts.flatMap((text) =>
        ["a.ts", "a.py", "a.rs", "a.json", "a.yaml"].map((file) => checker.check(file, text)),
      ),
    );
    for (const verdict of verdicts) expect(["ok", "error"]).toContain(verdict.status);
  });
});
