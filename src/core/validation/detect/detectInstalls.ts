import type { Argv } from "../../plan/plan";
import { isDependencyFile } from "./dependencyFiles";
import { openFolder, type Folder } from "./foundCheck";
import { isJsonObject, parseJsonObject } from "./jsonObject";
import { packageManager } from "./packageManager";
import type { WorkspaceView } from "./workspaceView";

/** How the dependencies of one folder are installed, found by reading its manifests; run only when approved. */
export interface DetectedInstall {
  readonly name: string;
  /** One after the other, each an argument vector. */
  readonly commands: readonly Argv[];
  /** Folder relative to the workspace root, `""` for the root. */
  readonly cwd: string;
  /** The manifest that says so. */
  readonly source: string;
}

/**
 * The installs that changes to `paths` ask for, one per folder. Where the package manager knows a switch for it, code
 * of the packages does not run while they are installed; a plan that needs that names its own install.
 */
export function detectInstalls(view: WorkspaceView, paths: readonly string[]): readonly DetectedInstall[] {
  const files = new Set([...view.files, ...paths]);
  const found = new Map<string, DetectedInstall>();
  for (const path of paths) {
    if (!isDependencyFile(path) || /(?:^|\/)(?:node_modules|\.venv|venv|vendor)\//u.test(path)) continue;
    const install = installFor(view, files, path);
    if (install !== null) found.set(`${install.cwd}\0${install.commands[0]?.[0] ?? ""}`, install);
  }
  return [...found.values()].sort((a, b) => (a.cwd < b.cwd ? -1 : a.cwd > b.cwd ? 1 : 0));
}

function installFor(view: WorkspaceView, files: ReadonlySet<string>, path: string): DetectedInstall | null {
  const slash = path.lastIndexOf("/");
  const own = slash < 0 ? "" : path.slice(0, slash);
  const name = path.slice(slash + 1);
  const make = (cwd: string, commands: readonly Argv[], source: string): DetectedInstall => ({
    name: cwd === "" ? "install" : `${cwd}:install`,
    commands,
    cwd,
    source: cwd === "" ? source : `${cwd}/${source}`,
  });
  if (nodeFile.test(name)) {
    const cwd = nodeRoot(view, files, own);
    return make(cwd, [nodeInstall(openFolder(view, cwd), view)], "package.json");
  }
  // Without "all" the sums of what was downloaded are not written.
  if (name.startsWith("go.")) return make(own, [["go", "mod", "download", "all"]], "go.mod");
  if (name.startsWith("Cargo.")) {
    const cwd = ancestors(own).find((folder) => files.has(inside(folder, "Cargo.lock"))) ?? own;
    return make(cwd, [["cargo", "fetch"]], "Cargo.toml");
  }
  return pythonInstall(files, own, make);
}

const nodeFile =
  /^(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|\.pnp\.(?:cjs|loader\.mjs)|pnpm-.*\.yaml|bun\.lockb?)$/u;
const nodeLocks = [
  "package-lock.json",
  "npm-shrinkwrap.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "bun.lock",
  "bun.lockb",
];

/** The folder that a package is installed from: the nearest one up with a lock file or with workspaces. */
function nodeRoot(view: WorkspaceView, files: ReadonlySet<string>, own: string): string {
  const isRoot = (folder: string) =>
    nodeLocks.some((lock) => files.has(inside(folder, lock))) ||
    files.has(inside(folder, "pnpm-workspace.yaml")) ||
    parseJsonObject(view.read(inside(folder, "package.json")))?.["workspaces"] !== undefined;
  return ancestors(own).find(isRoot) ?? own;
}

function nodeInstall(folder: Folder, view: WorkspaceView): Argv {
  switch (packageManager(folder, view)) {
    case "pnpm":
      return ["pnpm", "install", "--ignore-scripts", "--no-frozen-lockfile"];
    case "yarn":
      return isModernYarn(folder, view)
        ? ["yarn", "install", "--mode=skip-build", "--no-immutable"]
        : ["yarn", "install", "--ignore-scripts", "--non-interactive"];
    case "bun":
      return ["bun", "install", "--ignore-scripts"];
    case "npm":
      return ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"];
  }
}

function isModernYarn(folder: Folder, view: WorkspaceView): boolean {
  if (folder.has(".yarnrc.yml") || view.files.includes(".yarnrc.yml")) return true;
  const declared = parseJsonObject(folder.read("package.json"));
  const named = isJsonObject(declared) ? declared["packageManager"] : undefined;
  return typeof named === "string" && /^yarn@(?:[2-9]|\d\d)/u.test(named);
}

function pythonInstall(
  files: ReadonlySet<string>,
  own: string,
  make: (cwd: string, commands: readonly Argv[], source: string) => DetectedInstall,
): DetectedInstall | null {
  const has = (name: string) => files.has(inside(own, name));
  if (has("uv.lock")) return make(own, [["uv", "sync"]], "uv.lock");
  if (has("poetry.lock")) return make(own, [["poetry", "install", "--no-interaction"]], "poetry.lock");
  if (has("pdm.lock")) return make(own, [["pdm", "install"]], "pdm.lock");
  if (has("Pipfile")) return make(own, [["pipenv", "install", "--dev"]], "Pipfile");
  const environment: Argv = ["python3", "-m", "venv", ".venv"];
  if (has("requirements.txt")) {
    const pip: Argv = ["python3", "-m", "pip", "install", "-r", "requirements.txt"];
    return make(own, [environment, pip], "requirements.txt");
  }
  const project = ["pyproject.toml", "setup.py"].find(has);
  if (project === undefined) return null;
  return make(own, [environment, ["python3", "-m", "pip", "install", "-e", "."]], project);
}

/** The folder itself and those above it, the root last. */
function ancestors(folder: string): readonly string[] {
  if (folder === "") return [""];
  const parts = folder.split("/");
  return [...parts.map((_part, index) => parts.slice(0, parts.length - index).join("/")), ""];
}

function inside(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
