import { isSecretFile } from "../../core/change/path/secretFile";
import { parseWorkspacePath } from "../../core/change/path/workspacePath";
import type { JsonValue } from "../../core/json";
import type { Predicate } from "../../core/plan/plan";
import { parseData, sameJson, valueAt } from "../../core/validation/scan/dataDocument";
import type { PredicateContext, PredicateFinding } from "./predicateContext";

const mostFiles = 5000;
const mostBytes = 5 * 1024 * 1024;

export async function fileExists(path: string, context: PredicateContext): Promise<PredicateFinding> {
  const t = context.translate;
  const found = await matchingFiles(path, context);
  if ("refused" in found) return found.refused;
  const [first] = found.paths;
  if (first === undefined)
    return failed(isGlob(path) ? t("No file matches {0}", path) : t("{0} does not exist", path));
  return passed(
    isGlob(path) ? t("Files that match {1}: {0}", found.paths.length, path) : t("{0} exists", first),
  );
}

export async function fileAbsent(path: string, context: PredicateContext): Promise<PredicateFinding> {
  const t = context.translate;
  const found = await matchingFiles(path, context);
  if ("refused" in found) return found.refused;
  const [first] = found.paths;
  return first === undefined ? passed(t("{0} does not exist", path)) : failed(t("{0} exists", first));
}

export async function directoryExists(path: string, context: PredicateContext): Promise<PredicateFinding> {
  const t = context.translate;
  const parsed = parseWorkspacePath(path, { allowRoot: true });
  if (!parsed.ok) return failed(parsed.error.message);
  const kind = parsed.value === "" ? "directory" : await context.files.stat(parsed.value);
  if (kind === "directory") return passed(t("{0} is a folder", path));
  return failed(kind === null ? t("{0} does not exist", path) : t("{0} is not a folder", path));
}

export async function patternPresent(
  path: string,
  pattern: string,
  context: PredicateContext,
): Promise<PredicateFinding> {
  return patternFinding(path, pattern, context, { found: passed, absent: failed });
}

export async function patternAbsent(
  path: string,
  pattern: string,
  context: PredicateContext,
): Promise<PredicateFinding> {
  return patternFinding(path, pattern, context, { found: failed, absent: passed });
}

export async function jsonPath(predicate: Predicate, context: PredicateContext): Promise<PredicateFinding> {
  const t = context.translate;
  const { path = "", pointer = "", equals } = predicate;
  const text = await readText(path, context);
  if (typeof text !== "string") return text;
  const data = parseData(path, text);
  if (isSecretFile(path)) return secretJsonPath(data.ok ? data.value : undefined, predicate, context);
  if (!data.ok) return failed(t("{0} cannot be read: {1}", path, data.error));
  const value = valueAt(data.value, pointer);
  if (value === undefined) return failed(t("{0} has nothing at {1}", path, pointer));
  if (equals === undefined || sameJson(value, equals))
    return passed(t("{0} has {1} at {2}", path, shown(value), pointer));
  return failed(t("{0} has {1} at {2}, expected {3}", path, shown(value), pointer, shown(equals)));
}

/** What is found here goes into prompts, logs and events: of a secret file only whether it is as wanted. */
function secretJsonPath(
  data: JsonValue | undefined,
  { path = "", pointer = "", equals }: Predicate,
  { translate: t }: PredicateContext,
): PredicateFinding {
  const value = data === undefined ? undefined : valueAt(data, pointer);
  if (value === undefined) return failed(t("{0} has nothing at {1}", path, pointer));
  return equals === undefined || sameJson(value, equals)
    ? passed(t("{0} has what is wanted at {1}; secret files are not quoted", path, pointer))
    : failed(t("{0} has not what is wanted at {1}; secret files are not quoted", path, pointer));
}

/** Text of a file that a plan names, or the finding that says why there is none. */
export async function readText(path: string, context: PredicateContext): Promise<string | PredicateFinding> {
  const t = context.translate;
  const parsed = parseWorkspacePath(path);
  if (!parsed.ok) return failed(parsed.error.message);
  const content = await context.files.read(parsed.value);
  if (content === null) return failed(t("{0} does not exist", path));
  if (content.bytes.length > mostBytes)
    return { status: "not_verified", summary: t("{0} is larger than {1} MB", path, mostBytes >> 20) };
  return new TextDecoder().decode(content.bytes);
}

/** Says where the pattern matches, or that it does not; the caller knows which of the two is wanted. */
async function patternFinding(
  path: string,
  pattern: string,
  context: PredicateContext,
  verdict: {
    readonly found: (summary: string) => PredicateFinding;
    readonly absent: (summary: string) => PredicateFinding;
  },
): Promise<PredicateFinding> {
  const t = context.translate;
  const search = await searchFiles(path, pattern, context);
  if ("refused" in search) return search.refused;
  const { hit, files } = search;
  if (hit !== undefined)
    return verdict.found(
      isSecretFile(hit.path)
        ? t("{0} matches {1}", hit.path, pattern)
        : t("{0} line {1} matches {2}", hit.path, hit.line, pattern),
    );
  return verdict.absent(
    files === 1
      ? t("{0} has no match for {1}", path, pattern)
      : t("None of {0} files has a match for {1}", files, pattern),
  );
}

interface Search {
  readonly hit: { readonly path: string; readonly line: number } | undefined;
  readonly files: number;
}

interface Refused {
  readonly refused: PredicateFinding;
}

/** The first match in the file or in any file of a glob. No file to look at is never taken for the absence of a match. */
async function searchFiles(
  path: string,
  pattern: string,
  context: PredicateContext,
): Promise<Search | Refused> {
  const t = context.translate;
  const found = await matchingFiles(path, context);
  if ("refused" in found) return found;
  if (found.paths.length === 0) {
    return {
      refused: isGlob(path)
        ? { status: "not_verified", summary: t("No file matches {0}", path) }
        : failed(t("{0} does not exist", path)),
    };
  }
  for (const file of found.paths) {
    const text = await readText(file, context);
    if (typeof text !== "string") return { refused: text };
    const match = await context.patterns.match(pattern, text, context.signal);
    switch (match.status) {
      case "found":
        return { hit: { path: file, line: match.line }, files: found.paths.length };
      case "invalid":
        return {
          refused: {
            status: "not_verified",
            summary: t("The pattern is no regular expression: {0}", match.message),
          },
        };
      case "timed_out":
        return {
          refused: { status: "timed_out", summary: t("Matching {0} in {1} took too long", pattern, file) },
        };
      case "absent":
    }
  }
  return { hit: undefined, files: found.paths.length };
}

async function matchingFiles(
  path: string,
  context: PredicateContext,
): Promise<{ readonly paths: readonly string[] } | Refused> {
  const t = context.translate;
  if (isGlob(path)) {
    const listing = await context.files.list({ glob: path.replace(/^\.\//u, ""), limit: mostFiles });
    if (listing.truncated)
      return {
        refused: { status: "not_verified", summary: t("More than {0} files match {1}", mostFiles, path) },
      };
    return { paths: listing.paths };
  }
  const parsed = parseWorkspacePath(path);
  if (!parsed.ok) return { refused: failed(parsed.error.message) };
  const kind = await context.files.stat(parsed.value);
  return { paths: kind === "file" ? [parsed.value] : [] };
}

function isGlob(path: string): boolean {
  return /[*?{[]/u.test(path);
}

export function passed(summary: string): PredicateFinding {
  return { status: "passed", summary };
}

export function failed(summary: string): PredicateFinding {
  return { status: "failed", summary };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
