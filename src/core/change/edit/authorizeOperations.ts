import { err, ok, type Result } from "../../result";
import { canonicalPath } from "../path/canonicalPath";
import { placeholderLine, shrinkProblem } from "./editGuards";
import { editProblem, pathsOf, type EditOperation, type EditProblem } from "./editOperation";
import { decodeFile } from "../text/fileEncoding";
import { fileScope } from "../path/fileScope";
import { hashOperations } from "./hashOperations";
import { nestedRepository } from "../path/nestedRepository";
import { isProtected } from "../path/protectedFiles";
import { unchangeableText, type UnchangeablePath } from "../path/unchangeable";
import { parseWorkspacePath } from "../path/workspacePath";

declare const authorizedBrand: unique symbol;

/** Operations that passed the gate, with clean paths. Only `authorizeOperations` makes one. */
export interface AuthorizedOperations {
  readonly [authorizedBrand]: true;
  readonly operations: readonly EditOperation[];
  /** Names exactly these operations; what was shown is what is applied. */
  readonly hash: string;
  /** Members of the protected class: they may be proposed, and wait for their own review. */
  readonly protected_files: readonly string[];
  /** Files outside the task's scope: proposed by name, not accepted unless a person does. */
  readonly out_of_scope: readonly string[];
}

/** A file as it is now. Mode holds POSIX permission bits. */
export interface CurrentFile {
  readonly bytes: Uint8Array;
  readonly mode: number;
}

export interface AuthorizeOptions {
  /** The task's `file_scope.write`; null when it has none. */
  readonly scope: readonly string[] | null;
  /** Present content of every path that the operations name; null where there is no file. */
  readonly files: ReadonlyMap<string, CurrentFile | null>;
  /** Paths that the attempt created before: parts of a nested repository may come one by one. */
  readonly created?: readonly string[];
  /** Of the paths that the operations name, those in a nested repository or a submodule, or kept through a filter. */
  readonly unchangeable?: readonly UnchangeablePath[];
}

/** The paths to read before authorising and applying; a path that the gate refuses is left out. */
export function pathsToRead(operations: readonly EditOperation[]): readonly string[] {
  const paths = new Set<string>();
  for (const path of operations.flatMap(pathsOf)) {
    const parsed = parseWorkspacePath(path);
    if (parsed.ok) paths.add(parsed.value);
  }
  return [...paths];
}

/** The one gate for writing, editing, patching, deleting and moving. All operations pass or none. */
export function authorizeOperations(
  operations: readonly EditOperation[],
  options: AuthorizeOptions,
): Result<AuthorizedOperations, readonly EditProblem[]> {
  const problems: EditProblem[] = [];
  if (operations.length > maxOperations) {
    return err([
      editProblem(null, null, `${operations.length} operations at once, expected at most ${maxOperations}`),
    ]);
  }
  const cleaned = operations.map((operation, index) => cleanPaths(operation, index, problems));
  if (problems.length > 0) return err(problems);
  cleaned.forEach((operation, index) => {
    const message = guardProblem(operation, options.files);
    if (message !== null) problems.push(editProblem(index, operation.path, `${operation.path}: ${message}`));
  });
  const paths = [...new Set(cleaned.flatMap(pathsOf))].sort();
  problems.push(...setProblems(paths, cleaned, options));
  if (problems.length > 0) return err(problems);
  const inScope = fileScope(options.scope);
  const authorized: Omit<AuthorizedOperations, typeof authorizedBrand> = {
    operations: cleaned,
    hash: hashOperations(cleaned),
    protected_files: paths.filter(isProtected),
    out_of_scope: paths.filter((path) => !inScope(path)),
  };
  return ok(authorized as AuthorizedOperations);
}

const maxOperations = 500;
const maxContent = 4 * 1024 * 1024;

function cleanPaths(operation: EditOperation, index: number, problems: EditProblem[]): EditOperation {
  const clean = (path: string): string => {
    const parsed = parseWorkspacePath(path);
    if (parsed.ok) return parsed.value;
    problems.push({
      code: parsed.error.code,
      operation: index,
      path: parsed.error.path,
      message: parsed.error.message,
    });
    return path;
  };
  const path = clean(operation.path);
  return operation.kind === "move" ? { ...operation, path, to: clean(operation.to) } : { ...operation, path };
}

function guardProblem(operation: EditOperation, files: AuthorizeOptions["files"]): string | null {
  if (sizeOf(operation) > maxContent) return `the text is larger than ${maxContent} bytes`;
  const current = files.get(operation.path) ?? null;
  const before = current === null ? "" : (decodeFile(current.bytes)?.text ?? "");
  const placeholder = placeholderLine(operation, before);
  if (placeholder !== null) {
    return `the line ${JSON.stringify(placeholder.slice(0, 100))} stands for text that is left out; write the text itself`;
  }
  if (operation.kind !== "write" || current === null) return null;
  return shrinkProblem(before, operation.content);
}

function sizeOf(operation: EditOperation): number {
  if (operation.kind === "write") return operation.content.length;
  if (operation.kind === "replace")
    return operation.edits.reduce((sum, edit) => sum + edit.search.length + edit.replace.length, 0);
  if (operation.kind !== "patch") return 0;
  return operation.hunks.reduce(
    (sum, hunk) => sum + hunk.lines.reduce((size, line) => size + line.text.length + 1, 0),
    0,
  );
}

/** What only shows in the set or on the disk: two spellings of one file, parts of a repository, paths of another one. */
function setProblems(
  paths: readonly string[],
  operations: readonly EditOperation[],
  options: AuthorizeOptions,
): EditProblem[] {
  const problems: EditProblem[] = [];
  const spellings = new Map<string, string>();
  const renamed = new Set(
    operations.flatMap((operation) => (operation.kind === "move" ? [operation.path] : [])),
  );
  for (const path of [...(options.created ?? []), ...paths]) {
    const canonical = canonicalPath(path);
    const other = spellings.get(canonical);
    if (other !== undefined && other !== path && !renamed.has(other) && !renamed.has(path)) {
      problems.push(editProblem(null, path, `${path} and ${other} are the same file on some systems`));
    }
    spellings.set(canonical, path);
  }
  for (const one of options.unchangeable ?? []) {
    if (!paths.includes(one.path)) continue;
    problems.push({
      code: "path.forbidden",
      operation: null,
      path: one.path,
      message: unchangeableText(one),
    });
  }
  const folder = nestedRepository([...(options.created ?? []), ...paths]);
  if (folder !== null) {
    const where = folder === "" ? "the workspace root" : folder;
    problems.push({
      code: "path.forbidden",
      operation: null,
      path: folder,
      message: `The files would make a git repository of ${where}`,
    });
  }
  return problems;
}
