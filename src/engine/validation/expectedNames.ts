import type { Evidence } from "../../core/validation/evidence";
import { evaluatePredicates, predicateLabel } from "./predicateEvaluator";
import type { AttemptValidation } from "./validationInput";

/** The exports, classes and tables that a task promises, looked for in its output files and in what it changed. */
export async function expectedNames(
  input: AttemptValidation,
  signal: AbortSignal,
): Promise<readonly Evidence[]> {
  const { exports = [], classes = [], tables = [], files = [] } = input.task.expected_outputs ?? {};
  const places = [
    ...new Set([
      ...files,
      ...input.change.files.filter((file) => file.kind !== "delete").map((file) => file.path),
    ]),
  ];
  const wanted = [
    ...exports.map((name) => places.map((from) => ({ type: "export_available", name, from }))),
    ...classes.map((name) => places.map((from) => ({ type: "class_available", class: name, from }))),
    ...tables.map((table) => [{ type: "table_defined", table }]),
  ];
  const all: Evidence[] = [];
  for (const alternatives of wanted) {
    const verdicts = await evaluatePredicates(alternatives, input, signal);
    const best =
      verdicts.find((one) => one.status === "passed") ??
      verdicts.find((one) => one.status === "failed") ??
      verdicts[0];
    if (best === undefined) continue;
    all.push({
      check: predicateLabel(best.predicate),
      layer: "postconditions",
      severity: "critical",
      status: best.status,
      summary: best.summary,
      duration_ms: verdicts.reduce((sum, one) => sum + one.duration_ms, 0),
    });
  }
  return all;
}
