import { isJsonObject, parseJsonObject } from "./jsonObject";

/** True for manifests and lock files: what a package manager installs from. */
export function isDependencyFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return names.has(name) || /^requirements.*\.txt$/u.test(name);
}

/**
 * The part of a dependency file that an install acts on, for comparing two versions; null for a file that is not there.
 * Scripts and settings of a package.json install nothing.
 */
export function dependencyPart(path: string, text: string | null): string | null {
  if (text === null) return null;
  if (!path.endsWith("package.json")) return text;
  const manifest = parseJsonObject(text);
  if (manifest === undefined) return text;
  const parts = installedFields.flatMap((field) => {
    const value = manifest[field];
    if (value === undefined || (isJsonObject(value) && Object.keys(value).length === 0)) return [];
    return [[field, isJsonObject(value) ? Object.entries(value).sort() : value]];
  });
  return JSON.stringify(parts);
}

const installedFields = [
  "dependencies",
  "devDependencies",
  "optionalDependencies",
  "peerDependencies",
  "bundleDependencies",
  "bundledDependencies",
  "overrides",
  "resolutions",
  "pnpm",
  "workspaces",
  "packageManager",
];

const names = new Set([
  "package.json",
  "package-lock.json",
  "npm-shrinkwrap.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  "bun.lock",
  "bun.lockb",
  "pyproject.toml",
  "setup.py",
  "setup.cfg",
  "poetry.lock",
  "uv.lock",
  "pdm.lock",
  "Pipfile",
  "Pipfile.lock",
  "go.mod",
  "go.sum",
  "Cargo.toml",
  "Cargo.lock",
]);
