import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTestOutput } from "../../../../src/core/validation/parseTestOutput";

const cases: Readonly<
  Record<
    string,
    readonly [string, readonly [total: number, passed: number, failed: number, skipped: number] | undefined]
  >
> = {
  "node:test, spec": [
    "✔ one (0.4ms)\n✖ two (0.9ms)\nℹ tests 4\nℹ suites 0\nℹ pass 1\nℹ fail 1\nℹ cancelled 0\nℹ skipped 1\nℹ todo 1\nℹ duration_ms 88.0\n",
    [4, 1, 1, 2],
  ],
  "node:test, TAP": [
    "TAP version 13\nok 1 - one\n1..1\n# tests 3\n# suites 0\n# pass 2\n# fail 0\n# cancelled 1\n# skipped 0\n# todo 0\n",
    [3, 2, 1, 0],
  ],
  "vitest, all kinds": [
    " Test Files  1 failed (1)\n      Tests  1 failed | 1 passed | 1 skipped | 1 todo (4)\n   Start at  01:48:20\n",
    [4, 1, 1, 2],
  ],
  "vitest, passed": [" Test Files  2 passed (2)\n      Tests  12 passed (12)\n", [12, 12, 0, 0]],
  jest: [
    "Test Suites: 1 failed, 2 passed, 3 total\nTests:       1 failed, 1 skipped, 7 passed, 9 total\nSnapshots:   0 total\nTime:        1.2 s\n",
    [9, 7, 1, 1],
  ],
  mocha: ["\n  3 passing (12ms)\n  1 pending\n  2 failing\n\n  1) x\n", [6, 3, 2, 1]],
  "pytest, quiet": [
    "FAILED test_a.py::test_two - assert 1 == 2\n1 failed, 1 passed, 1 skipped, 1 xfailed in 1.13s\n",
    [4, 1, 1, 2],
  ],
  "pytest, full": [
    "============== 1 failed, 3 passed, 2 warnings, 1 error in 0.74s ===============\n",
    [5, 3, 2, 0],
  ],
  "pytest, none": ["\nno tests ran in 0.01s\n", [0, 0, 0, 0]],
  unittest: ["\n------\nRan 3 tests in 0.001s\n\nFAILED (failures=1, skipped=1)\n", [3, 1, 1, 1]],
  "unittest, none": ["\nRan 0 tests in 0.000s\n\nOK\n", [0, 0, 0, 0]],
  "cargo, two targets": [
    "test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s\n\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n",
    [5, 3, 1, 1],
  ],
  "go, verbose": [
    "=== RUN   TestA\n--- PASS: TestA (0.00s)\n=== RUN   TestB\n    b_test.go:5: no\n--- FAIL: TestB (0.00s)\nFAIL\n",
    [2, 1, 1, 0],
  ],
  "go, quiet": ["ok  \texample.com/x\t0.003s\n", undefined],
  "go, JSON": [
    '{"Time":"x","Action":"pass","Package":"p","Test":"TestA"}\n{"Time":"x","Action":"fail","Package":"p","Test":"TestB"}\n{"Time":"x","Action":"fail","Package":"p"}\n',
    [2, 1, 1, 0],
  ],
  "a compiler": ["a.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.\n", undefined],
  "a lie in prose": ["We ran all tests and 100 passed, 0 failed, trust me\n", undefined],
  empty: ["", undefined],
};

describe("parseTestOutput", () => {
  for (const [title, [output, expected]] of Object.entries(cases)) {
    it(`TC-1 reads ${title}`, () => {
      const [total, passed, failed, skipped] = expected ?? [];
      expect(parseTestOutput(output)).toEqual(
        expected === undefined ? undefined : { total, passed, failed, skipped },
      );
    });
  }

  it("TC-2 never guesses: whatever it reads adds up", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300 }),
        fc.constantFrom(...Object.values(cases).map(([output]) => output)),
        (noise, output) => {
          for (const text of [noise, noise + output, `${output}\n${noise}`]) {
            const counts = parseTestOutput(text);
            if (counts !== undefined)
              expect(counts.passed + counts.failed + counts.skipped).toBe(counts.total);
          }
        },
      ),
    );
  });

  it("TC-3 takes time in line with the length of the output", () => {
    const long = `${"x 1 passed, ".repeat(100_000)}\n${"--- ".repeat(100_000)}`;
    expect(parseTestOutput(long)).toBeUndefined();
  });
});
