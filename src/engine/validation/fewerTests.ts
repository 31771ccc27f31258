import { baselineOf } from "../../core/validation/baseline";
import type { Evidence } from "../../core/validation/evidence";
import { isTestFile } from "../../core/validation/scan/testIntegrity";
import type { AttemptValidation } from "./validationInput";

/**
 * Tests that ran before and do not run now, although no test file changed: somebody told the runner to leave them out.
 * Changed test files are read by the integrity check, which can say what happened to them.
 */
export function fewerTests(input: AttemptValidation, evidence: readonly Evidence[]): readonly Evidence[] {
  if (input.change.files.some((file) => isTestFile(file.path))) return [];
  return evidence.flatMap((one): readonly Evidence[] => {
    const before = baselineOf(input.baseline, one.check)?.counts;
    if (one.layer !== "tests" || one.counts === undefined || before === undefined) return [];
    const [now, then] = [one.counts.total - one.counts.skipped, before.total - before.skipped];
    if (now >= then) return [];
    const summary = input.translate("Fewer tests run than before: {0} of {1}", now, then);
    return [
      {
        check: `${one.check} count`,
        layer: "integrity",
        severity: "important",
        status: "failed",
        summary,
        duration_ms: 0,
      },
    ];
  });
}
