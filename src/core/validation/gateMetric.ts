import type { JsonValue } from "../json";

/**
 * The number a tool reported for a metric: a field of that name in JSON output, else the number that follows the name
 * in text, else, for coverage, the total of the usual tables. Undefined when the output does not say.
 */
export function readMetric(output: string, metric: string): number | undefined {
  return fromJson(output, metric) ?? fromCoverageTable(output, metric) ?? fromText(output, metric);
}

/** Compares as the plan wrote it; undefined for an operator or value that is not one. */
export function meets(actual: number, operator: string, expected: number | string): boolean | undefined {
  const limit = typeof expected === "number" ? expected : Number.parseFloat(expected);
  if (Number.isNaN(limit)) return undefined;
  switch (operator.trim()) {
    case ">=":
    case "≥":
      return actual >= limit;
    case "<=":
    case "≤":
      return actual <= limit;
    case ">":
      return actual > limit;
    case "<":
      return actual < limit;
    case "=":
    case "==":
      return actual === limit;
    default:
      return undefined;
  }
}

function fromJson(output: string, metric: string): number | undefined {
  const start = output.search(/[{[]/u);
  if (start === -1) return undefined;
  try {
    return field(JSON.parse(output.slice(start)) as JsonValue, metric.toLowerCase(), 0);
  } catch {
    // Text that only looks like JSON is read as text.
    return undefined;
  }
}

function field(value: JsonValue, metric: string, depth: number): number | undefined {
  if (typeof value !== "object" || value === null || depth > 6) return undefined;
  for (const [key, inner] of Object.entries(value as Readonly<Record<string, JsonValue>>)) {
    if (key.toLowerCase() === metric && typeof inner === "number") return inner;
    const found = field(inner, metric, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function fromCoverageTable(output: string, metric: string): number | undefined {
  if (!/coverage/iu.test(metric)) return undefined;
  for (const pattern of [
    /^All files\s*\|\s*([\d.]+)/mu,
    /^TOTAL\b.*?(\d+(?:\.\d+)?)%/mu,
    /^coverage: ([\d.]+)% of statements/mu,
    /^(?:ℹ|#) all files\s*\|\s*([\d.]+)/mu,
  ]) {
    const found = pattern.exec(output)?.[1];
    if (found !== undefined) return Number(found);
  }
  return undefined;
}

function fromText(output: string, metric: string): number | undefined {
  const name = metric.replace(/[.*+?^${}()|[\]\\/-]/gu, "\\$&");
  const found = [
    ...output.matchAll(new RegExp(`\\b${name}\\b[^\\d\\n-]{0,30}(-?\\d+(?:\\.\\d+)?)`, "giu")),
  ].at(-1)?.[1];
  return found === undefined ? undefined : Number(found);
}
