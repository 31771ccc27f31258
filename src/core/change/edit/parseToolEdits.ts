import { err, ok, type Result } from "../../result";
import { editProblem, type EditOperation, type EditProblem, type Replacement } from "./editOperation";
import { envelopeEnd, envelopeStart, parseEnvelope } from "./parseEnvelope";
import { parseUnifiedDiff, startsUnifiedDiff } from "./parseUnifiedDiff";

/** The tools that change files; `parseToolEdits` knows their arguments. */
export const editTools = ["write_file", "edit_file", "apply_patch", "delete_file", "move_file"] as const;
export type EditTool = (typeof editTools)[number];

export function isEditTool(name: string): name is EditTool {
  return editTools.some((tool) => tool === name);
}

/** Turns the arguments of an editing tool, as parsed from the model's JSON, into operations. */
export function parseToolEdits(
  tool: EditTool,
  args: unknown,
): Result<readonly EditOperation[], readonly EditProblem[]> {
  const parsed = parseArguments(tool, args);
  return parsed.ok ? parsed : err([parsed.error]);
}

type Parsed = Result<readonly EditOperation[], EditProblem>;

function parseArguments(tool: EditTool, args: unknown): Parsed {
  if (typeof args !== "object" || args === null || Array.isArray(args))
    return fault(null, `${tool} expects an object of arguments`);
  const fields = args as Readonly<Record<string, unknown>>;
  const text = (name: string): string | null => {
    const value = fields[name];
    return typeof value === "string" ? value : null;
  };
  if (tool === "apply_patch") {
    const patch = text("patch");
    return patch === null ? fault(null, "apply_patch expects {patch}, a text") : parsePatch(patch);
  }
  if (tool === "move_file") {
    const [from, to] = [text("from"), text("to")];
    if (from === null || to === null) return fault(from, "move_file expects {from, to}, two texts");
    return ok([{ kind: "move", path: from, to }]);
  }
  const path = text("path");
  if (path === null) return fault(null, `${tool} expects {path}, a text`);
  if (tool === "delete_file") return ok([{ kind: "delete", path, lines: null }]);
  if (tool === "edit_file") return parseReplacements(path, fields["edits"]);
  const content = text("content");
  if (content === null) return fault(path, "write_file expects {path, content}, two texts");
  return ok([{ kind: "write", path, content, create: false, loose_end: false, executable: false }]);
}

function parseReplacements(path: string, value: unknown): Parsed {
  const list = typeof value === "string" ? parseJson(value) : value;
  const expected = "edit_file expects {path, edits: [{search, replace}]} with at least one edit";
  if (!Array.isArray(list) || list.length === 0) return fault(path, expected);
  const edits: Replacement[] = [];
  for (const item of list as readonly unknown[]) {
    if (typeof item !== "object" || item === null || !("search" in item) || !("replace" in item))
      return fault(path, expected);
    const { search, replace } = item;
    if (typeof search !== "string" || typeof replace !== "string") return fault(path, expected);
    edits.push({ search, replace });
  }
  return ok([{ kind: "replace", path, edits }]);
}

/** Some models send the list as JSON inside a text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A unified diff or an envelope, perhaps in a fence; nothing else may stand beside it. */
function parsePatch(patch: string): Parsed {
  const lines = patch.replace(/\r\n/gu, "\n").split("\n");
  while (lines.at(-1)?.trim() === "") lines.pop();
  while (lines[0]?.trim() === "") lines.shift();
  if ((lines[0] ?? "").startsWith("```") && /^```\s*$/u.test(lines.at(-1) ?? "")) {
    lines.pop();
    lines.shift();
  }
  if (envelopeStart.test(lines[0] ?? "")) {
    const body = lines.slice(1, envelopeEnd.test(lines.at(-1) ?? "") ? -1 : undefined);
    return parseEnvelope(body);
  }
  if (/^\*\*\* (?:Add|Update|Delete) File: /u.test(lines[0] ?? "")) {
    return parseEnvelope(envelopeEnd.test(lines.at(-1) ?? "") ? lines.slice(0, -1) : lines);
  }
  if (!startsUnifiedDiff(lines, 0)) {
    return fault(null, "apply_patch expects a unified diff with --- and +++ lines, or *** Begin Patch");
  }
  const diff = parseUnifiedDiff(lines, 0);
  if (!diff.ok) return diff;
  if (diff.value.next < lines.length) {
    return fault(
      null,
      `Line ${diff.value.next + 1} of the patch belongs to no hunk: ${(lines[diff.value.next] ?? "").slice(0, 80)}`,
    );
  }
  return ok(diff.value.operations);
}

function fault(path: string | null, message: string): Parsed {
  return err(editProblem(null, path, message));
}
