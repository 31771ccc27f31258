import { isDependencyFile, isLockFile } from "../validation/detect/dependencyFiles";
import { buildHunks } from "./diff/buildHunks";
import type { ChangeSet, FileChange, Hunk } from "./changeSet";
import { gitBlobId, sha256Hex } from "./text/contentHash";
import { fileScope } from "./path/fileScope";
import { isProtected } from "./path/protectedFiles";
import { decodeText } from "./text/textBytes";

/** Both sides of one changed file; null where it does not exist. Modes are git's, such as 100644. */
export interface ChangedFile {
  readonly path: string;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
  readonly mode_before: string | null;
  readonly mode_after: string | null;
}

export interface ChangeSetOptions {
  /** The task's `file_scope.write`; null when the task has none, then everything is in scope. */
  readonly scope: readonly string[] | null;
}

/**
 * Describes a proposed change: files by path, hunks numbered through. Files whose sides do not differ are left out.
 * The hash covers paths, modes and the sha256 of both contents, so the same change has the same hash wherever and
 * whenever it is computed.
 */
export function buildChangeSet(changed: readonly ChangedFile[], options: ChangeSetOptions): ChangeSet {
  const written = fileScope(options.scope);
  const manifests = changed.filter(
    ({ path }) => isDependencyFile(path) && !isLockFile(path) && written(path),
  );
  // What an install writes follows from the manifest that the task may write.
  const inScope = (path: string): boolean => written(path) || (isLockFile(path) && manifests.length > 0);
  const different = changed.filter(differs).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const files: FileChange[] = [];
  let number = 1;
  for (const file of different) {
    const text = {
      before: textOf(file.before, file.mode_before),
      after: textOf(file.after, file.mode_after),
    };
    const hunks = hunksOf(file, text, number);
    number += hunks.length;
    files.push({
      path: file.path,
      kind: kindOf(file),
      before: file.before === null ? null : gitBlobId(file.before),
      after: file.after === null ? null : gitBlobId(file.after),
      mode_before: file.before === null ? null : file.mode_before,
      mode_after: file.after === null ? null : file.mode_after,
      binary: text.before === null || text.after === null,
      out_of_scope: !inScope(file.path),
      protected: isProtected(file.path) || isSpecial(file.mode_before) || isSpecial(file.mode_after),
      hunks,
    });
  }
  return { hash: hashOf(different), files };
}

function differs(file: ChangedFile): boolean {
  if (file.before === null || file.after === null) return file.before !== file.after;
  return file.mode_before !== file.mode_after || !sameBytes(file.before, file.after);
}

function kindOf(file: ChangedFile): FileChange["kind"] {
  if (file.before === null) return "add";
  if (file.after === null) return "delete";
  return sameBytes(file.before, file.after) ? "mode" : "modify";
}

/** Symbolic links and submodules: their content is not text that a person could take in part. */
function isSpecial(mode: string | null): boolean {
  return mode !== null && !mode.startsWith("100");
}

/** The text of a side, `""` for a side that does not exist, null for what is handled as a whole. */
function textOf(bytes: Uint8Array | null, mode: string | null): string | null {
  if (bytes === null) return "";
  return isSpecial(mode) ? null : decodeText(bytes);
}

/**
 * A binary file is one hunk without lines. So are an empty file that comes or goes and a change of mode; a mode that
 * changes along with the text is the first hunk of its file.
 */
function hunksOf(
  file: ChangedFile,
  text: { readonly before: string | null; readonly after: string | null },
  number: number,
): Hunk[] {
  const whole: Hunk = { number, before_start: 0, before_lines: 0, after_start: 0, after_lines: 0, lines: [] };
  if (text.before === null || text.after === null) return [whole];
  const modeChanged = file.before !== null && file.after !== null && file.mode_before !== file.mode_after;
  const hunks = buildHunks(text.before, text.after, modeChanged ? number + 1 : number);
  if (modeChanged) return [whole, ...hunks];
  return hunks.length === 0 ? [whole] : hunks;
}

function hashOf(files: readonly ChangedFile[]): string {
  const described = files.map((file) => [
    file.path,
    file.before === null ? null : [file.mode_before, sha256Hex(file.before)],
    file.after === null ? null : [file.mode_after, sha256Hex(file.after)],
  ]);
  return sha256Hex(JSON.stringify(["masterplan.change.1", described]));
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
