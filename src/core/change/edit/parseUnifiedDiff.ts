import { err, ok, type Result } from "../../result";
import { editProblem, type EditOperation, type EditProblem, type PatchHunk } from "./editOperation";
import { parseHunkBody, parseHunkHeader } from "./parseHunkBody";

export interface ParsedDiff {
  readonly operations: readonly EditOperation[];
  /** Index of the first line that is no part of the diff. */
  readonly next: number;
}

/** True where a unified diff begins: a git header, or old and new names above each other. */
export function startsUnifiedDiff(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? "";
  if (/^diff --git \S/u.test(line)) return true;
  return /^--- \S/u.test(line) && /^\+\+\+ \S/u.test(lines[index + 1] ?? "");
}

/** Reads the files of a diff from `start` until something else comes. Refuses modes, links and binary content. */
export function parseUnifiedDiff(lines: readonly string[], start: number): Result<ParsedDiff, EditProblem> {
  const operations: EditOperation[] = [];
  let index = start;
  for (;;) {
    while (lines[index]?.trim() === "") index++;
    if (!startsUnifiedDiff(lines, index)) break;
    const header = parseHeader(lines, index);
    const hunks: PatchHunk[] = [];
    index = header.next;
    for (;;) {
      const line = lines[index];
      const parsed = line === undefined ? null : parseHunkHeader(line);
      if (parsed === null) break;
      const body = parseHunkBody(lines, index + 1, parsed.counts);
      if (body === null) return err(editProblem(null, header.after ?? header.before, unreadable(index)));
      const { anchors, line: at } = parsed;
      hunks.push({ anchors, line: at, at_end: false, final_newline: body.final_newline, lines: body.lines });
      index = body.next;
    }
    const file = toOperations(header, hunks);
    if (!file.ok) return file;
    operations.push(...file.value);
  }
  return ok({ operations, next: index });
}

interface Header {
  readonly before: string | null;
  readonly after: string | null;
  readonly rename: boolean;
  readonly executable: boolean;
  readonly refusal: string | null;
  readonly next: number;
}

function unreadable(index: number): string {
  return `The hunk after line ${index + 1} of the diff cannot be read; every line of it starts with a space, + or -`;
}

function parseHeader(lines: readonly string[], start: number): Header {
  let before: string | null = null;
  let after: string | null = null;
  let [rename, executable] = [false, false];
  let refusal: string | null = null;
  let index = start;
  const git = /^diff --git ("?)a\/(.*)\1 \1b\/(.*?)"?$/u.exec(lines[index] ?? "");
  if (lines[index]?.startsWith("diff --git ") === true) {
    index++;
    before = git?.[2] ?? null;
    after = git?.[3] ?? null;
  }
  for (; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const mode = /^(?:new file mode|deleted file mode|old mode|new mode) (\d+)$/u.exec(line)?.[1];
    if (line.startsWith("new file mode ")) before = null;
    else if (line.startsWith("deleted file mode ")) after = null;
    else if (/^(?:old|new) mode /u.test(line)) refusal = "A patch cannot change the mode of a file";
    else if (/^(?:Binary files |GIT binary patch)/u.test(line))
      refusal = "A patch cannot hold binary content";
    else if (/^rename (?:from|to) /u.test(line)) rename = true;
    else if (/^copy (?:from|to) /u.test(line)) refusal = "A patch cannot copy a file; write the new file";
    else if (!/^(?:index |similarity index |dissimilarity index )/u.test(line)) break;
    if (mode === "100755") executable = true;
    if (mode !== undefined && !mode.startsWith("100")) refusal = "A patch cannot make a link or a submodule";
  }
  if ((lines[index] ?? "").startsWith("--- ") && (lines[index + 1] ?? "").startsWith("+++ ")) {
    [before, after] = namesOf(lines[index] ?? "", lines[index + 1] ?? "");
    index += 2;
  }
  return { before, after, rename, executable, refusal, next: index };
}

function namesOf(oldLine: string, newLine: string): readonly [string | null, string | null] {
  const [before, after] = [fileName(oldLine), fileName(newLine)];
  const prefixed = (before === null || before.startsWith("a/")) && (after === null || after.startsWith("b/"));
  return prefixed ? [before?.slice(2) ?? null, after?.slice(2) ?? null] : [before, after];
}

function fileName(line: string): string | null {
  const text = (line.slice(4).split("\t")[0] ?? "").trimEnd();
  if (text === "/dev/null") return null;
  return text.startsWith('"') && text.endsWith('"') ? unquote(text.slice(1, -1)) : text;
}

/** Git writes bytes outside ASCII as octal escapes. */
function unquote(text: string): string {
  const encoded = text.replace(/\\([0-3][0-7]{2}|.)|%/gu, (_whole, escaped: string | undefined) => {
    if (escaped === undefined) return "%25";
    if (/^\d{3}$/u.test(escaped)) return `%${Number.parseInt(escaped, 8).toString(16).padStart(2, "0")}`;
    return { n: "\n", t: "\t", r: "\r" }[escaped] ?? escaped;
  });
  try {
    return decodeURIComponent(encoded);
  } catch (error) {
    // Octets that are no UTF-8: the name as written will fail at the path gate or name no file.
    if (error instanceof URIError) return text;
    throw error;
  }
}

function toOperations(header: Header, hunks: readonly PatchHunk[]): Result<EditOperation[], EditProblem> {
  const { before, after } = header;
  const path = after ?? before;
  if (header.refusal !== null) return err(editProblem(null, path, header.refusal));
  if (path === null) return err(editProblem(null, null, "The diff names no file"));
  if (before === null) {
    const lines = hunks.flatMap((hunk) => hunk.lines);
    if (lines.some((line) => line.kind !== "add")) {
      return err(editProblem(null, path, "The diff of a new file holds lines that are not added"));
    }
    const end = lines.length === 0 || hunks.at(-1)?.final_newline === false ? "" : "\n";
    const content = lines.map((line) => line.text).join("\n") + end;
    return ok([
      { kind: "write", path, content, create: true, loose_end: false, executable: header.executable },
    ]);
  }
  if (after === null) {
    const lines = hunks.flatMap((hunk) => hunk.lines.map((line) => line.text));
    return ok([{ kind: "delete", path, lines: hunks.length === 0 ? null : lines }]);
  }
  const operations: EditOperation[] = before === after ? [] : [{ kind: "move", path: before, to: after }];
  if (hunks.length > 0) operations.push({ kind: "patch", path: after, hunks });
  if (operations.length === 0) return err(editProblem(null, path, "The diff of the file holds no hunk"));
  return ok(operations);
}
