import { isSecretFile } from "../../core/change/path/secretFile";
import type { ExportedName } from "../../ports/syntaxChecker";
import { failed, passed, readText } from "./filePredicates";
import type { Resolution } from "./importResolver";
import type { PredicateContext, PredicateFinding } from "./predicateContext";

/** How many files a name may be passed on through before it is looked for elsewhere. */
const mostHops = 8;

export async function classAvailable(
  name: string,
  from: string,
  context: PredicateContext,
): Promise<PredicateFinding> {
  const t = context.translate;
  const search = await findExport(name, from, context);
  if ("finding" in search) return search.finding;
  if (search.found === undefined) return failed(t("{0} has no class {1}", search.path, name));
  // A name that was assigned may hold a class; only what is plainly something else is wrong.
  if (search.found.kind === "function" || search.found.kind === "type")
    return failed(t("{0} in {1} is not a class", name, search.path));
  return passed(t("{0} has the class {1}", search.path, name));
}

export async function exportAvailable(
  name: string,
  from: string,
  context: PredicateContext,
): Promise<PredicateFinding> {
  const t = context.translate;
  const search = await findExport(name, from, context);
  if ("finding" in search) return search.finding;
  return search.found === undefined
    ? failed(t("{0} does not export {1}", search.path, name))
    : passed(t("{0} exports {1}", search.path, name));
}

export async function importAvailable(module: string, context: PredicateContext): Promise<PredicateFinding> {
  const t = context.translate;
  const resolution = await context.resolver.find(module);
  switch (resolution.kind) {
    case "file":
      return passed(t("{0} is {1}", module, resolution.path));
    case "package":
      return passed(t("{0} is a declared dependency or part of the platform", module));
    case "missing":
      return failed(t("{0} is neither in the workspace nor declared", module));
    case "unknown":
      return {
        status: "not_verified",
        summary: t("Only running the program could tell where {0} comes from", module),
      };
  }
}

export async function syntaxValid(file: string, context: PredicateContext): Promise<PredicateFinding> {
  const t = context.translate;
  const text = await readText(file, context);
  if (typeof text !== "string") return text;
  const verdict = await context.syntax.check(file, text);
  switch (verdict.status) {
    case "ok":
      return passed(t("{0} parses", file));
    case "error":
      // The fault quotes the text it stands in.
      if (isSecretFile(file)) return failed(t("{0} does not parse", file));
      return failed(t("{0} line {1}: {2}", file, verdict.line, verdict.message));
    case "not_applicable":
      return { status: "not_verified", summary: t("No grammar here knows {0}", file) };
  }
}

export async function importsResolve(file: string, context: PredicateContext): Promise<PredicateFinding> {
  const t = context.translate;
  const text = await readText(file, context);
  if (typeof text !== "string") return text;
  const { missing, unknown, total } = await resolveImports(file, text, context);
  if (isSecretFile(file) && (missing ?? unknown) !== undefined)
    return failed(t("Not all imports of {0} resolve", file));
  if (missing !== undefined)
    return failed(t("{0} line {1}: cannot resolve {2}", file, missing.line, missing.module));
  if (unknown !== undefined) {
    return {
      status: "not_verified",
      summary: t("{0} line {1}: nothing declares {2}", file, unknown.line, unknown.module),
    };
  }
  return passed(t("All imports of {1} resolve ({0})", total, file));
}

interface Import {
  readonly module: string;
  readonly line: number;
}

export interface ImportReport {
  readonly missing: Import | undefined;
  readonly unknown: Import | undefined;
  readonly total: number;
}

/** Looks at the imports on the given lines, or at all of them. */
export async function resolveImports(
  file: string,
  text: string,
  context: Pick<PredicateContext, "syntax" | "resolver">,
  lines?: ReadonlySet<number>,
): Promise<ImportReport> {
  const imports = await context.syntax.imports(file, text);
  let unknown: Import | undefined;
  let total = 0;
  for (const one of imports) {
    if (lines !== undefined && !lines.has(one.line)) continue;
    total += 1;
    const resolution = await context.resolver.resolve(one.module, file);
    if (resolution.kind === "missing") return { missing: one, unknown, total };
    if (resolution.kind === "unknown") unknown ??= one;
  }
  return { missing: undefined, unknown, total };
}

type ExportSearch =
  | { readonly path: string; readonly found: ExportedName | undefined }
  | { readonly finding: PredicateFinding };

async function findExport(name: string, from: string, context: PredicateContext): Promise<ExportSearch> {
  const t = context.translate;
  const resolution = await context.resolver.find(from);
  if (resolution.kind === "missing") return { finding: failed(t("{0} does not exist", from)) };
  if (resolution.kind !== "file") {
    return {
      finding: {
        status: "not_verified",
        summary: t("{0} is outside the workspace, so its exports are not known", from),
      },
    };
  }
  return { path: resolution.path, found: await exportOf(name, resolution, context, new Set()) };
}

/** Follows names that a file passes on from another one. */
async function exportOf(
  name: string,
  resolution: Resolution,
  context: PredicateContext,
  seen: Set<string>,
): Promise<ExportedName | undefined> {
  if (resolution.kind !== "file" || seen.has(resolution.path) || seen.size >= mostHops) return undefined;
  seen.add(resolution.path);
  const text = await context.resolver.text(resolution.path);
  const names = await context.syntax.exports(resolution.path, text ?? "");
  const direct = names.find((exported) => exported.name === name);
  if (direct !== undefined) {
    if (direct.from === undefined) return direct;
    const origin = await context.resolver.resolve(direct.from, resolution.path);
    return (await exportOf(name, origin, context, seen)) ?? (origin.kind === "missing" ? undefined : direct);
  }
  for (const all of names.filter((exported) => exported.name === "*" && exported.from !== undefined)) {
    const found = await exportOf(
      name,
      await context.resolver.resolve(all.from ?? "", resolution.path),
      context,
      seen,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}
