import type { CheckKind, Folder, FoundCheck } from "./foundCheck";

const manifests = [
  "pyproject.toml",
  "setup.cfg",
  "setup.py",
  "tox.ini",
  "Pipfile",
  "mypy.ini",
  ".mypy.ini",
] as const;

/** Checks of one Python project, found by its configuration and by what it declares to depend on. */
export function pythonChecks(folder: Folder): readonly FoundCheck[] {
  if (!isPythonProject(folder)) return [];
  const python = interpreter(folder);
  const found: FoundCheck[] = [];
  const add = (kind: CheckKind, argv: readonly string[], source: string | undefined) => {
    if (source === undefined || found.some((other) => other.kind === kind)) return;
    found.push({
      kind,
      toolchain: "python",
      folder: folder.path,
      command: [...python, ...argv],
      source: folder.locate(source),
    });
  };
  const tests = folder.files.filter((file) => /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/u.test(file));
  add("test", ["pytest", "-q"], pytestSource(folder, tests));
  add(
    "test",
    unittest(tests),
    tests.find((file) => !file.includes("fixtures/")),
  );
  add("types", ["mypy", "."], mentioned(folder, "mypy", ["mypy.ini", ".mypy.ini"]));
  add("lint", ["ruff", "check", "."], mentioned(folder, "ruff", ["ruff.toml", ".ruff.toml"]));
  add("lint", ["flake8"], mentioned(folder, "flake8", [".flake8"]));
  add("format", ["black", "--check", "."], mentioned(folder, "black", []));
  add("format", ["ruff", "format", "--check", "."], ruffFormat(folder));
  return found;
}

export function isPythonProject(folder: Folder): boolean {
  if (manifestsOf(folder).length > 0) return true;
  return folder.path === "" && folder.files.some((file) => /^[^/]*(?:\/[^/]*)?\.py$/u.test(file));
}

/** How modules are run: through the project's environment manager where it has one. */
function interpreter(folder: Folder): readonly string[] {
  if (folder.has("uv.lock")) return ["uv", "run", "--no-sync", "python", "-m"];
  if (folder.has("poetry.lock")) return ["poetry", "run", "python", "-m"];
  if (folder.has("Pipfile.lock")) return ["pipenv", "run", "python", "-m"];
  return ["python3", "-m"];
}

function pytestSource(folder: Folder, tests: readonly string[]): string | undefined {
  const config = mentioned(folder, "pytest", ["pytest.ini", "conftest.py", "tests/conftest.py"]);
  if (config !== undefined) return config;
  // Nothing names a runner, so the tests themselves tell; unittest only where they are written for it.
  return tests.find((file) => !/^(?:import|from) unittest\b/mu.test(folder.read(file) ?? ""));
}

/** The standard library's runner needs the folder of the tests and the pattern of their names. */
function unittest(tests: readonly string[]): readonly string[] {
  const first = tests[0] ?? "";
  const top = first.includes("/") ? first.slice(0, first.indexOf("/")) : ".";
  const pattern = /(?:^|\/)test_[^/]*$/u.test(first) ? "test_*.py" : "*_test.py";
  return ["unittest", "discover", "-s", top, "-p", pattern];
}

/** A formatter is only a check where the project says that it formats with it. */
function ruffFormat(folder: Folder): string | undefined {
  return manifestsOf(folder).find((name) =>
    /\[tool\.ruff\.format\]|ruff format/u.test(folder.read(name) ?? ""),
  );
}

/** The file that configures a tool, or the one that names it as a dependency or section. */
function mentioned(folder: Folder, tool: string, configs: readonly string[]): string | undefined {
  const config = configs.find((name) => folder.has(name));
  if (config !== undefined) return config;
  const pattern = new RegExp(`^\\[(?:tool[.:])?${tool}\\b|(?:^|[\\s"'])${tool}(?=$|[\\s"'=<>~!;,\\[])`, "mu");
  return manifestsOf(folder).find((name) => pattern.test(withoutComments(folder.read(name) ?? "")));
}

function manifestsOf(folder: Folder): readonly string[] {
  const requirements = folder.files.filter((file) =>
    /^(?:requirements\/)?[^/]*requirements[^/]*\.txt$|^requirements\/[^/]+\.txt$/u.test(file),
  );
  return [...manifests.filter((name) => folder.has(name)), ...requirements];
}

function withoutComments(text: string): string {
  return text.replace(/#.*$/gmu, "");
}
