import { describe, expect, it } from "vitest";
import { buildChangeSet } from "../../../../../src/core/change/buildChangeSet";
import { createTranslate } from "../../../../../src/core/translate";
import { checkTestIntegrity, isTestFile } from "../../../../../src/core/validation/scan/testIntegrity";

const english = createTranslate({});
const encode = (text: string | null): Uint8Array | null =>
  text === null ? null : new TextEncoder().encode(text);

function kinds(
  path: string,
  before: string | null,
  after: string | null,
  deletions: readonly string[] = [],
): string[] {
  const change = buildChangeSet(
    [{ path, before: encode(before), after: encode(after), mode_before: "100644", mode_after: "100644" }],
    { scope: null },
  );
  const { evidence, findings } = checkTestIntegrity(change, english, { deletions });
  expect(evidence.status).toBe(findings.length === 0 ? "passed" : "failed");
  return findings.map((finding) => finding.kind);
}

const js =
  'import { it, expect } from "vitest";\n\nit("adds", () => {\n  expect(add(1, 2)).toBe(3);\n});\n\nit("subtracts", () => {\n  expect(sub(2, 1)).toBe(1);\n});\n';
const py =
  "import pytest\n\n\ndef test_add():\n    assert add(1, 2) == 3\n\n\ndef test_sub():\n    assert sub(2, 1) == 1\n";
const go = 'package a\n\nfunc TestAdd(t *testing.T) {\n\tif Add(1, 2) != 3 {\n\t\tt.Error("no")\n\t}\n}\n';
const java = "class AddTest {\n  @Test\n  void adds() {\n    assertEquals(3, add(1, 2));\n  }\n}\n";

