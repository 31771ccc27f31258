/**
 * A workspace as pure code sees it: the paths of its files, git-ignored ones left out, and the text of some of them.
 * Paths are relative to the workspace root, with `/`, sorted.
 */
export interface WorkspaceView {
  readonly files: readonly string[];
  /** Text of a file; undefined when it is missing, too large or not text. */
  read(path: string): string | undefined;
}

/** Names of files whose text detection looks at; whoever builds a view need not load any other. */
export function isManifest(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  // Which runner a Python project's tests are written for stands in the tests alone.
  if (/^(?:tests?\/)?(?:test_[^/]*|[^/]*_test)\.py$/u.test(path)) return true;
  return manifestNames.has(name) || /^(?:tsconfig.*\.json|requirements.*\.txt)$/u.test(name);
}

const manifestNames = new Set([
  "package.json",
  "pnpm-workspace.yaml",
  "pyproject.toml",
  "setup.cfg",
  "setup.py",
  "tox.ini",
  "Pipfile",
  "mypy.ini",
  ".mypy.ini",
  "Cargo.toml",
  "go.mod",
  "go.work",
  "Makefile",
  "README.md",
]);
