import type { JsonValue } from "../../json";
import { err, ok, type Result } from "../../result";
import { pointerTo } from "./jsonPointer";
import type { PlanFault } from "../plan";

/** Deepest nesting that a plan may have; refused before anything recursive looks at it. */
export const maxDepth = 64;

/**
 * Makes sure that a value is plain JSON which every later step can walk: no deeper than `maxDepth`, no `__proto__` key,
 * no half characters (they have no canonical form, so no hash). Walks without recursion.
 */
export function inspectJson(value: unknown): Result<JsonValue, PlanFault> {
  const pending: { value: unknown; pointer: string; depth: number }[] = [{ value, pointer: "", depth: 0 }];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const found = inspectOne(item.value, item.pointer);
    if (found !== null) return err(found);
    if (typeof item.value !== "object" || item.value === null) continue;
    if (item.depth >= maxDepth) {
      return err({
        pointer: item.pointer,
        code: "plan.depth",
        message: `Nested deeper than ${maxDepth} levels`,
      });
    }
    for (const key of Object.keys(item.value)) {
      const pointer = pointerTo(item.pointer, key);
      if (key === "__proto__") {
        return err({ pointer, code: "plan.key", message: "The key __proto__ is not allowed" });
      }
      if (!isWellFormed(key)) return err(halfCharacter(pointer));
      const child = (item.value as Readonly<Record<string, unknown>>)[key];
      if (child !== undefined) pending.push({ value: child, pointer, depth: item.depth + 1 });
    }
  }
  return ok(value as JsonValue);
}

function inspectOne(value: unknown, pointer: string): PlanFault | null {
  switch (typeof value) {
    case "string":
      return isWellFormed(value) ? null : halfCharacter(pointer);
    case "number":
      return Number.isFinite(value)
        ? null
        : { pointer, code: "plan.json", message: "A number must be finite to be stored as JSON" };
    case "boolean":
      return null;
    case "object":
      if (value === null || Array.isArray(value) || isPlain(value)) return null;
      break;
    default:
  }
  return { pointer, code: "plan.json", message: `Expected a JSON value, found a ${typeof value}` };
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function halfCharacter(pointer: string): PlanFault {
  return { pointer, code: "plan.text", message: "The text holds half of a character (a lone surrogate)" };
}