describe("checkTestIntegrity", () => {
  it.each([
    ["it.skip", "a.test.ts", js, js.replace('it("adds"', 'it.skip("adds"'), ["skipped"]],
    [
      "describe.skip",
      "a.test.ts",
      js,
      js.replace('it("adds"', 'describe.skip("x", () => {});\nit("adds"'),
      ["skipped"],
    ],
    ["xit", "a.test.ts", js, js.replace('it("adds"', 'xit("adds"'), ["skipped"]],
    ["it.todo", "a.test.ts", js, js + 'it.todo("later");\n', ["skipped"]],
    ["it.only", "a.test.ts", js, js.replace('it("adds"', 'it.only("adds"'), ["focused"]],
    ["fit", "spec/a.js", js, js.replace('it("adds"', 'fit("adds"'), ["focused"]],
    [
      "node:test skip option",
      "a.test.mjs",
      js,
      js.replace('it("adds",', 'it("adds", { skip: true },'),
      ["skipped"],
    ],
    ["this.skip", "a.test.ts", js, js.replace("  expect(add", "  this.skip();\n  expect(add"), ["skipped"]],
    ["an assertion removed", "a.test.ts", js, js.replace("  expect(add(1, 2)).toBe(3);\n", ""), ["weakened"]],
    ["a test removed", "a.test.ts", js, js.slice(0, js.indexOf('it("subtracts"')), ["weakened"]],
    [
      "an assertion that says nothing",
      "a.test.ts",
      js,
      js.replace("expect(add(1, 2)).toBe(3)", "expect(true).toBe(true)"),
      ["weakened"],
    ],
    [
      "an assertion commented out",
      "a.test.ts",
      js,
      js.replace("  expect(add(1, 2)).toBe(3);", "  // expect(add(1, 2)).toBe(3);"),
      ["weakened", "skipped"],
    ],
    [
      "an early return",
      "a.test.ts",
      js,
      js.replace("  expect(add", "  return;\n  expect(add"),
      ["unreachable"],
    ],
    ["a test file deleted", "a.test.ts", js, null, ["deleted"]],
    [
      "pytest.mark.skip",
      "test_a.py",
      py,
      py.replace("def test_add", "@pytest.mark.skip\ndef test_add"),
      ["skipped"],
    ],
    [
      "pytest.mark.xfail",
      "tests/a.py",
      py,
      py.replace("def test_add", "@pytest.mark.xfail(strict=False)\ndef test_add"),
      ["skipped"],
    ],
    [
      "unittest skip",
      "test_a.py",
      py,
      py.replace("def test_add", '@unittest.skip("x")\ndef test_add'),
      ["skipped"],
    ],
    [
      "pytest.skip()",
      "test_a.py",
      py,
      py.replace("    assert add", "    pytest.skip()\n    assert add"),
      ["skipped"],
    ],
    ["assert True", "test_a.py", py, py.replace("assert add(1, 2) == 3", "assert True"), ["weakened"]],
    [
      "Python assertion removed",
      "test_a.py",
      py,
      py.replace("    assert sub(2, 1) == 1\n", "    pass\n"),
      ["weakened"],
    ],
    ["Python test renamed away", "test_a.py", py, py.replace("def test_sub", "def sub_test"), ["weakened"]],
    ["t.Skip", "a_test.go", go, go.replace("\tif Add", "\tt.Skip()\n\tif Add"), ["skipped"]],
    ["@Disabled", "AddTest.java", java, java.replace("  @Test", "  @Disabled\n  @Test"), ["skipped"]],
    [
      "#[ignore]",
      "tests/a.rs",
      "#[test]\nfn a() {\n    assert_eq!(1, a());\n}\n",
      "#[test]\n#[ignore]\nfn a() {\n    assert_eq!(1, a());\n}\n",
      ["skipped"],
    ],
    [
      "RSpec xit",
      "a_spec.rb",
      "it 'adds' do\n  expect(a).to eq 1\nend\n",
      "xit 'adds' do\n  expect(a).to eq 1\nend\n",
      ["skipped"],
    ],
    [
      "|| true in a script",
      "package.json",
      '{"scripts":{\n"test": "vitest"\n}}\n',
      '{"scripts":{\n"test": "vitest || true"\n}}\n',
      ["ignored_exit"],
    ],
    [
      "passWithNoTests",
      "package.json",
      '{\n"test": "jest"\n}\n',
      '{\n"test": "jest --passWithNoTests"\n}\n',
      ["ignored_exit"],
    ],
    [
      "continue-on-error",
      ".github/workflows/ci.yml",
      "a: 1\n",
      "a: 1\ncontinue-on-error: true\n",
      ["ignored_exit"],
    ],
    ["exit 0 in a makefile", "Makefile", "test:\n\tpytest\n", "test:\n\tpytest; exit 0\n", ["ignored_exit"]],
  ])("TI-1 finds %s", (_, path, before, after, expected) => {
    expect(kinds(path, before, after)).toEqual(expected);
  });

  it.each([
    ["a new test", "a.test.ts", js, js + 'it("more", () => {\n  expect(more()).toBe(1);\n});\n'],
    ["a stronger assertion", "a.test.ts", js, js.replace(".toBe(3)", ".toStrictEqual(3)")],
    [
      "a moved test",
      "a.test.ts",
      js,
      js.replace('it("adds", () => {\n  expect(add(1, 2)).toBe(3);\n});\n\n', "") +
        '\nit("adds", () => {\n  expect(add(1, 2)).toBe(3);\n});\n',
    ],
    ["a renamed test", "a.test.ts", js, js.replace('"adds"', '"adds numbers"')],
    ["a test taken out of skip", "a.test.ts", js.replace('it("adds"', 'it.skip("adds"'), js],
    ["a skip that was there before, re-indented", "a.test.ts", 'it.skip("x", f);\n', '  it.skip("x", f);\n'],
    ["code that says skip", "src/iterator.ts", "a();\n", "it.skip(3);\nlist.skip();\nskip();\n"],
    ["a comment about skipping", "a.test.ts", js, `// We never use it.skip( here.\n${js}`],
    ["a new test file", "b.test.ts", null, js],
    ["a source file deleted", "src/a.ts", "a();\n", null],
    ["a guard with || true in code", "src/a.ts", "a();\n", "const ok = value || true;\n"],
    ["an echo fallback that was there before", "run.sh", "a || true\n", "b || true\n"],
    [
      "a return of a promise",
      "a.test.ts",
      js,
      js.replace(
        "  expect(sub",
        '  return promise.then(() => undefined);\n});\nit("b", () => {\n  expect(sub',
      ),
    ],
  ])("TI-2 does not complain about %s", (_, path, before, after) => {
    expect(kinds(path, before, after)).toEqual([]);
  });

  it("TI-3 a deletion that the plan names is no finding", () => {
    expect(kinds("test/old.test.ts", js, null, ["test/old.test.ts"])).toEqual([]);
    expect(kinds("test/old.test.ts", js, null, ["test/other.test.ts"])).toEqual(["deleted"]);
  });

  it("TI-3 a test file that moves stays a test; one that loses its name is found", () => {
    const moved = (to: string) =>
      checkTestIntegrity(
        buildChangeSet(
          [
            {
              path: "test/a.test.ts",
              before: encode(js),
              after: null,
              mode_before: "100644",
              mode_after: null,
            },
            { path: to, before: null, after: encode(js), mode_before: null, mode_after: "100644" },
          ],
          { scope: null },
        ),
        english,
      ).findings.map((finding) => finding.kind);
    expect(moved("test/b/a.test.ts")).toEqual([]);
    expect(moved("src/a.ts")).toEqual(["deleted", "skipped"]);
  });

  it("TI-4 the evidence says where", () => {
    const change = buildChangeSet(
      [
        {
          path: "a.test.ts",
          before: encode(js),
          after: encode(js.replace('it("adds"', 'it.skip("adds"')),
          mode_before: "100644",
          mode_after: "100644",
        },
      ],
      { scope: null },
    );
    expect(checkTestIntegrity(change, english)).toMatchObject({
      evidence: {
        check: "test-integrity",
        layer: "integrity",
        severity: "important",
        status: "failed",
        summary: 'A test is skipped: a.test.ts:3 it.skip("adds", () => {',
      },
      findings: [{ line: 3 }],
    });
  });

  it.each([
    ["src/a.test.ts", true],
    ["src/a.spec.tsx", true],
    ["test_a.py", true],
    ["pkg/a_test.go", true],
    ["src/__tests__/a.js", true],
    ["tests/a.rs", true],
    ["spec/a_spec.rb", true],
    ["src/test/java/AddTest.java", true],
    ["src/testing.ts", false],
    ["src/contest.ts", false],
    ["src/latest.ts", false],
    ["tests/data.json", false],
    ["src/inspect.ts", false],
    ["README.md", false],
  ])("isTestFile(%s) is %s", (path, expected) => {
    expect(isTestFile(path)).toBe(expected);
  });
});
