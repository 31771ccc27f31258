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

/** What each package manager writes by itself while it installs, and what is committed of it. */
export const lockFiles = {
  npm: ["package-lock.json", "npm-shrinkwrap.json"],
  pnpm: ["pnpm-lock.yaml"],
  yarn: ["yarn.lock", ".pnp.cjs", ".pnp.loader.mjs"],
  bun: ["bun.lock", "bun.lockb"],
  uv: ["uv.lock"],
  poetry: ["poetry.lock"],
  pdm: ["pdm.lock"],
  pipenv: ["Pipfile.lock"],
  pip: [],
  go: ["go.sum"],
  cargo: ["Cargo.lock"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** True for files that an install writes: they follow from the manifest and are reviewed like one. */
export function isLockFile(path: string): boolean {
  return lockNames.has(path.slice(path.lastIndexOf("/") + 1));
}

const lockNames = new Set<string>(Object.values(lockFiles).flat());

const names = new Set<string>([
  ...lockNames,
  "package.json",
  "pnpm-workspace.yaml",
  "pyproject.toml",
  "setup.py",
  "setup.cfg",
  "Pipfile",
  "go.mod",
  "Cargo.toml",
]);
