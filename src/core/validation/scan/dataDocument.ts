import type { ParseError } from "jsonc-parser";
import { parse as parseJson, printParseErrorCode } from "jsonc-parser";
import { parse as parseYaml } from "yaml";
import type { JsonValue } from "../../json";
import { err, ok, type Result } from "../../result";

/** The value of a JSON or YAML file; comments and trailing commas in JSON are not this function's business. */
export function parseData(path: string, text: string): Result<JsonValue, string> {
  if (/\.ya?ml$/iu.test(path)) {
    try {
      return ok(parseYaml(text) as JsonValue);
    } catch (error) {
      return err(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
    }
  }
  const errors: ParseError[] = [];
  const value = parseJson(text.replace(/^\ufeff/u, ""), errors, { allowTrailingComma: true }) as JsonValue;
  const first = errors[0];
  return first === undefined ? ok(value) : err(printParseErrorCode(first.error));
}

/** The value an RFC 6901 pointer names; undefined when there is none. */
export function valueAt(value: JsonValue, pointer: string): JsonValue | undefined {
  if (pointer === "") return value;
  if (!pointer.startsWith("/")) return undefined;
  let at: JsonValue | undefined = value;
  for (const part of pointer.slice(1).split("/")) {
    const key = part.replace(/~1/gu, "/").replace(/~0/gu, "~");
    if (typeof at !== "object" || at === null) return undefined;
    if (Array.isArray(at))
      at = /^(?:0|[1-9]\d*)$/u.test(key) ? (at as readonly JsonValue[])[Number(key)] : undefined;
    else at = Object.hasOwn(at, key) ? (at as Readonly<Record<string, JsonValue>>)[key] : undefined;
  }
  return at;
}

/** Equal as JSON values: the order of an object's keys says nothing. */
export function sameJson(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  const a = left as Readonly<Record<string, JsonValue>>;
  const b = right as Readonly<Record<string, JsonValue>>;
  return keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]));
}
