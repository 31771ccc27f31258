import { describe, expect, it } from "vitest";
import { createSyntaxChecker } from "../../../src/adapters/treesitter/treeSitterSyntaxChecker";

const checker = createSyntaxChecker();

async function shapes(file: string, text: string) {
  const found = await checker.functions(file, text);
  return found?.map(({ name, complexity, public: isPublic, documented }) => [
    name,
    complexity,
    isPublic,
    documented,
  ]);
}

describe("functions of a file", () => {
  it("SX-8 counts ways through a function as McCabe did, nested functions by themselves", async () => {
    const text = `
/** Says it. */
export function f(a: number, b?: string): number {
  if (a > 1 && b !== undefined) return 1;
  for (const x of [1]) while (x) { a += a > 2 ? 1 : 2; }
  switch (a) { case 1: return 1; case 2: return 2; default: return b ?? 3; }
  function inner() { try { f(1); } catch { return; } }
}
export const g = (x: number) => x;
class A { m() { return [1].map((x) => (x > 0 || x < 0 ? 1 : 2)); } }
`;
    expect(await shapes("a.ts", text)).toEqual([
      ["f", 9, true, true],
      ["inner", 2, false, false],
      ["g", 1, true, false],
      ["m", 3, false, false],
    ]);
  });

  it("SX-8 knows the other languages", async () => {
    const python = `
def f(a):
    """Says it."""
    if a and not a:
        return [x for x in a if x]
    elif a:
        return 1
    return 2 if a else 3

def _g():
    pass

@decorated
def h():
    try:
        pass
    except ValueError:
        pass
`;
    expect(await shapes("a.py", python)).toEqual([
      ["f", 6, true, true],
      ["_g", 1, false, false],
      ["h", 2, true, false],
    ]);
    const go =
      "package a\n\n// F says it.\nfunc F(a int) int {\n\tif a > 1 && a < 3 {\n\t\treturn 1\n\t}\n\tswitch a {\n\tcase 1:\n\t\treturn 1\n\tdefault:\n\t\treturn 2\n\t}\n}\nfunc g() {}\n";
    expect(await shapes("a.go", go)).toEqual([
      ["F", 4, true, true],
      ["g", 1, false, false],
    ]);
    const rust =
      "/// Says it.\npub fn f(a: i32) -> i32 { if a > 1 || a < 0 { 1 } else { match a { 1 => 1, 2 => 2, _ => 3 } } }\nfn g() {}\n";
    expect(await shapes("a.rs", rust)).toEqual([
      ["f", 5, true, true],
      ["g", 1, false, false],
    ]);
    const java =
      "class A {\n  /** Says it. */\n  public int f(int a) { if (a > 1 && a < 3) return 1; for (int i : x) {} return a > 0 ? 1 : 2; }\n  void g() {}\n}\n";
    expect(await shapes("A.java", java)).toEqual([
      ["f", 5, true, true],
      ["g", 1, false, false],
    ]);
    expect(await shapes("a.md", "# x")).toBeUndefined();
  });
});
