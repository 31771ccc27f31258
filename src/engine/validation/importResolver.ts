import type { JsonObject, JsonValue } from "../../core/json";
import { parseData } from "../../core/validation/scan/dataDocument";
import { declaresPythonModule } from "../../core/validation/scan/declaredModules";
import {
  isNodeBuiltin,
  joinPath,
  languageOf,
  packageOf,
  parentOf,
  pythonCandidates,
  resolveFrom,
  scriptCandidates,
  searchFolders,
} from "../../core/validation/scan/importCandidates";
import { isPythonStandardModule } from "../../core/validation/scan/pythonStandardModules";
import { parseWorkspacePath } from "../../core/change/path/workspacePath";
import type { WorkspaceFiles } from "../../ports/workspaceFiles";

/**
 * Where a module comes from. `missing`: it should be in the workspace or declared, and is not. `unknown`: only running
 * the program could tell.
 */
export type Resolution =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "package" }
  | { readonly kind: "missing" }
  | { readonly kind: "unknown" };

/** Resolves imports by what is in the files; runs nothing. One instance sees one state of the tree. */
export class ImportResolver {
  readonly #files: WorkspaceFiles;
  readonly #texts = new Map<string, Promise<string | null>>();

  constructor(files: WorkspaceFiles) {
    this.#files = files;
  }

  async resolve(module: string, fromFile: string): Promise<Resolution> {
    switch (languageOf(fromFile)) {
      case "script":
        return await this.#script(module, fromFile);
      case "python":
        return await this.#python(module, fromFile);
      case undefined:
        return { kind: "unknown" };
    }
  }

  /** A module as a plan names it: a path with or without extension, a Python name, or a package. */
  async find(name: string): Promise<Resolution> {
    const path = resolveFrom("", name.replace(/^\.\//u, ""));
    const file =
      path === undefined
        ? undefined
        : await this.#first([...scriptCandidates(path), `${path}.py`, joinPath(path, "__init__.py")]);
    if (file !== undefined) return { kind: "file", path: file };
    const dotted = /^[A-Za-z_][\w.]*$/u.test(name)
      ? await this.#first(pythonCandidates(name, "main.py"))
      : undefined;
    if (dotted !== undefined) return { kind: "file", path: dotted };
    if ((await this.text("package.json")) !== null) {
      const found = await this.#script(name, "main.ts");
      if (found.kind === "package" || found.kind === "file") return found;
    }
    return /^[A-Za-z_][\w.]*$/u.test(name) ? await this.#python(name, "main.py") : { kind: "missing" };
  }

  /** Text of a file; null when there is none. Read once. */
  text(path: string): Promise<string | null> {
    let text = this.#texts.get(path);
    if (text === undefined) {
      const parsed = parseWorkspacePath(path);
      if (!parsed.ok) return Promise.resolve(null);
      text = this.#files
        .read(path)
        .then((content) => (content === null ? null : new TextDecoder().decode(content.bytes)));
      this.#texts.set(path, text);
    }
    return text;
  }

  async #script(module: string, fromFile: string): Promise<Resolution> {
    const folder = parentOf(fromFile);
    if (module.startsWith(".")) {
      const target = resolveFrom(folder, module);
      return await this.#file(target === undefined ? [] : scriptCandidates(target));
    }
    if (module.startsWith("/") || /^[a-z]+:/u.test(module))
      return { kind: isNodeBuiltin(module) ? "package" : "unknown" };
    if (isNodeBuiltin(module)) return { kind: "package" };
    const aliased = await this.#alias(module, folder);
    if (aliased !== undefined) return aliased;
    if (await this.#declared(packageOf(module), folder)) return { kind: "package" };
    // `#x`, `~/x` and `@/x` are aliases of a bundler, whose configuration is a program.
    return { kind: /^[#~]|^@\//u.test(module) ? "unknown" : "missing" };
  }

  async #declared(name: string, folder: string): Promise<boolean> {
    const types = `@types/${name.startsWith("@") ? name.slice(1).replace("/", "__") : name}`;
    for (let at = folder; ; at = parentOf(at)) {
      const manifest = objectOf(await this.#data(joinPath(at, "package.json")));
      if (manifest["name"] === name) return true;
      const fields = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
      if (fields.some((field) => name in objectOf(manifest[field]) || types in objectOf(manifest[field])))
        return true;
      if (at === "") return false;
    }
  }

  /** `paths` and `baseUrl` of the nearest tsconfig; undefined when none of them speaks of the module. */
  async #alias(module: string, folder: string): Promise<Resolution | undefined> {
    for (let at = folder; ; at = parentOf(at)) {
      const config = await this.#compilerOptions(joinPath(at, "tsconfig.json"), at, 0);
      if (config !== undefined) return await this.#byPaths(module, config);
      if (at === "") return undefined;
    }
  }

  async #byPaths(module: string, config: CompilerPaths): Promise<Resolution | undefined> {
    for (const [pattern, targets] of Object.entries(config.paths)) {
      const [before = "", after] = pattern.split("*");
      const fits =
        after === undefined ? module === pattern : module.startsWith(before) && module.endsWith(after);
      if (!fits || !Array.isArray(targets) || pattern === "*") continue;
      const middle = module.slice(before.length, module.length - (after?.length ?? 0));
      const candidates = targets.flatMap((target) => {
        const path = resolveFrom(config.base, String(target).replace("*", middle));
        return path === undefined ? [] : scriptCandidates(path);
      });
      return await this.#file(candidates);
    }
    if (config.baseUrl === undefined) return undefined;
    const path = resolveFrom(config.baseUrl, module);
    const found = path === undefined ? undefined : await this.#first(scriptCandidates(path));
    return found === undefined ? undefined : { kind: "file", path: found };
  }

  async #compilerOptions(path: string, folder: string, depth: number): Promise<CompilerPaths | undefined> {
    const data = await this.#data(path);
    if (data === undefined) return undefined;
    const options = objectOf(objectOf(data)["compilerOptions"]);
    const extended = objectOf(data)["extends"];
    const parent =
      typeof extended === "string" && extended.startsWith(".") ? resolveFrom(folder, extended) : undefined;
    const inherited =
      parent === undefined || depth > 5
        ? undefined
        : await this.#compilerOptions(
            parent.endsWith(".json") ? parent : `${parent}.json`,
            parentOf(parent),
            depth + 1,
          );
    const baseUrl =
      typeof options["baseUrl"] === "string" ? resolveFrom(folder, options["baseUrl"]) : inherited?.baseUrl;
    const own = options["paths"] !== undefined;
    return {
      baseUrl,
      base: own ? (baseUrl ?? folder) : (inherited?.base ?? folder),
      paths: own ? objectOf(options["paths"]) : (inherited?.paths ?? {}),
    };
  }

