import type { JsonObject, JsonValue } from "../../json";
import { isJsonObject, parseJsonObject } from "./jsonObject";
import type { CheckKind, Folder, FoundCheck } from "./foundCheck";
import { packageManager, type PackageManager } from "./packageManager";
import type { WorkspaceView } from "./workspaceView";

/** Checks of one npm package: its scripts first; tools that are installed but have no script after them. */
export function nodeChecks(folder: Folder, view: WorkspaceView): readonly FoundCheck[] {
  const manifest = parseJsonObject(folder.read("package.json"));
  if (manifest === undefined) return [];
  const scripts = objectAt(manifest, "scripts");
  const manager = packageManager(folder, view);
  const tools = toolNames(manifest, parseJsonObject(view.read("package.json")));
  const found: FoundCheck[] = [];
  for (const kind of kinds) {
    const script = scriptNames[kind].find((name) => isUsable(kind, name, scripts[name]));
    if (script !== undefined) {
      found.push(check(folder, kind, runScript(manager, script), `package.json#/scripts/${script}`));
      continue;
    }
    const tool = direct(kind, folder, tools);
    if (tool !== undefined) found.push(check(folder, kind, tool.command, tool.source));
  }
  return found;
}

/** True when a package.json can be read as an object. */
export function isNodePackage(folder: Folder): boolean {
  return parseJsonObject(folder.read("package.json")) !== undefined;
}

const kinds: readonly CheckKind[] = ["test", "types", "lint", "build", "format"];

/** In order of preference; the first that exists and only looks is taken. */
const scriptNames: Readonly<Record<CheckKind, readonly string[]>> = {
  test: ["test", "test:unit", "tests", "test:ci", "unit"],
  types: ["typecheck", "type-check", "types", "check:types", "check-types", "types:check", "tsc"],
  lint: ["lint", "lint:check", "check:lint", "eslint"],
  build: ["build", "compile"],
  format: [
    "format:check",
    "check:format",
    "format-check",
    "fmt:check",
    "prettier:check",
    "check:prettier",
    "format",
    "prettier",
  ],
};

/** A script that watches never ends, one that writes proves nothing, and npm's placeholder fails by design. */
function isUsable(kind: CheckKind, name: string, script: JsonValue | undefined): boolean {
  if (typeof script !== "string" || script.trim() === "") return false;
  if (/\bno test specified\b/u.test(script)) return false;
  if (/--watch(?:All)?(?!=false)(?:\s|=|$)|\bnodemon\b/u.test(script)) return false;
  if (kind === "lint") return !/--fix\b(?!-dry-run)|--write\b/u.test(script);
  if (kind !== "format") return true;
  const looks = /--check\b|(?:^|\s)-c\b|--list-different\b|\s-l\b|\bbiome (?:check|ci|format)\b/u.test(
    script,
  );
  return !/--write\b/u.test(script) && (looks || name.includes("check"));
}

function runScript(manager: PackageManager, script: string): readonly string[] {
  return manager === "npm" ? ["npm", "run", script, "--silent"] : [manager, "run", script];
}

interface Direct {
  readonly command: readonly string[];
  readonly source: string;
}

function direct(kind: CheckKind, folder: Folder, tools: ReadonlySet<string>): Direct | undefined {
  switch (kind) {
    case "test":
      return directTest(folder, tools);
    case "types":
      return directTypes(folder, tools);
    case "lint": {
      const config = folder.files.find((file) =>
        /^(?:eslint\.config\.[cm]?[jt]s|\.eslintrc(?:\.(?:json|[cm]?js|ya?ml))?)$/u.test(file),
      );
      return config === undefined || !tools.has("eslint") ? undefined : local(["eslint", "."], config);
    }
    case "format": {
      const config = folder.files.find((file) =>
        /^(?:\.prettierrc(?:\.\w+)?|prettier\.config\.[cm]?[jt]s)$/u.test(file),
      );
      return config === undefined || !tools.has("prettier")
        ? undefined
        : local(["prettier", "--check", "."], config);
    }
    case "build":
      return undefined;
  }
}

function directTest(folder: Folder, tools: ReadonlySet<string>): Direct | undefined {
  const config = (name: string) =>
    folder.files.find((file) => new RegExp(`^${name}\\.config\\.[cm]?[jt]s(?:on)?$`, "u").test(file));
  if (tools.has("vitest")) return local(["vitest", "run"], config("vitest") ?? "package.json");
  if (tools.has("jest")) return local(["jest", "--ci"], config("jest") ?? "package.json");
  const native = folder.files.find(
    (file) => /(?:^|\/)(?:test\/.*|[^/]*[._-]test)\.[cm]?js$/u.test(file) && !file.includes("fixtures/"),
  );
  return native === undefined ? undefined : { command: ["node", "--test"], source: native };
}

function directTypes(folder: Folder, tools: ReadonlySet<string>): Direct | undefined {
  const text = folder.read("tsconfig.json");
  if (text === undefined || !tools.has("typescript")) return undefined;
  // A solution file names no sources of its own, so `--noEmit` would check nothing and pass.
  const isSolution = /"references"\s*:/u.test(text) && /"files"\s*:\s*\[\s*\]/u.test(text);
  return local(isSolution ? ["tsc", "-b"] : ["tsc", "--noEmit"], "tsconfig.json");
}

/** The tool that the package has installed; never one fetched, or even asked for, over the network. */
function local(argv: readonly string[], source: string): Direct {
  return { command: ["npx", "--no-install", "--offline", ...argv], source };
}

function toolNames(...manifests: readonly (JsonObject | undefined)[]): ReadonlySet<string> {
  const fields = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
  return new Set(
    manifests.flatMap((manifest) =>
      manifest === undefined ? [] : fields.flatMap((field) => Object.keys(objectAt(manifest, field))),
    ),
  );
}

function check(folder: Folder, kind: CheckKind, command: readonly string[], source: string): FoundCheck {
  return { kind, toolchain: "node", folder: folder.path, command, source: folder.locate(source) };
}

function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = parent[key];
  return isJsonObject(value) ? value : {};
}
