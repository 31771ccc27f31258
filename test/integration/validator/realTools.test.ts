import { execFileSync } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import type { Evidence } from "../../../src/core/validation/evidence";
import { runCheck } from "../../../src/engine/validation/checkRun";
import { makeValidationFolder, type ValidationFolder } from "../../support/validationFolder";

let folder: ValidationFolder;
afterEach(async () => folder.dispose());

function has(program: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function results(): Promise<Readonly<Record<string, Evidence>>> {
  const all: Record<string, Evidence> = {};
  for (const check of await folder.checks()) {
    all[check.name] = await runCheck(folder.ports, check, { checks: [] }, new AbortController().signal);
  }
  return all;
}

describe("detected checks, run with the real tools", () => {
  it("RT-1 TypeScript with vitest, tsc, eslint and prettier of the project's own", async () => {
    folder = await makeValidationFolder(
      {
        "package.json": JSON.stringify({
          type: "module",
          devDependencies: { vitest: "*", typescript: "*", eslint: "*", prettier: "*" },
        }),
        "tsconfig.json":
          '{ "compilerOptions": { "strict": true, "noEmit": true, "types": [], "skipLibCheck": true }, "include": ["src"] }',
        "eslint.config.js": "export default [{ files: ['src/**/*.js'], rules: { 'no-var': 'error' } }];\n",
        ".prettierrc": "{}",
        "src/a.ts": "export const a: number = 'x';\n",
        "src/b.js": "var b = 1;\n",
        "src/a.test.ts":
          "import { test, expect } from 'vitest';\ntest('ok', () => {});\ntest('no', () => { expect(1).toBe(2); });\n",
      },
      { modules: true },
    );
    const found = await results();
    expect(Object.keys(found)).toEqual(["test", "types", "lint", "format"]);
    expect(found["test"]).toMatchObject({ status: "failed", counts: { total: 2, passed: 1, failed: 1 } });
    expect(found["types"]).toMatchObject({
      status: "failed",
      summary: expect.stringContaining("src/a.ts(1,14): error TS2322"),
    });
    expect(found["lint"]).toMatchObject({ status: "failed", summary: expect.stringContaining("no-var") });
    expect(found["format"]).toMatchObject({ status: "failed" });
    await folder.write({
      "src/a.ts": "export const a: number = 1;\n",
      "src/b.js": "export const b = 1;\n",
      "src/a.test.ts": 'import { test } from "vitest";\ntest("ok", () => {});\n',
    });
    await folder.write({
      "package.json":
        '{\n  "type": "module",\n  "devDependencies": { "vitest": "*", "typescript": "*", "eslint": "*" }\n}\n',
    });
    const again = await results();
    expect(Object.values(again).map(({ check, status }) => `${check} ${status}`)).toEqual([
      "test passed",
      "types passed",
      "lint passed",
    ]);
  });

  it("RT-2 a tool that is named but not installed proves nothing, and nothing is fetched", async () => {
    folder = await makeValidationFolder({
      "package.json": JSON.stringify({ devDependencies: { jest: "29" } }),
    });
    expect((await results())["test"]).toMatchObject({
      status: "not_verified",
      summary: expect.stringContaining("is not installed"),
    });
  });

  it.runIf(has("python3", "-m", "pytest", "--version"))(
    "RT-3 Python with pytest; a linter that is missing is not verified",
    async () => {
      folder = await makeValidationFolder({
        "pyproject.toml": "[tool.pytest.ini_options]\n[tool.ruff]\n",
        "shop/__init__.py": "def total(items):\n    return sum(items)\n",
        "tests/test_shop.py":
          "import pytest\nfrom shop import total\n\ndef test_total():\n    assert total([1, 2]) == 3\n\n@pytest.mark.skip\ndef test_later():\n    pass\n",
      });
      const found = await results();
      expect(found["test"]).toMatchObject({
        status: "passed",
        counts: { total: 2, passed: 1, failed: 0, skipped: 1 },
      });
      if (!has("python3", "-m", "ruff", "--version"))
        expect(found["lint"]).toMatchObject({
          status: "not_verified",
          summary: "Could not run: ruff is not installed",
        });
    },
  );

  it.runIf(has("python3", "--version"))("RT-4 Python with the standard library's runner", async () => {
    folder = await makeValidationFolder({
      "setup.py": "",
      "shop.py": "def total(items):\n    return 0\n",
      "tests/test_shop.py":
        "import unittest\nfrom shop import total\n\nclass T(unittest.TestCase):\n    def test_total(self):\n        self.assertEqual(total([1]), 1)\n",
    });
    expect((await results())["test"]).toMatchObject({
      status: "failed",
      counts: { total: 1, failed: 1 },
      summary: expect.stringContaining("FAIL: test_total"),
    });
  });

  it.runIf(has("cargo", "--version"))("RT-5 Rust with cargo", async () => {
    folder = await makeValidationFolder({
      "Cargo.toml": '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n',
      "src/lib.rs": "pub fn one() -> i32 { 1 }\n#[test]\nfn works() { assert_eq!(one(), 1); }\n",
    });
    const found = await results();
    expect(found["test"]).toMatchObject({ status: "passed", counts: { total: 1, passed: 1 } });
    expect(found["types"]).toMatchObject({ status: "passed" });
  });
});
