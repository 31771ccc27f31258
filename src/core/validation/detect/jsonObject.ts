import type { JsonObject, JsonValue } from "../../json";

/** The text of a manifest as an object; undefined for anything else, broken JSON included. */
export function parseJsonObject(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    return isJsonObject(value) ? value : undefined;
  } catch {
    // A manifest that is broken offers no checks; the preflight of its own tool will say what is wrong with it.
    return undefined;
  }
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
