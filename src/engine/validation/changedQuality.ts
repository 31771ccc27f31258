import { isSecretFile } from "../../core/change/path/secretFile";
import type { FileChange } from "../../core/change/changeSet";
import { addedLines } from "../../core/validation/scan/addedLines";
import type { Evidence } from "../../core/validation/evidence";
import { meets, readMetric } from "../../core/validation/gateMetric";
import { isTestFile } from "../../core/validation/scan/testIntegrity";
import type { FunctionShape } from "../../ports/syntaxChecker";
import type { AttemptValidation } from "./validationInput";

/** Functions above this are hard to test whole; the number of the Definition of Done. */
const mostComplexity = 10;

interface Found extends FunctionShape {
  readonly path: string;
}

/**
 * What the Definition of Done asks of changed code and no tool of the workspace need check: complexity of the functions
 * that the change touches, and a comment or docstring on the public ones. Shown; it stops a task only by setting.
 */
export async function changedFunctions(
  input: AttemptValidation,
  sources: readonly { readonly file: FileChange; readonly text: string }[],
): Promise<readonly Evidence[]> {
  const t = input.translate;
  const started = input.clock.now();
  const changed: Found[] = [];
  for (const { file, text } of sources) {
    // The names of its functions would be quoted.
    if (isSecretFile(file.path)) continue;
    const added = [...addedLines(file)];
    const shapes = (await input.syntax.functions(file.path, text)) ?? [];
    for (const shape of shapes) {
      if (added.some((line) => line >= shape.line && line <= shape.end_line))
        changed.push({ ...shape, path: file.path });
    }
  }
  if (changed.length === 0) return [];
  const make = (
    check: string,
    failed: readonly Found[],
    say: (first: Found) => string,
    passed: string,
  ): Evidence => {
    const [first] = failed;
    const more = failed.length > 1 ? ` ${t("(and {0} more)", failed.length - 1)}` : "";
    return {
      check,
      layer: "quality",
      severity: "nice_to_have",
      status: first === undefined ? "passed" : "failed",
      summary:
        first === undefined ? passed : `${t("{0} line {1}: {2}", first.path, first.line, say(first))}${more}`,
      duration_ms: input.clock.now() - started,
    };
  };
  const highest = Math.max(...changed.map(({ complexity }) => complexity));
  const open = changed.filter((one) => one.public && !isTestFile(one.path));
  return [
    make(
      "complexity",
      changed.filter(({ complexity }) => complexity > mostComplexity),
      ({ name, complexity }) =>
        t("{0} has a complexity of {1}, more than {2}", name, complexity, mostComplexity),
      t("The changed functions have a complexity of at most {0}", highest),
    ),
    ...(open.length === 0
      ? []
      : [
          make(
            "comments",
            open.filter(({ documented }) => !documented),
            ({ name }) => t("{0} is public and says nowhere what it does", name),
            t("Every changed public function says what it does ({0})", open.length),
          ),
        ]),
  ];
}

/**
 * Coverage as the workspace's own tests print it, against what the plan asks for; without either there is nothing to
 * show. `outputs` holds what the checks printed, by hash.
 */
export function coverageEvidence(
  input: AttemptValidation,
  evidence: readonly Evidence[],
  outputs: ReadonlyMap<string, string>,
): readonly Evidence[] {
  const t = input.translate;
  const tests = evidence.filter((one) => one.layer === "tests" && one.status === "passed");
  if (tests.length === 0) return [];
  const target = coverageTarget(input);
  const found = tests.flatMap(({ output_hash: hash }) => {
    const output = hash === undefined ? undefined : outputs.get(hash);
    return (output === undefined ? undefined : readMetric(output, "coverage")) ?? [];
  });
  const least = found.length === 0 ? undefined : Math.min(...found);
  if (least === undefined && target === null) return [];
  const verdict = (status: Evidence["status"], summary: string): readonly Evidence[] => [
    { check: "coverage", layer: "quality", severity: "nice_to_have", status, summary, duration_ms: 0 },
  ];
  if (least === undefined) return verdict("not_verified", t("The tests do not print their coverage"));
  if (target === null) return verdict("passed", t("The tests cover {0} %", least));
  return meets(least, ">=", target) === true
    ? verdict("passed", t("The tests cover {0} %, wanted {1} %", least, target))
    : verdict("failed", t("The tests cover {0} %, but wanted {1} %", least, target));
}

/** `stack.testing.coverage_target` of the plan: a number, or a text such as `80%`. */
function coverageTarget({ plan }: AttemptValidation): number | null {
  const testing = plan.stack?.["testing"];
  const target =
    typeof testing === "object" && testing !== null && !Array.isArray(testing)
      ? (testing as Readonly<Record<string, unknown>>)["coverage_target"]
      : undefined;
  const value =
    typeof target === "number" ? target : Number.parseFloat(typeof target === "string" ? target : "");
  if (Number.isNaN(value)) return null;
  return value > 0 && value <= 1 ? value * 100 : value;
}
