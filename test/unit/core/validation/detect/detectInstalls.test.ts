import { describe, expect, it } from "vitest";
import { isProtected } from "../../../../../src/core/change/path/protectedFiles";
import {
  dependencyPart,
  isLockFile,
  lockFiles,
} from "../../../../../src/core/validation/detect/dependencyFiles";
import { detectInstalls } from "../../../../../src/core/validation/detect/detectInstalls";
import { writesDependencies } from "../../../../../src/core/validation/detect/installCommand";

function installs(files: Readonly<Record<string, string>>, ...changed: string[]) {
  const view = { files: Object.keys(files).sort(), read: (path: string) => files[path] };
  return detectInstalls(view, changed).map(({ cwd, commands }) => [
    cwd,
    ...commands.map((argv) => argv.join(" ")),
  ]);
}

const npm = "npm install --ignore-scripts --no-audit --no-fund";

describe("detectInstalls", () => {
  it("DI-6 takes the package manager of the lock file, from the folder it installs from", () => {
    expect(installs({ "package.json": "{}" }, "package.json")).toEqual([["", npm]]);
    expect(installs({ "package.json": "{}", "pnpm-lock.yaml": "" }, "package.json")).toEqual([
      ["", "pnpm install --ignore-scripts --no-frozen-lockfile"],
    ]);
    expect(installs({ "package.json": "{}", "yarn.lock": "" }, "yarn.lock")).toEqual([
      ["", "yarn install --ignore-scripts --non-interactive"],
    ]);
    expect(
      installs({ "package.json": '{"packageManager":"yarn@4.1.0"}', "yarn.lock": "" }, "package.json"),
    ).toEqual([["", "yarn install --mode=skip-build --no-immutable"]]);
    const workspace = { "package.json": '{"workspaces":["packages/*"]}', "packages/a/package.json": "{}" };
    expect(installs(workspace, "packages/a/package.json", "package.json")).toEqual([["", npm]]);
    expect(installs({ "web/package.json": "{}", "web/package-lock.json": "{}" }, "web/package.json")).toEqual(
      [["web", npm]],
    );
  });

  it("DI-6 knows Python, Go and Rust", () => {
    expect(installs({ "pyproject.toml": "", "uv.lock": "" }, "pyproject.toml")).toEqual([["", "uv sync"]]);
    expect(installs({ "pyproject.toml": "", "poetry.lock": "" }, "poetry.lock")).toEqual([
      ["", "poetry install --no-interaction"],
    ]);
    expect(installs({ "requirements.txt": "" }, "requirements.txt")).toEqual([
      ["", "python3 -m venv .venv", "python3 -m pip install -r requirements.txt"],
    ]);
    expect(installs({ "svc/go.mod": "" }, "svc/go.mod")).toEqual([["svc", "go mod download all"]]);
    expect(installs({ "Cargo.lock": "", "crates/a/Cargo.toml": "" }, "crates/a/Cargo.toml")).toEqual([
      ["", "cargo fetch"],
    ]);
  });

  it("DI-10 knows each manager's install and the lock files it writes, all of them protected", () => {
    const managers: readonly (readonly [keyof typeof lockFiles, Record<string, string>, string])[] = [
      ["npm", { "package.json": "{}" }, npm],
      [
        "pnpm",
        { "package.json": "{}", "pnpm-lock.yaml": "" },
        "pnpm install --ignore-scripts --no-frozen-lockfile",
      ],
      [
        "yarn",
        { "package.json": "{}", "yarn.lock": "", ".yarnrc.yml": "" },
        "yarn install --mode=skip-build --no-immutable",
      ],
      ["bun", { "package.json": "{}", "bun.lock": "" }, "bun install --ignore-scripts"],
      ["uv", { "pyproject.toml": "", "uv.lock": "" }, "uv sync"],
      ["poetry", { "pyproject.toml": "", "poetry.lock": "" }, "poetry install --no-interaction"],
      ["pdm", { "pyproject.toml": "", "pdm.lock": "" }, "pdm install"],
      ["pipenv", { Pipfile: "", "Pipfile.lock": "" }, "pipenv install --dev"],
      ["pip", { "requirements.txt": "" }, "python3 -m pip install -r requirements.txt"],
      ["go", { "go.mod": "" }, "go mod download all"],
      ["cargo", { "Cargo.toml": "" }, "cargo fetch"],
    ];
    expect(managers.map(([name]) => name).sort()).toEqual(Object.keys(lockFiles).sort());
    for (const [name, files, argv] of managers) {
      const manifest = Object.keys(files)[0] ?? "";
      expect(installs(files, manifest)[0]?.at(-1), name).toBe(argv);
      for (const lock of lockFiles[name]) {
        expect(isLockFile(`a/${lock}`), lock).toBe(true);
        expect(isProtected(lock), lock).toBe(true);
      }
    }
    for (const path of ["package.json", "go.mod", "src/lock.ts"]) expect(isLockFile(path)).toBe(false);
  });

  it("DI-6 asks for nothing where nothing of the kind was changed", () => {
    expect(installs({ "package.json": "{}" }, "src/a.ts", "README.md", "tsconfig.json")).toEqual([]);
    expect(installs({}, "node_modules/a/package.json", ".venv/requirements.txt")).toEqual([]);
  });
});

describe("dependencyPart", () => {
  it("DI-7 sees what an install acts on and nothing else", () => {
    const part = (manifest: object) => dependencyPart("package.json", JSON.stringify(manifest));
    expect(part({ scripts: { a: "x" }, dependencies: { b: "1", a: "1" } })).toBe(
      part({ scripts: { a: "y" }, version: "2.0.0", dependencies: { a: "1", b: "1" } }),
    );
    expect(part({ dependencies: {} })).toBe(part({}));
    expect(part({ dependencies: { a: "1" } })).not.toBe(part({ dependencies: { a: "2" } }));
    expect(part({ overrides: { a: "1" } })).not.toBe(part({}));
    expect(dependencyPart("package.json", "{broken")).toBe("{broken");
    expect(dependencyPart("uv.lock", null)).toBeNull();
  });
});

describe("writesDependencies", () => {
  it("DI-8 knows the commands that write into dependency folders", () => {
    const writes = [
      "npm ci",
      "npm --prefix . install",
      "npm i left",
      "yarn",
      "yarn add x",
      "pnpm add x",
      "/usr/bin/npm install",
      "npm.cmd install",
      "pip install x",
      "pip3 uninstall x",
      "python3 -m pip install x",
      "uv sync",
      "uv run pytest",
      "poetry add x",
    ];
    const others = [
      "npm run lint",
      "npm test",
      "yarn test",
      "npx --no-install tsc",
      "node install.mjs",
      "python3 -m pytest",
      "uv run --no-sync pytest",
      "poetry run pytest",
      "go mod download all",
    ];
    for (const text of writes) expect(writesDependencies(text.split(" ")), text).toBe(true);
    for (const text of others) expect(writesDependencies(text.split(" ")), text).toBe(false);
  });
});
