import { MasterPlanError } from "../../errors";
import { err, ok, type Result } from "../../result";
import { applyPatchHunks } from "./applyPatchHunks";
import type { AuthorizedOperations, CurrentFile } from "./authorizeOperations";
import { sameBytes } from "../buildChangeSet";
import { canonicalPath } from "../path/canonicalPath";
import {
  editProblem,
  type EditOperation,
  type EditProblem,
  type Replacement,
  type WriteOperation,
} from "./editOperation";
import { decodeFile, encodeLike, linesLike, type DecodedFile } from "../text/fileEncoding";
import { hashOperations } from "./hashOperations";
import { replaceText } from "./replaceText";
import { encodeText } from "../text/textBytes";

/** What the file port writes; shaped like its `FileWrite`. */
export type PlannedWrite =
  | { readonly kind: "write"; readonly path: string; readonly bytes: Uint8Array; readonly mode: number }
  | { readonly kind: "delete"; readonly path: string };

/**
 * Carries the operations out on the given contents, in order. Either all of them apply, and the result says what to
 * write, or nothing does, and each problem tells the model what it would have needed. `files` must hold every path.
 */
export function applyOperations(
  files: ReadonlyMap<string, CurrentFile | null>,
  authorized: AuthorizedOperations,
): Result<readonly PlannedWrite[], readonly EditProblem[]> {
  if (hashOperations(authorized.operations) !== authorized.hash) {
    throw new MasterPlanError("internal", "The operations are not those that were authorized");
  }
  const tree = new Map<string, CurrentFile | null>();
  const problems: EditProblem[] = [];
  const read = (path: string): CurrentFile | null => {
    const changed = tree.get(path);
    if (changed !== undefined) return changed;
    const current = files.get(path);
    if (current === undefined)
      throw new MasterPlanError("internal", `The content of ${path} was not given, expected bytes or null`);
    return current;
  };
  authorized.operations.forEach((operation, index) => {
    const message = applyOperation(operation, read, tree);
    if (message !== null) problems.push(editProblem(index, operation.path, `${operation.path}: ${message}`));
  });
  if (problems.length === 0) problems.push(...folderProblems(tree));
  if (problems.length > 0) return err(problems);
  return ok(toWrites(files, tree));
}

type Read = (path: string) => CurrentFile | null;
type Tree = Map<string, CurrentFile | null>;

function applyOperation(operation: EditOperation, read: Read, tree: Tree): string | null {
  const current = read(operation.path);
  if (operation.kind === "write") return write(operation, current, tree);
  if (current === null) {
    if (operation.kind === "replace") return createByReplace(operation, tree);
    return "there is no such file";
  }
  if (operation.kind === "move") return move(operation, current, read, tree);
  if (operation.kind === "delete") {
    if (operation.lines !== null && !holdsLines(current, operation.lines))
      return "the file to delete holds other lines than the patch says";
    tree.set(operation.path, null);
    return null;
  }
  const file = decodeFile(current.bytes);
  if (file === null) return "the file is binary and cannot be edited as text";
  const edited =
    operation.kind === "patch"
      ? applyPatchHunks(file.text, operation.hunks)
      : replaceAll(file, operation.edits);
  if (!edited.ok) return edited.error;
  return store(operation.path, current, file, edited.value, tree);
}

function write(operation: WriteOperation, current: CurrentFile | null, tree: Tree): string | null {
  if (current === null) {
    tree.set(operation.path, {
      bytes: encodeText(operation.content),
      mode: operation.executable ? 0o755 : 0o644,
    });
    return null;
  }
  if (operation.create) return "the file exists already; change it instead of adding it";
  const file = decodeFile(current.bytes);
  if (file === null) return "the file is binary and cannot be replaced by text";
  const content = linesLike(file.original, operation.content).replace(/^\ufeff/u, "");
  return store(
    operation.path,
    current,
    file,
    withFinalNewline(content, file.text, operation.loose_end),
    tree,
  );
}

/**
 * The file keeps its way to end: with a final newline or without one. Only where adding it is all that the text says,
 * and its form can say so, it is meant.
 */
function withFinalNewline(content: string, present: string, looseEnd: boolean): string {
  if (content === "" || present === "") return content;
  if (present.endsWith("\n")) return content.endsWith("\n") ? content : `${content}\n`;
  return content === `${present}\n` && !looseEnd ? content : content.replace(/\n$/u, "");
}

function createByReplace(operation: Extract<EditOperation, { kind: "replace" }>, tree: Tree): string | null {
  const [only, second] = operation.edits;
  if (only === undefined || second !== undefined || only.search.trim() !== "") return "there is no such file";
  tree.set(operation.path, { bytes: encodeText(only.replace), mode: 0o644 });
  return null;
}

function move(
  operation: Extract<EditOperation, { kind: "move" }>,
  current: CurrentFile,
  read: Read,
  tree: Tree,
): string | null {
  if (operation.path === operation.to) return "the file is moved onto itself";
  const isRespelling = canonicalPath(operation.path) === canonicalPath(operation.to);
  if (!isRespelling && read(operation.to) !== null) return `${operation.to} exists already`;
  tree.set(operation.path, null);
  tree.set(operation.to, current);
  return null;
}

function replaceAll(file: DecodedFile, edits: readonly Replacement[]): Result<string, string> {
  let result = file.text;
  for (const [index, { search, replace }] of edits.entries()) {
    const replaced = replaceText(result, {
      search: linesLike(file.original, search),
      replace: linesLike(file.original, replace),
    });
    if (!replaced.ok)
      return err(edits.length === 1 ? replaced.error : `edit ${index + 1}: ${replaced.error}`);
    result = replaced.value;
  }
  return ok(result);
}

function store(
  path: string,
  current: CurrentFile,
  file: DecodedFile,
  text: string,
  tree: Tree,
): string | null {
  const bytes = encodeLike(file, text);
  if (!bytes.ok) return bytes.error;
  tree.set(path, { bytes: bytes.value, mode: current.mode });
  return null;
}

function holdsLines(current: CurrentFile, lines: readonly string[]): boolean {
  const text = decodeFile(current.bytes)?.text.replace(/\n$/u, "");
  return text === lines.join("\n");
}

/** A path cannot be a file and a folder at once. */
function folderProblems(tree: Tree): EditProblem[] {
  const kept = [...tree].flatMap(([path, file]) => (file === null ? [] : [path]));
  const folders = new Set(
    kept.flatMap((path) => path.split("/").map((_, depth, parts) => parts.slice(0, depth).join("/"))),
  );
  return kept
    .filter((path) => folders.has(path))
    .map((path) => editProblem(null, path, `${path} would be a file and a folder`));
}

function toWrites(files: ReadonlyMap<string, CurrentFile | null>, tree: Tree): PlannedWrite[] {
  const writes: PlannedWrite[] = [];
  for (const path of [...tree.keys()].sort()) {
    const before = files.get(path) ?? null;
    const after = tree.get(path) ?? null;
    if (after === null) {
      if (before !== null) writes.push({ kind: "delete", path });
    } else if (before?.mode !== after.mode || !sameBytes(before.bytes, after.bytes)) {
      writes.push({ kind: "write", path, bytes: after.bytes, mode: after.mode });
    }
  }
  return writes;
}
