import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detectChecks } from "../../../../../src/core/validation/detect/detectChecks";
import type { WorkspaceView } from "../../../../../src/core/validation/detect/workspaceView";

function viewOf(files: Readonly<Record<string, string>>): WorkspaceView {
  return { files: Object.keys(files).sort(), read: (path) => files[path] };
}

/** `name: command` per line, with the folder in front where it is not the root. */
function summary(files: Readonly<Record<string, string>>): readonly string[] {
  return detectChecks(viewOf(files)).map(
    ({ name, command, cwd }) => `${name}: ${cwd === "" ? "" : `(${cwd}) `}${command.join(" ")}`,
  );
}

const pkg = (content: object) => JSON.stringify(content);

describe("detectChecks in npm packages", () => {
  it("DC-1 takes scripts first, by the package manager of the lock file", () => {
    const scripts = {
      test: "vitest run",
      lint: "eslint .",
      typecheck: "tsc",
      build: "tsc -p .",
      "format:check": "prettier -c .",
    };
    const lines = (lock: string) => summary({ "package.json": pkg({ scripts }), [lock]: "" });
    expect(lines("package-lock.json")).toEqual([
      "test: npm run test --silent",
      "types: npm run typecheck --silent",
      "lint: npm run lint --silent",
      "build: npm run build --silent",
      "format: npm run format:check --silent",
    ]);
    expect(lines("pnpm-lock.yaml")[0]).toBe("test: pnpm run test");
    expect(lines("yarn.lock")[0]).toBe("test: yarn run test");
    expect(lines("bun.lock")[0]).toBe("test: bun run test");
    expect(summary({ "package.json": pkg({ scripts, packageManager: "pnpm@9.1.0" }) })[0]).toBe(
      "test: pnpm run test",
    );
  });

  it("DC-2 takes no script that writes, watches or is npm's placeholder", () => {
    const scripts = {
      test: 'echo "Error: no test specified" && exit 1',
      lint: "eslint . --fix",
      format: "prettier --write .",
      "test:unit": "jest --watch",
      types: "",
    };
    expect(summary({ "package.json": pkg({ scripts }) })).toEqual([]);
    expect(summary({ "package.json": pkg({ scripts: { format: "prettier --check ." } }) })).toEqual([
      "format: npm run format --silent",
    ]);
    expect(
      summary({ "package.json": pkg({ scripts: { test: "react-scripts test --watchAll=false" } }) }),
    ).toHaveLength(1);
  });

  it("DC-3 runs installed tools without a script, never fetching one", () => {
    const files = {
      "package.json": pkg({ devDependencies: { vitest: "3", typescript: "5", eslint: "9", prettier: "3" } }),
      "tsconfig.json": "{}",
      "eslint.config.js": "",
      ".prettierrc": "",
      "vitest.config.ts": "",
    };
    expect(summary(files)).toEqual([
      "test: npx --no-install --offline vitest run",
      "types: npx --no-install --offline tsc --noEmit",
      "lint: npx --no-install --offline eslint .",
      "format: npx --no-install --offline prettier --check .",
    ]);
    const jest = { "package.json": pkg({ devDependencies: { jest: "29" } }), "jest.config.js": "" };
    expect(detectChecks(viewOf(jest))[0]).toMatchObject({
      command: ["npx", "--no-install", "--offline", "jest", "--ci"],
      source: "jest.config.js",
    });
  });

  it("DC-4 builds a solution of TypeScript projects, whose own config checks nothing", () => {
    const files = {
      "package.json": pkg({ devDependencies: { typescript: "5" } }),
      "tsconfig.json": '{"files": [], "references": [{"path": "a"}]}',
    };
    expect(summary(files)).toEqual(["types: npx --no-install --offline tsc -b"]);
  });

  it("DC-5 finds tests of Node's own runner", () => {
    expect(summary({ "package.json": "{}", "test/cart.test.mjs": "" })).toEqual(["test: node --test"]);
    expect(summary({ "package.json": "{}", "src/cart.js": "" })).toEqual([]);
  });

  it("DC-6 offers nothing for a manifest that is broken or not an object", () => {
    for (const text of [
      "",
      "{",
      "[]",
      "null",
      '"x"',
      '{"scripts": 3}',
      '{"scripts": {"test": {}}}',
      "\ufeff{}",
    ]) {
      expect(summary({ "package.json": text })).toEqual([]);
    }
  });
});

