import { describe, expect, it } from "vitest";
import { countProblems, firstFailure } from "../../../../src/core/validation/firstFailure";
import { meets, readMetric } from "../../../../src/core/validation/gateMetric";
import { missingTool } from "../../../../src/core/validation/missingTool";

describe("firstFailure", () => {
  it.each([
    [
      "> tsc\n\na.ts(1,7): error TS2322: Type 'string' is not assignable.\nmore",
      "a.ts(1,7): error TS2322: Type 'string' is not assignable.",
    ],
    ["ok 1 - a\nnot ok 2 - adds\n  ---\n", "not ok 2 - adds"],
    [
      "collected 2\n> assert 1 == 2\nE   assert 1 == 2\nFAILED test_a.py::test_two - assert 1 == 2\n",
      "FAILED test_a.py::test_two - assert 1 == 2",
    ],
    ["src/a.py:3:1: F401 unused import\nFound 1 error.\n", "src/a.py:3:1: F401 unused import"],
    ["/x/a.js\n  1:2  error  'a' is not defined  no-undef\n", "1:2  error  'a' is not defined  no-undef"],
    ["   Compiling c\nerror[E0308]: mismatched types\n --> src/lib.rs:1\n", "error[E0308]: mismatched types"],
    ["building\nTypeError: x is not a function\n    at y\n", "TypeError: x is not a function"],
    ["just\nsome text\n\n", "some text"],
  ])("OR-1 finds the line that says it", (output, expected) => {
    expect(firstFailure(output)).toBe(expected);
  });

  it("OR-2 says nothing of nothing, and never more than 300 characters", () => {
    expect(firstFailure(" \n\n")).toBeUndefined();
    expect(firstFailure(`Error: ${"x".repeat(5000)}`)?.length).toBe(300);
  });
});

describe("countProblems", () => {
  it.each([
    ["a.ts(1,7): error TS1: x\nb.ts(2,1): error TS2: y\n", 2],
    ["✖ 3 problems (2 errors, 1 warning)\n", 3],
    ["Found 4 errors in 2 files (checked 9 source files)\n", 4],
    ["would reformat a.py\n2 files would be reformatted, 1 file would be left unchanged.\n", 2],
    ["nothing to count\n", undefined],
  ])("OR-3 reads %j", (output, expected) => {
    expect(countProblems(output)).toBe(expected);
  });
});

describe("missingTool", () => {
  it.each([
    ["/usr/bin/python3: No module named mypy\n", "mypy"],
    [
      'npm error npx canceled due to missing packages and no YES option: ["prettier@3.10.1"]\n',
      "prettier@3.10.1",
    ],
    [
      "npm error code ENOTCACHED\nnpm error request to https://registry.example/nosuchtool2 failed: cache mode is 'only-if-cached' but no cached response is available.\n",
      "nosuchtool2",
    ],
    ["sh: 1: nosuchcmd: not found\n", "nosuchcmd"],
    ["bash: line 1: eslint: command not found\n", "eslint"],
    ["error: no such command: `clippy`\n", "clippy"],
    ["error: 'cargo-fmt' is not installed for the toolchain 'stable'\n", "cargo-fmt"],
  ])("OR-4 tells a check that could not run from one that failed: %j", (output, tool) => {
    expect(missingTool(output, 1)).toBe(tool);
    expect(missingTool(output, 0)).toBeUndefined();
  });

  it("OR-5 does not take a failure of the program itself for a missing tool", () => {
    expect(missingTool("ModuleNotFoundError: No module named 'shop.cart'\n", 1)).toBeUndefined();
    expect(missingTool("AssertionError: user not found\n", 1)).toBeUndefined();
    expect(missingTool("FAILED test_x - page: not found here\n", 1)).toBeUndefined();
  });
});

describe("readMetric", () => {
  it.each([
    ['{"total": {"lines": {"pct": 91.5}}, "coverage": 87}', "coverage", 87],
    ["-------|---\nAll files |   92.3 |    80 |\n", "coverage", 92.3],
    ["TOTAL      120     12    90%\n", "coverage", 90],
    ["coverage: 71.4% of statements\n", "coverage", 71.4],
    ["Duplication: 2.1 %\n", "duplication", 2.1],
    ["max complexity = 14\n", "complexity", 14],
    ["p95 latency (ms): 12, p95 latency (ms): 15", "p95 latency (ms)", undefined],
    ["all good\n", "coverage", undefined],
  ])("OR-6 reads %j for %s", (output, metric, expected) => {
    expect(readMetric(output, metric)).toBe(expected);
  });

  it("OR-7 compares as written, and knows when it cannot", () => {
    expect([
      meets(80, ">=", 80),
      meets(79.9, ">=", "80%"),
      meets(3, "<=", 3),
      meets(1, "<", 1),
      meets(2, "==", 2),
    ]).toEqual([true, false, true, false, true]);
    expect([meets(1, "~", 1), meets(1, ">", "many")]).toEqual([undefined, undefined]);
  });
});
