import { parse as parseLoose, printParseErrorCode, type ParseError } from "jsonc-parser";
import type { JsonValue } from "../json";
import { err, ok, type Result } from "../result";
import type { AnswerFault } from "./answerFault";

const maxDepth = 64;

export interface JsonAnswer {
  readonly value: JsonValue;
  /** The text was not JSON alone: prose, a fence, comments or trailing commas were taken away. */
  readonly repaired: boolean;
}

/**
 * The JSON value in a model's answer. Prose and fences around it, comments and trailing commas are forgiven; a value
 * that does not end is not completed, because a cut answer must not pass for a whole one.
 */
export function parseJsonAnswer(text: string): Result<JsonAnswer, AnswerFault> {
  const trimmed = text.trim();
  if (trimmed === "") return err({ pointer: "", code: "empty", message: "The answer is empty" });
  const whole = strictJson(trimmed);
  if (whole !== undefined) return bounded(trimmed, whole, false);
  const span = jsonSpan(trimmed);
  if (span === null) return err({ pointer: "", code: "noJson", message: "The answer holds no JSON object" });
  const inner = trimmed.slice(span.start, span.end ?? undefined);
  const strict = span.end === null ? undefined : strictJson(inner);
  if (strict !== undefined) return bounded(inner, strict, true);
  if (deeper(inner)) return tooDeep();
  const errors: ParseError[] = [];
  const value = parseLoose(inner, errors, { allowTrailingComma: true, disallowComments: false }) as JsonValue;
  const first = errors[0];
  const offset = first?.offset ?? inner.length;
  const problem = first === undefined ? "" : printParseErrorCode(first.error);
  const reachesEnd = offset >= inner.length || problem.startsWith("UnexpectedEndOf");
  if (span.end === null && reachesEnd) {
    const message = `The JSON that starts on ${place(trimmed, span.start)} never ends`;
    return err({ pointer: "", code: "unfinishedJson", message });
  }
  if (first === undefined) return ok({ value, repaired: true });
  const where = place(trimmed, span.start + offset);
  return err({
    pointer: "",
    code: "brokenJson",
    message: `Broken JSON on ${where}: ${problem}`,
  });
}

function strictJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function bounded(text: string, value: JsonValue, repaired: boolean): Result<JsonAnswer, AnswerFault> {
  return deeper(text) ? tooDeep() : ok({ value, repaired });
}

function tooDeep(): Result<JsonAnswer, AnswerFault> {
  return err({ pointer: "", code: "tooDeep", message: `The JSON is nested deeper than ${maxDepth} levels` });
}

function deeper(text: string): boolean {
  let depth = 0;
  for (const mark of marks(text)) {
    depth += mark.step;
    if (depth > maxDepth) return true;
  }
  return false;
}

/** The first `{` that opens a value, after a fence where there is one, and the bracket that closes it. */
function jsonSpan(text: string): { readonly start: number; readonly end: number | null } | null {
  const fence = /```(?:json|jsonc|json5)?[ \t]*\r?\n\s*(?=[[{])/u.exec(text);
  const from = fence === null ? text.search(/\{\s*["}]|\[\s*[{["\]]/u) : fence.index + fence[0].length;
  if (from < 0) return null;
  let depth = 0;
  for (const mark of marks(text, from)) {
    depth += mark.step;
    if (depth === 0) return { start: from, end: mark.index + 1 };
  }
  return { start: from, end: null };
}

/** Brackets outside strings. */
function* marks(text: string, from = 0): Generator<{ readonly index: number; readonly step: 1 | -1 }> {
  let inString = false;
  for (let index = from; index < text.length; index += 1) {
    const char = text[index];
    if (inString) {
      if (char === "\\") index += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") yield { index, step: 1 };
    else if (char === "}" || char === "]") yield { index, step: -1 };
  }
}

function place(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
}