describe("detectChecks in Python projects", () => {
  it("DC-7 finds pytest, mypy, ruff and black where the project names them", () => {
    const files = {
      "pyproject.toml":
        '[project]\ndependencies = ["httpx"]\n[dependency-groups]\ndev = ["pytest>=8", "black"]\n[tool.ruff]\nline-length = 100\n[tool.mypy]\n',
      "tests/test_a.py": "",
    };
    expect(summary(files)).toEqual([
      "test: python3 -m pytest -q",
      "types: python3 -m mypy .",
      "lint: python3 -m ruff check .",
      "format: python3 -m black --check .",
    ]);
    expect(summary({ ...files, "uv.lock": "" })[0]).toBe("test: uv run --no-sync python -m pytest -q");
    expect(summary({ ...files, "poetry.lock": "" })[0]).toBe("test: poetry run python -m pytest -q");
  });

  it("DC-8 does not take a tool in a comment or within another word for a dependency", () => {
    const files = { "requirements.txt": "# pytest, ruff\nmypy-extensions\nblackhole\ntypes-mypy\n" };
    expect(summary(files)).toEqual([]);
  });

  it("DC-9 runs tests written for unittest with the standard library", () => {
    expect(summary({ "setup.py": "", "tests/test_a.py": "import unittest\n" })).toEqual([
      "test: python3 -m unittest discover -s tests -p test_*.py",
    ]);
    expect(summary({ "setup.py": "", "tests/test_a.py": "def test_x(): pass\n" })).toEqual([
      "test: python3 -m pytest -q",
    ]);
    expect(summary({ "main.py": "" })).toEqual([]);
  });
});

describe("detectChecks in Go and Rust", () => {
  it("DC-10 uses the toolchains' own checks", () => {
    expect(summary({ "go.mod": "module x\n", "a_test.go": "" })).toEqual([
      "test: go test -v ./...",
      "lint: go vet ./...",
      "build: go build ./...",
    ]);
    expect(summary({ "Cargo.toml": "[package]\n", "rustfmt.toml": "" })).toEqual([
      "test: cargo test",
      "types: cargo check --all-targets",
      "lint: cargo clippy --all-targets -- -D warnings",
      "format: cargo fmt --check",
    ]);
  });

  it("DC-11 runs a Cargo workspace once, from its root", () => {
    const files = {
      "Cargo.toml": '[workspace]\nmembers = ["a"]\n',
      "a/Cargo.toml": "[package]\n",
      "tool/x.rs": "",
    };
    expect(detectChecks(viewOf(files)).map((check) => check.cwd)).toEqual(["", "", ""]);
    expect(summary(files)[0]).toBe("test: cargo test --workspace");
  });
});

describe("detectChecks in workspaces of several packages", () => {
  const files = {
    "package.json": pkg({ workspaces: ["packages/*"], scripts: { lint: "eslint ." } }),
    "package-lock.json": "",
    "packages/api/package.json": pkg({ scripts: { test: "node --test" } }),
    "packages/web/package.json": pkg({ scripts: { test: "vitest run" } }),
    "backend/pyproject.toml": "[tool.pytest.ini_options]\n",
    "backend/tests/test_a.py": "",
    "services/api/go.mod": "module x\n",
  };

  it("DC-12 names checks after their folder, by its last part where that is unique", () => {
    expect(summary(files)).toEqual([
      "lint: npm run lint --silent",
      "backend:test: (backend) python3 -m pytest -q",
      "packages/api:test: (packages/api) npm run test --silent",
      "web:test: (packages/web) npm run test --silent",
      "services/api:lint: (services/api) go vet ./...",
      "services/api:build: (services/api) go build ./...",
    ]);
  });

  it("DC-13 keeps two toolchains of one folder apart", () => {
    const mixed = {
      "package.json": pkg({ scripts: { test: "jest" } }),
      "pyproject.toml": "[tool.pytest.ini_options]\n",
      "tests/test_a.py": "",
    };
    expect(summary(mixed)).toEqual(["test: npm run test --silent", "python:test: python3 -m pytest -q"]);
  });

  it("DC-14 leaves out packages of others: dependencies, fixtures, templates, build output", () => {
    for (const folder of [
      "node_modules/x",
      "vendor/x",
      "test/fixtures/x",
      "examples/x",
      "dist",
      ".cache/x",
    ]) {
      expect(summary({ [`${folder}/package.json`]: pkg({ scripts: { test: "jest" } }) }), folder).toEqual([]);
    }
  });

  it("DC-15 names are unique and every check is a vector without a shell, whatever the workspace holds", () => {
    const name = fc.constantFrom("a", "b", "api", "src", "tests", "Web");
    const folder = fc.array(name, { maxLength: 3 }).map((parts) => parts.join("/"));
    const file = fc.constantFrom(
      ["package.json", pkg({ scripts: { test: "x", lint: "y" } })],
      ["pyproject.toml", "[tool.pytest]\n[tool.ruff]\n"],
      ["go.mod", ""],
      ["Cargo.toml", "[package]"],
      ["test_x.py", ""],
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(folder, file), { maxLength: 12 }), (entries) => {
        const all = Object.fromEntries(
          entries.map(([at, [base = "", text = ""]]) => [at === "" ? base : `${at}/${base}`, text]),
        );
        const found = detectChecks(viewOf(all));
        expect(new Set(found.map((check) => check.name)).size).toBe(found.length);
        for (const check of found) {
          expect(check.command.length).toBeGreaterThan(0);
          expect(["sh", "bash", "cmd", "powershell"]).not.toContain(check.command[0]);
          expect(check.name).toMatch(/^(?:.+:)?(?:test|lint|types|build|format)$/u);
        }
      }),
    );
  });
});
