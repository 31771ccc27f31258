import { parseTree, findNodeAtLocation, printParseErrorCode, visit, type ParseErrorCode } from "jsonc-parser";
import { err, ok, type Result } from "../result";
import { maxDepth } from "./lint/inspectJson";
import { pointerPath, pointerTo } from "./lint/jsonPointer";
import { parsePlan, type ParsedPlan } from "./parsePlan";
import type { PlanFault } from "./plan";

/** Characters; a plan file of this size is taken, a larger one refused unread. */
export const maxPlanText = 32 * 1024 * 1024;

/** Reads a plan from JSON text; every fault says the line as well as the pointer. */
export function parsePlanText(text: string): Result<ParsedPlan, PlanFault[]> {
  const json = parseStrictJson(text);
  if (!json.ok) return json;
  const parsed = parsePlan(json.value);
  return parsed.ok ? parsed : err(withLines(parsed.error, text));
}

/**
 * Strict JSON with the mistakes of real files named: too large, too deep, conflict markers of a merge, syntax errors,
 * keys given twice. The nesting is counted before anything recursive runs.
 */
export function parseStrictJson(text: string): Result<unknown, PlanFault[]> {
  if (text.length > maxPlanText) {
    return err([{ pointer: "", code: "plan.tooLarge", message: "The file is larger than 32 MB" }]);
  }
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const conflict = /^(?:<{7}|>{7}|\|{7})(?: .*)?\r?$/mu.exec(body);
  if (conflict !== null) {
    const line = lineAt(body, conflict.index);
    const message = `A git conflict marker stands in line ${line}; settle the merge, then read the file again`;
    return err([{ pointer: `line ${line}`, code: "plan.conflict", message, line }]);
  }
  const deep = firstTooDeep(body);
  if (deep !== null) {
    const line = lineAt(body, deep);
    return err([
      { pointer: `line ${line}`, code: "plan.depth", message: `Nested deeper than ${maxDepth} levels`, line },
    ]);
  }
  const faults = syntaxFaults(body);
  return faults.length > 0 ? err(faults) : ok(JSON.parse(body) as unknown);
}

/** Offset of the first bracket beyond the depth limit. */
function firstTooDeep(text: string): number | null {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charCodeAt(i);
    if (char === 0x22) {
      for (i += 1; i < text.length && text.charCodeAt(i) !== 0x22; i += 1)
        if (text.charCodeAt(i) === 0x5c) i += 1;
    } else if (char === 0x7b || char === 0x5b) {
      depth += 1;
      if (depth > maxDepth) return i;
    } else if (char === 0x7d || char === 0x5d) depth -= 1;
  }
  return null;
}

function syntaxFaults(text: string): PlanFault[] {
  const faults: PlanFault[] = [];
  const keys: Set<string>[] = [];
  let broken = false;
  /** The outermost object has ended: whatever follows does not belong to it. */
  let closed = false;
  const at = (line: number): string => `line ${line}`;
  visit(
    text,
    {
      onObjectBegin: () => {
        keys.push(new Set());
      },
      onObjectEnd: (offset) => {
        keys.pop();
        // The visitor also ends an object whose brace is missing, at the place of the mistake.
        closed = keys.length === 0 && text[offset] === "}";
      },
      onObjectProperty: (key, _offset, _length, startLine, _column, path) => {
        const seen = keys.at(-1);
        if (seen?.has(key) === true) {
          const pointer = path().reduce<string>(pointerTo, "");
          faults.push({
            pointer: pointerTo(pointer, key),
            code: "plan.duplicateKey",
            message: `The key ${key} is given twice in one object`,
            line: startLine + 1,
          });
        }
        seen?.add(key);
      },
      onError: (error: ParseErrorCode, offset, _length, startLine, startColumn) => {
        // What follows the first mistake is mostly its echo.
        if (broken) return;
        broken = true;
        const column = startColumn + 1;
        faults.push({
          pointer: at(startLine + 1),
          code: "plan.syntax",
          message: `This is not valid JSON: ${closed ? "text stands after the closing brace" : syntaxMistake(error, text, offset)}, at column ${column}`,
          line: startLine + 1,
        });
      },
    },
    { disallowComments: true, allowTrailingComma: false },
  );
  return faults.slice(0, 20);
}

function syntaxMistake(error: ParseErrorCode, text: string, offset: number): string {
  const before = text.slice(0, offset).trim();
  if (before === "" && text.trim() === "") return "the text is empty";
  if (before === "") return "text stands before the opening brace";
  switch (printParseErrorCode(error)) {
    case "PropertyNameExpected":
      return "a name in double quotes is expected";
    case "ValueExpected":
      return "a value is expected";
    case "ColonExpected":
      return "a colon is expected";
    case "CommaExpected":
      return "a comma is expected";
    case "CloseBraceExpected":
      return "a closing brace is missing";
    case "CloseBracketExpected":
      return "a closing bracket is missing";
    case "InvalidCommentToken":
      return "comments are not allowed";
    case "UnexpectedEndOfString":
      return "a text is not closed";
    default:
      return "this sign is not expected";
  }
}

function withLines(faults: readonly PlanFault[], text: string): PlanFault[] {
  const tree = parseTree(text);
  if (tree === undefined) return [...faults];
  const lines = lineStarts(text);
  return faults.map((fault) => {
    const path = pointerPath(fault.pointer);
    for (let node = findNodeAtLocation(tree, path); ; node = findNodeAtLocation(tree, path)) {
      if (node !== undefined) return { ...fault, line: lineOf(lines, node.offset) };
      // A missing field has no place of its own: the object that lacks it stands for it.
      if (path.pop() === undefined) return fault;
    }
  });
}

function lineAt(text: string, offset: number): number {
  return lineOf(lineStarts(text), offset);
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
  return starts;
}

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