  async #python(module: string, fromFile: string): Promise<Resolution> {
    const candidates = pythonCandidates(module, fromFile);
    const file = await this.#first(candidates);
    if (file !== undefined) return { kind: "file", path: file };
    const isNamespace = await this.#isFolder(candidates);
    if (isNamespace) return { kind: "package" };
    if (module.startsWith(".")) return { kind: "missing" };
    const top = module.split(".")[0] ?? module;
    if (isPythonStandardModule(top) || (await this.#declaredPython(top, fromFile)))
      return { kind: "package" };
    // A package of the workspace itself without such a module in it is wrong; a name from nowhere may be installed.
    const isOurs = module !== top && (await this.#first(pythonCandidates(top, fromFile))) !== undefined;
    return { kind: isOurs ? "missing" : "unknown" };
  }

  async #declaredPython(module: string, fromFile: string): Promise<boolean> {
    const names = [
      "pyproject.toml",
      "requirements.txt",
      "requirements-dev.txt",
      "dev-requirements.txt",
      "setup.cfg",
      "setup.py",
      "Pipfile",
    ];
    for (const folder of searchFolders(parentOf(fromFile))) {
      for (const name of names) {
        const text = await this.text(joinPath(folder, name));
        if (text !== null && declaresPythonModule(text, module)) return true;
      }
    }
    return false;
  }

  /** A folder without an `__init__.py` is a package as well. */
  async #isFolder(candidates: readonly string[]): Promise<boolean> {
    for (const candidate of candidates) {
      if (candidate.endsWith("/__init__.py") && (await this.#stat(parentOf(candidate))) === "directory")
        return true;
    }
    return false;
  }

  async #file(candidates: readonly string[]): Promise<Resolution> {
    const path = await this.#first(candidates);
    return path === undefined ? { kind: "missing" } : { kind: "file", path };
  }

  async #first(candidates: readonly string[]): Promise<string | undefined> {
    for (const candidate of candidates) {
      if ((await this.#stat(candidate)) === "file") return candidate;
    }
    return undefined;
  }

  /** What no path can be is no file either: module names come from anybody's code. */
  async #stat(path: string): Promise<"file" | "directory" | "other" | null> {
    const parsed = parseWorkspacePath(path);
    return parsed.ok ? await this.#files.stat(parsed.value) : null;
  }

  async #data(path: string): Promise<JsonValue | undefined> {
    const text = await this.text(path);
    if (text === null) return undefined;
    const parsed = parseData(path, text);
    return parsed.ok ? parsed.value : undefined;
  }
}

interface CompilerPaths {
  readonly baseUrl: string | undefined;
  readonly base: string;
  readonly paths: JsonObject;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
