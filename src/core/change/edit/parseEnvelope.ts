import { err, ok, type Result } from "../../result";
import { editProblem, type EditOperation, type EditProblem, type PatchHunk } from "./editOperation";
import { parseHunkBody, parseHunkHeader } from "./parseHunkBody";

export const envelopeStart = /^\s*\*\*\* Begin Patch\s*$/u;
export const envelopeEnd = /^\s*\*\*\* End Patch\s*$/u;

/** Reads the lines between `*** Begin Patch` and `*** End Patch`. A directive it does not know is refused. */
export function parseEnvelope(lines: readonly string[]): Result<EditOperation[], EditProblem> {
  const operations: EditOperation[] = [];
  let index = 0;
  while (index < lines.length) {
    const line = lines[index] ?? "";
    if (line.trim() === "") {
      index++;
      continue;
    }
    const directive = /^\*\*\* (Add|Update|Delete) File: (.+)$/u.exec(line.trimEnd());
    const path = directive?.[2]?.trim() ?? "";
    const section = sectionEnd(lines, index + 1);
    const body = lines.slice(index + 1, section);
    const parsed =
      directive === null
        ? err(editProblem(null, null, `Line ${index + 1} of the patch is no directive: ${line.slice(0, 80)}`))
        : parseSection(directive[1] ?? "", path, body);
    if (!parsed.ok) return parsed;
    operations.push(...parsed.value);
    index = section;
  }
  if (operations.length === 0) return err(editProblem(null, null, "The patch changes no file"));
  return ok(operations);
}

/** Where the next file begins. Inside a file only `Move to` and `End of File` are directives. */
function sectionEnd(lines: readonly string[], start: number): number {
  let index = start;
  while (index < lines.length && !/^\*\*\* (?!Move to: |End of File\s*$)/u.test(lines[index] ?? "")) index++;
  return index;
}

function parseSection(
  directive: string,
  path: string,
  body: readonly string[],
): Result<EditOperation[], EditProblem> {
  if (directive === "Add") return parseAddition(path, body);
  if (directive === "Update") return parseUpdate(path, body);
  if (body.some((line) => line.trim() !== "")) {
    return err(editProblem(null, path, "Delete File is followed by lines; expected the next directive"));
  }
  return ok([{ kind: "delete", path, lines: null }]);
}

function parseAddition(path: string, body: readonly string[]): Result<EditOperation[], EditProblem> {
  const lines = [...body];
  while (lines.at(-1) === "") lines.pop();
  if (lines.some((line) => line !== "" && !line.startsWith("+"))) {
    return err(editProblem(null, path, "Every line after Add File starts with +"));
  }
  const content = lines.map((line) => `${line.slice(1)}\n`).join("");
  return ok([{ kind: "write", path, content, create: true, loose_end: false, executable: false }]);
}

function parseUpdate(path: string, body: readonly string[]): Result<EditOperation[], EditProblem> {
  const operations: EditOperation[] = [];
  let index = 0;
  const to = /^\*\*\* Move to: (.+)$/u.exec(body[0]?.trimEnd() ?? "")?.[1]?.trim();
  if (to !== undefined) {
    operations.push({ kind: "move", path, to });
    index++;
  }
  const hunks: PatchHunk[] = [];
  while (index < body.length) {
    const anchors: string[] = [];
    let line: number | null = null;
    let counts: { readonly before: number; readonly after: number } | null = null;
    while (body[index]?.startsWith("@@") === true) {
      const header = parseHunkHeader(body[index++] ?? "");
      anchors.push(...(header?.anchors ?? []));
      line = header?.line ?? line;
      counts = header?.counts ?? counts;
    }
    const parsed = parseHunkBody(body, index, counts);
    if (parsed === null)
      return err(editProblem(null, path, "Every line of a hunk starts with a space, + or -"));
    index = parsed.next;
    const atEnd = /^\*\*\* End of File\s*$/u.test(body[index] ?? "");
    if (atEnd) index++;
    else if (body[index]?.startsWith("***") === true) {
      return err(
        editProblem(null, path, `Directive in the wrong place: ${(body[index] ?? "").slice(0, 80)}`),
      );
    }
    if (parsed.lines.length === 0) {
      if (index >= body.length && hunks.length + operations.length > 0) break;
      return err(editProblem(null, path, "A hunk of the patch is empty"));
    }
    hunks.push({ anchors, line, at_end: atEnd, final_newline: parsed.final_newline, lines: parsed.lines });
  }
  if (hunks.length > 0) operations.push({ kind: "patch", path: to ?? path, hunks });
  if (operations.length === 0) return err(editProblem(null, path, "Update File is followed by no hunk"));
  return ok(operations);
}
